import type { Framing } from '@kassa/iso8583';
import type { ProtocolError } from '@kassa/primitives';
import { readCapture } from './read-capture.ts';
import { readMessages } from './read-messages.ts';
import { type Piece, reassemble } from './reassemble.ts';
import { segmentOf } from './tcp-segment.ts';

/** One message of a capture, or where a stream cannot be read any further. */
export interface CapturedMessage {
  readonly from: string;
  readonly to: string;
  /** Of the packet that completed it. */
  readonly packet: number;
  readonly body: Uint8Array | null;
  readonly error: ProtocolError | null;
  /** Bytes right before it were not captured. */
  readonly isAfterGap: boolean;
}

export interface CapturedMessages {
  /** Of all connections and both directions, as they were completed. */
  readonly messages: readonly CapturedMessage[];
  readonly isCut: boolean;
}

/**
 * The messages in a pcap or pcapng file.
 * @param port only connections to or from it, if given.
 * @throws CommandFailure for another file.
 */
export function capturedMessages(
  file: Uint8Array,
  framing: Framing,
  port: number | undefined,
): CapturedMessages {
  const { packets, isCut } = readCapture(file);
  const segments = packets.flatMap((packet) => {
    const segment = segmentOf(packet);
    return segment !== undefined && (port === undefined || segment.ports.includes(port)) ? [segment] : [];
  });
  const messages = reassemble(segments).flatMap((piece) => messagesOf(piece, framing));
  return { messages: messages.sort((left, right) => left.packet - right.packet), isCut };
}

function messagesOf(piece: Piece, framing: Framing): CapturedMessage[] {
  const { bodies, error } = readMessages(piece.bytes, framing);
  const { from, to, isAfterGap } = piece;
  const messages: CapturedMessage[] = bodies.map((body, index) => {
    const end = body.byteOffset - piece.bytes.byteOffset + body.length;
    const packet = piece.packetAt(end - 1);
    return { from, to, packet, body, error: null, isAfterGap: isAfterGap && index === 0 };
  });
  if (error !== null) {
    const packet = piece.packetAt(piece.bytes.length - 1);
    messages.push({ from, to, packet, body: null, error, isAfterGap: isAfterGap && bodies.length === 0 });
  }
  return messages;
}
