/**
 * Scratch bytes that grow and stay, with a view for four bytes at a time. What lies beyond the message being handled
 * is left over from earlier ones: every reader is told where to stop.
 */
export class ByteStore {
  bytes: Uint8Array;
  view: DataView;
  /** Of both; asking an array for it takes longer than making a view of it. */
  buffer: ArrayBuffer;

  constructor(capacity: number) {
    this.buffer = new ArrayBuffer(capacity);
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
  }

  /** Makes room for so many bytes; what was there is lost. */
  ensure(capacity: number): void {
    if (this.bytes.length >= capacity) return;
    this.buffer = new ArrayBuffer(capacity);
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
  }
}
