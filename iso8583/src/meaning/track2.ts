import { problem } from '../codec/protocol-problem.ts';

/** DE 35, tag 57 (ISO/IEC 7813, 5.2): for the moment of the payment, never to be kept. */
export interface Track2 {
  readonly pan: string;
  /** YYMM; empty where the card has a separator in its place. */
  readonly expiry: string;
  /** Three digits; empty likewise. */
  readonly serviceCode: string;
  readonly discretionaryData: string;
}

/** A card may leave out expiry and service code, each by a separator in its place. */
const TRACK2 = /^(\d{1,19})[=D](\d{4}|[=D])(\d{3}|[=D])(\d*)$/;

/**
 * Reads track 2 without its sentinels.
 * @throws ProtocolError `bad-value`; never with any of it.
 */
export function parseTrack2(value: string): Track2 {
  const match = TRACK2.exec(value);
  if (match === null) {
    throw problem('bad-value', '35', 0, 'card number, separator, expiry, service code', 'something else');
  }
  const [, pan = '', expiry = '', serviceCode = '', discretionaryData = ''] = match;
  const present = (text: string): string => (/\d/.test(text) ? text : '');
  return { pan, expiry: present(expiry), serviceCode: present(serviceCode), discretionaryData };
}
