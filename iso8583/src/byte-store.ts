/**
 * Scratch bytes that grow and stay, with a view for four bytes at a time. What lies beyond the message being handled
 * is left over from earlier ones: every reader is told where to stop.
 */
export class ByteStore {
  bytes: Uint8Array;
  view: DataView;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for so many bytes; what was there is lost. */
  ensure(capacity: number): void {
    if (this.bytes.length >= capacity) return;
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }
}
