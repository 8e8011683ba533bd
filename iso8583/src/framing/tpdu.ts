import { countOf, problem } from '../codec/protocol-problem.ts';

/** Transport header of NAC and NCC framings: an identifier, then two addresses of two bytes each. */
const TPDU_BYTES = 5;

/**
 * The header of an answer: the identifier stays, destination and source change places.
 * @param tpdu five bytes, as received.
 * @throws ProtocolError `bad-length`.
 */
export function answerTpdu(tpdu: Uint8Array): Uint8Array {
  if (tpdu.length !== TPDU_BYTES) {
    throw problem('bad-length', 'frame', 0, countOf(TPDU_BYTES, 'byte'), countOf(tpdu.length, 'byte'));
  }
  const [id = 0, destinationHigh = 0, destinationLow = 0, sourceHigh = 0, sourceLow = 0] = tpdu;
  return Uint8Array.of(id, sourceHigh, sourceLow, destinationHigh, destinationLow);
}
