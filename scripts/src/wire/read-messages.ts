import { createDeframer, type Framing } from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';

/** The longest message a tool reads: what two bytes of length can say. */
const FRAME_BYTES_MAX = 65_535;

/** The messages of a stream, up to where it cannot be followed. */
export interface Bodies {
  readonly bodies: readonly Uint8Array[];
  readonly error: ProtocolError | null;
}

/** Cuts a whole stream into messages; without a framing it is one message. */
export function readMessages(bytes: Uint8Array, framing: Framing | undefined): Bodies {
  if (framing === undefined) return { bodies: [bytes], error: null };
  const deframer = createDeframer(framing, { maxBytes: FRAME_BYTES_MAX });
  try {
    const bodies = deframer.push(bytes);
    return { bodies, error: deframer.failure ?? incomplete(deframer.pendingBytes, bytes.length) };
  } catch (error) {
    if (error instanceof ProtocolError) return { bodies: [], error };
    throw error;
  }
}

function incomplete(pendingBytes: number, streamBytes: number): ProtocolError | null {
  if (pendingBytes === 0 && streamBytes > 0) return null;
  return new ProtocolError({
    code: 'truncated',
    path: 'frame',
    offset: streamBytes - pendingBytes,
    expected: 'a whole frame',
    found: `${pendingBytes} bytes of one`,
  });
}
