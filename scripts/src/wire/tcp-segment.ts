import type { Packet } from './read-capture.ts';

/** One TCP segment. */
export interface Segment {
  readonly packetNumber: number;
  /** `192.0.2.1:8583`, an IPv6 address in brackets. */
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [from: number, to: number];
  readonly sequence: number;
  readonly isSyn: boolean;
  readonly payload: Uint8Array;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN_TAGS = [0x8100, 0x88a8];
const TCP = 6;
/** Hop-by-hop options, routing, destination options (RFC 8200, 4). */
const IPV6_EXTENSIONS = [0, 43, 60];

/** @returns the TCP segment in a packet, if there is one that is whole: no other protocol and no IP fragment. */
export function segmentOf({ number, linkType, bytes }: Packet): Segment | undefined {
  try {
    const packet = networkLayer(linkType, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const parts = packet && (packet.getUint8(0) >> 4 === 6 ? ipv6(packet) : ipv4(packet));
    return parts && tcp(parts, number);
  } catch (error) {
    // A header that the packet is too short for.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function from(view: DataView, start: number, end = view.byteLength): DataView {
  return new DataView(view.buffer, view.byteOffset + start, end - start);
}

/** What is above the link layer, if it is IP. Link types: https://www.tcpdump.org/linktypes.html */
function networkLayer(linkType: number, frame: DataView): DataView | undefined {
  switch (linkType) {
    case 0: // BSD loopback
    case 108: // OpenBSD loopback
      return from(frame, 4);
    case 1: {
      // Ethernet
      let at = 12;
      while (VLAN_TAGS.includes(frame.getUint16(at))) at += 4;
      return ofType(frame, frame.getUint16(at), at + 2);
    }
    case 12: // raw IP, as some systems number it
    case 14:
    case 101: // raw IP
    case 228: // IPv4
    case 229: // IPv6
      return frame;
    case 113: // Linux cooked
      return ofType(frame, frame.getUint16(14), 16);
    case 276: // Linux cooked, second version
      return ofType(frame, frame.getUint16(0), 20);
    default:
      return undefined;
  }
}

function ofType(frame: DataView, type: number, start: number): DataView | undefined {
  return type === IPV4 || type === IPV6 ? from(frame, start) : undefined;
}

interface IpParts {
  readonly source: string;
  readonly destination: string;
  readonly payload: DataView;
}

/** RFC 791, 3.1. */
function ipv4(packet: DataView): IpParts | undefined {
  const isFragment = (packet.getUint16(6) & 0x3fff) !== 0;
  if (packet.getUint8(0) >> 4 !== 4 || packet.getUint8(9) !== TCP || isFragment) return undefined;
  // Captured before the network card cut it into packets, a packet has no length yet.
  const length = packet.getUint16(2) || packet.byteLength;
  if (length > packet.byteLength) return undefined;
  const address = (at: number): string => [0, 1, 2, 3].map((byte) => packet.getUint8(at + byte)).join('.');
  const payload = from(packet, (packet.getUint8(0) & 15) * 4, length);
  return { source: address(12), destination: address(16), payload };
}

/** RFC 8200, 3. */
function ipv6(packet: DataView): IpParts | undefined {
  const end = 40 + packet.getUint16(4);
  if (end > packet.byteLength) return undefined;
  let next = packet.getUint8(6);
  let at = 40;
  while (IPV6_EXTENSIONS.includes(next)) {
    next = packet.getUint8(at);
    at += (packet.getUint8(at + 1) + 1) * 8;
  }
  if (next !== TCP) return undefined;
  const address = (start: number): string => {
    const words = [0, 2, 4, 6, 8, 10, 12, 14].map((word) => packet.getUint16(start + word).toString(16));
    return `[${words
      .join(':')
      .replace(/\b0(:0)+\b/, ':')
      .replace(/:{3,}/, '::')}]`;
  };
  return { source: address(8), destination: address(24), payload: from(packet, at, end) };
}

/** RFC 9293, 3.1. */
function tcp({ source, destination, payload: segment }: IpParts, packetNumber: number): Segment {
  const ports = [segment.getUint16(0), segment.getUint16(2)] as const;
  const data = from(segment, (segment.getUint8(12) >> 4) * 4);
  return {
    packetNumber,
    from: `${source}:${ports[0]}`,
    to: `${destination}:${ports[1]}`,
    ports,
    sequence: segment.getUint32(4),
    isSyn: (segment.getUint8(13) & 2) !== 0,
    payload: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}
