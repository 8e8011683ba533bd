/** One side of the conversation; addresses of RFC 5737, for there is no network behind an event. */
const TERMINAL = { address: [192, 0, 2, 1], port: 49152 } as const;
const HOST = { address: [192, 0, 2, 2], port: 8583 } as const;

/** LINKTYPE_RAW of https://www.tcpdump.org/linktypes.html: packets begin with the IP header. */
const LINK_TYPE_RAW = 101;
const SNAPSHOT_BYTES = 65_535;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const TCP_PROTOCOL = 6;
const PUSH_AND_ACKNOWLEDGE = 0x18;

/** One framed message. */
export interface CapturedFrame {
  /** UTC, milliseconds since 1970. */
  readonly timeMs: number;
  readonly toHost: boolean;
  readonly bytes: Uint8Array;
}

/** A capture file (draft-ietf-opsawg-pcap, little endian, microseconds) of one TCP connection, a packet a frame. */
export function pcapFile(frames: readonly CapturedFrame[]): Uint8Array {
  const next = { toHost: 1, toTerminal: 1 };
  const records = frames.map(({ timeMs, toHost, bytes }) => {
    const sequence = toHost ? next.toHost : next.toTerminal;
    const acknowledged = toHost ? next.toTerminal : next.toHost;
    if (toHost) next.toHost += bytes.length;
    else next.toTerminal += bytes.length;
    return record(timeMs, packet(bytes, toHost, sequence, acknowledged));
  });
  return join([fileHeader(), ...records]);
}

function fileHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4, true);
  header.setUint16(4, 2, true);
  header.setUint16(6, 4, true);
  header.setUint32(16, SNAPSHOT_BYTES, true);
  header.setUint32(20, LINK_TYPE_RAW, true);
  return new Uint8Array(header.buffer);
}

function record(timeMs: number, bytes: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, Math.floor(timeMs / 1000), true);
  header.setUint32(4, (timeMs % 1000) * 1000, true);
  header.setUint32(8, bytes.length, true);
  header.setUint32(12, bytes.length, true);
  return join([new Uint8Array(header.buffer), bytes]);
}

/** RFC 791, 3.1 and RFC 9293, 3.1. */
function packet(payload: Uint8Array, toHost: boolean, sequence: number, acknowledged: number): Uint8Array {
  const [from, to] = toHost ? [TERMINAL, HOST] : [HOST, TERMINAL];
  const bytes = new Uint8Array(IP_BYTES + TCP_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, bytes.length);
  view.setUint8(8, 64);
  view.setUint8(9, TCP_PROTOCOL);
  bytes.set(from.address, 12);
  bytes.set(to.address, 16);
  view.setUint16(10, checksum(bytes.subarray(0, IP_BYTES), 0));
  view.setUint16(20, from.port);
  view.setUint16(22, to.port);
  view.setUint32(24, sequence);
  view.setUint32(28, acknowledged);
  view.setUint8(32, (TCP_BYTES / 4) << 4);
  view.setUint8(33, PUSH_AND_ACKNOWLEDGE);
  view.setUint16(34, SNAPSHOT_BYTES);
  bytes.set(payload, IP_BYTES + TCP_BYTES);
  // The pseudo header: both addresses, the protocol and the length of the segment.
  const segment = bytes.subarray(IP_BYTES);
  view.setUint16(36, checksum(join([bytes.subarray(12, 20), segment]), TCP_PROTOCOL + segment.length));
  return bytes;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array, start: number): number {
  let sum = start;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
