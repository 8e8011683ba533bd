import { compileFraming, type Framing, frameSize, writeFrame } from './framing.ts';
import { answerTpdu } from './tpdu.ts';

/** Writes frames of one framing, worked out once. */
export interface FrameWriter {
  /**
   * Bytes the frame of a message takes.
   * @throws ProtocolError as `frame` does: `bad-length`, `too-large`.
   */
  readonly sizeOf: (body: Uint8Array) => number;
  /**
   * Writes a frame into `out` from `at`, where there is room for it.
   * @param header instead of the framing's own, of the same length.
   * @returns where it ends.
   */
  readonly write: (body: Uint8Array, header: Uint8Array | null, out: Uint8Array, at: number) => number;
  /** The header of the answer to a request that came with this one; null where the framing's own is to be used. */
  readonly answerHeader: (header: Uint8Array) => Uint8Array | null;
}

const TPDU_BYTES = 5;

/** @throws DialectError for a framing that contradicts itself. */
export function createFrameWriter(framing: Framing): FrameWriter {
  const compiled = compileFraming(framing);
  const hasTpdu = typeof framing !== 'string' && framing.tpdu !== undefined;
  return {
    sizeOf: (body) => frameSize(compiled, body.length),
    write: (body, header, out, at) => writeFrame(compiled, body, header ?? compiled.header, out, at),
    answerHeader: (header) => (hasTpdu && header.length === TPDU_BYTES ? answerTpdu(header) : null),
  };
}
