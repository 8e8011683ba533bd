import { luhnValid } from '@kassa/primitives';

/** Track 2 of a magnetic stripe (ISO/IEC 7813), parsed. */
export interface Track2 {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** As sent in DE 35, without start and end sentinel: separator `=`. */
  readonly text: string;
}

/** Parses what a stripe reader gives; undefined when it is not a track 2, or its number was misread (check digit). */
export function parseTrack2(raw: string): Track2 | undefined {
  const text = raw.replace(/^;/, '').replace(/\?.?$/, '');
  const match = /^(\d{12,19})=(\d{4})(\d{3})\d*$/.exec(text);
  if (!match || text.length > 37) return undefined;
  const [, pan = '', expiry = '', serviceCode = ''] = match;
  if (!luhnValid(pan)) return undefined;
  return { pan, expiry, serviceCode, text };
}

/**
 * Whether a terminal with a PIN pad asks for a PIN (ISO/IEC 7813, third digit of the service code: 0, 3 and 5 require
 * one, 6 and 7 where there is a PIN pad).
 */
export function stripeWantsPin(serviceCode: string): boolean {
  return ['0', '3', '5', '6', '7'].includes(serviceCode.charAt(2));
}
