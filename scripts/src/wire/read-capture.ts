import { CommandFailure } from '../failure.ts';

/** One captured packet. */
export interface Packet {
  /** As capture tools count, from 1. */
  readonly number: number;
  /** LINKTYPE_ value of tcpdump.org. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

export interface Capture {
  readonly packets: readonly Packet[];
  /** The file ends inside a packet, as it does while a capture goes on. */
  readonly isCut: boolean;
}

/** draft-ietf-opsawg-pcap, 4: microseconds and nanoseconds. */
const PCAP_MAGICS = [0xa1b2c3d4, 0xa1b23c4d];
const PCAP_HEADER_BYTES = 24;
const PCAP_RECORD_BYTES = 16;

/** draft-ietf-opsawg-pcapng, 4. */
const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/**
 * Packets of a pcap or pcapng file, of either byte order.
 * @throws CommandFailure for another file.
 */
export function readCapture(file: Uint8Array): Capture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = file.length >= 4 ? view.getUint32(0) : 0;
  if (magic === SECTION_HEADER) return readPcapng(view);
  for (const isLittle of [false, true]) {
    if (file.length >= PCAP_HEADER_BYTES && PCAP_MAGICS.includes(view.getUint32(0, isLittle))) {
      return readPcap(view, isLittle);
    }
  }
  throw new CommandFailure('the file is neither pcap nor pcapng');
}

function readPcap(view: DataView, isLittle: boolean): Capture {
  const linkType = view.getUint32(20, isLittle) & 0xffff;
  const packets: Packet[] = [];
  let at = PCAP_HEADER_BYTES;
  while (at + PCAP_RECORD_BYTES <= view.byteLength) {
    const start = at + PCAP_RECORD_BYTES;
    const end = start + view.getUint32(at + 8, isLittle);
    if (end > view.byteLength) break;
    packets.push({ number: packets.length + 1, linkType, bytes: bytesOf(view, start, end) });
    at = end;
  }
  return { packets, isCut: at !== view.byteLength };
}

function readPcapng(view: DataView): Capture {
  const packets: Packet[] = [];
  let linkTypes: number[] = [];
  let isLittle = false;
  let at = 0;
  while (at + 12 <= view.byteLength) {
    if (view.getUint32(at) === SECTION_HEADER) {
      isLittle = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      linkTypes = [];
    }
    const type = view.getUint32(at, isLittle);
    const length = view.getUint32(at + 4, isLittle);
    if (length < 12 || length % 4 !== 0 || at + length > view.byteLength) break;
    const block = new DataView(view.buffer, view.byteOffset + at, length);
    if (type === INTERFACE && length >= 20) linkTypes.push(block.getUint16(8, isLittle));
    const place = packetIn(block, type, isLittle);
    if (place !== undefined) {
      const { link, start, size } = place;
      const bytes = bytesOf(block, start, Math.min(start + size, length - 4));
      packets.push({ number: packets.length + 1, linkType: linkTypes[link] ?? -1, bytes });
    }
    at += length;
  }
  return { packets, isCut: at !== view.byteLength };
}

/** Where a packet stands in a block, if it has one. */
function packetIn(
  block: DataView,
  type: number,
  isLittle: boolean,
): { link: number; start: number; size: number } | undefined {
  if (type === SIMPLE_PACKET && block.byteLength >= 16) {
    return { link: 0, start: 12, size: block.getUint32(8, isLittle) };
  }
  if ((type !== ENHANCED_PACKET && type !== OLD_PACKET) || block.byteLength < 32) return undefined;
  const link = type === ENHANCED_PACKET ? block.getUint32(8, isLittle) : block.getUint16(8, isLittle);
  return { link, start: 28, size: block.getUint32(20, isLittle) };
}

function bytesOf(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start);
}
