import { compileFraming, type Framing, type FramingSpec, frame } from './framing.ts';
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
  const { form, hasEtx } = compiled;
  const hasTpdu = (typeof framing === 'string' ? undefined : (framing as FramingSpec).tpdu) !== undefined;
  const isPlain = compiled.header.length === 0 && !hasEtx && !compiled.headerTellsLength;
  const overhead = form.wireBytes + compiled.header.length + (hasEtx ? 1 : 0);
  const length = new Uint8Array(form.wireBytes);
  return {
    sizeOf(body) {
      const size = overhead + body.length;
      if (body.length > 0 && size - form.wireBytes <= form.lengthMax) return size;
      return frame(framing, body).length;
    },
    write(body, header, out, at) {
      if (!isPlain) {
        const whole = frame(framing, body, header ?? undefined);
        out.set(whole, at);
        return at + whole.length;
      }
      form.write(body.length, length);
      let place = at;
      for (const byte of length) out[place++] = byte;
      out.set(body, place);
      return place + body.length;
    },
    answerHeader: (header) => (hasTpdu && header.length === TPDU_BYTES ? answerTpdu(header) : null),
  };
}
