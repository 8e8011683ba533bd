import { countOf, problem } from '../codec/protocol-problem.ts';

/** DE 90 of a reversal: the message it undoes (ISO 8583:1987, 4.3, n 42). */
export interface OriginalDataElements {
  /** Four digits. */
  readonly mti: string;
  /** DE 11 of the original, six digits. */
  readonly stan: string;
  /** DE 7 of the original, `MMDDhhmmss`. */
  readonly transmissionTime: string;
  /** DE 32 of the original without its leading zeros; empty where there was none. */
  readonly acquirerId: string;
  /** DE 33 of the original without its leading zeros; empty where there was none. */
  readonly forwarderId: string;
}

const PATH = '90';
const INSTITUTION_DIGITS = 11;

/** The parts of DE 90 in order. */
export const ORIGINAL_DATA_PARTS = [
  { key: 'mti', name: 'Original message type', digits: 4 },
  { key: 'stan', name: 'Original system trace audit number', digits: 6 },
  { key: 'transmissionTime', name: 'Original transmission date and time', digits: 10 },
  { key: 'acquirerId', name: 'Original acquiring institution', digits: INSTITUTION_DIGITS },
  { key: 'forwarderId', name: 'Original forwarding institution', digits: INSTITUTION_DIGITS },
] as const;

/**
 * Builds the 42 digits of DE 90; institutions are filled with zeros on the left.
 * @throws ProtocolError `bad-value` naming the part.
 */
export function buildOriginalDataElements(original: OriginalDataElements): string {
  let text = '';
  for (const { key, digits } of ORIGINAL_DATA_PARTS) {
    const value = original[key];
    const padded = digits === INSTITUTION_DIGITS ? value.padStart(digits, '0') : value;
    if (padded.length !== digits || !/^\d+$/.test(padded)) {
      throw problem(
        'bad-value',
        `${PATH}.${key}`,
        text.length,
        `${digits} digits`,
        countOf(value.length, 'character'),
      );
    }
    text += padded;
  }
  return text;
}

/**
 * Reads DE 90.
 * @throws ProtocolError `bad-value` when the text is not 42 digits.
 */
export function parseOriginalDataElements(text: string): OriginalDataElements {
  if (!/^\d{42}$/.test(text)) {
    throw problem('bad-value', PATH, 0, '42 digits', countOf(text.length, 'character'));
  }
  const institution = (digits: string): string => digits.replace(/^0+/, '');
  return {
    mti: text.slice(0, 4),
    stan: text.slice(4, 10),
    transmissionTime: text.slice(10, 20),
    acquirerId: institution(text.slice(20, 31)),
    forwarderId: institution(text.slice(31, 42)),
  };
}
