import { compileDialect, type Dialect, describe, maskedHex } from '@kassa/iso8583';
import { fromHex, luhnValid, maskPan, ProtocolError, toHex } from '@kassa/primitives';
import { readMessages } from './read-messages.ts';

const PAN_DIGITS_MIN = 13;
const PAN_DIGITS_MAX = 19;
/** MTI and one bitmap, packed: nothing shorter is a message. */
const HEX_MESSAGE = /(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}){10,}(?![0-9A-Fa-f])/g;
/** The same, a space after each byte. */
const SPACED_HEX = /(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2} ){9,}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])/g;
/** ISO/IEC 7813: card number, separator, expiry, service code, discretionary data. */
const TRACK_2 = /(\d{12,})([=D])\d{4,}F?/g;
/** ISO/IEC 7813: format code B, card number, name, the rest. */
const TRACK_1 = /([%]?B)(\d{12,19})\^[^^\r\n]{0,40}\^[^?\s]*/g;
const DIGIT_GROUPS = /\d+(?:[ -]\d+)*/g;

/**
 * The same text with what must not be kept masked: card numbers (13 to 19 digits with a valid check digit, also in
 * groups) keep their first six and last four digits, tracks their masked card number, hexadecimal messages of the
 * given dialects what these show. It rather masks too much than too little.
 */
export function redactText(text: string, dialects: readonly Dialect[]): string {
  return text
    .replace(SPACED_HEX, (dump) => redactHex(dump.replaceAll(' ', ''), dialects).replace(/(..)(?!$)/g, '$1 '))
    .replace(HEX_MESSAGE, (hex) => redactHex(hex, dialects))
    .replace(TRACK_2, (_, digits: string, separator: string) => `${maskEnd(digits)}${separator}***`)
    .replace(TRACK_1, (_, start: string, pan: string) => `${start}${maskPan(pan)}^***`)
    .replace(DIGIT_GROUPS, redactDigits);
}

/** Masks the card number that ends here; what stands before it may be of another element. */
function maskEnd(digits: string): string {
  const start = Math.max(0, digits.length - PAN_DIGITS_MAX);
  return digits.slice(0, start) + maskPan(digits.slice(start));
}

/** Masks a message as its dialect does; other hexadecimal where card numbers stand in it as characters or packed. */
function redactHex(hex: string, dialects: readonly Dialect[]): string {
  const bytes = fromHex(hex);
  for (const dialect of dialects) {
    for (const framing of [undefined, dialect.framing]) {
      const { bodies, error } = readMessages(bytes, framing);
      if (error !== null || !bodies.every((body) => isMessage(dialect, body))) continue;
      // Bodies are views of the bytes: what stands between them is framing.
      let masked = '';
      let at = 0;
      for (const body of bodies) {
        const start = body.byteOffset - bytes.byteOffset;
        masked += toHex(bytes.subarray(at, start)) + maskedHex(body, describe(dialect, body));
        at = start + body.length;
      }
      return masked + toHex(bytes.subarray(at));
    }
  }
  return redactOtherHex(hex);
}

function isMessage(dialect: Dialect, body: Uint8Array): boolean {
  try {
    compileDialect(dialect).decode(body);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** Digits as characters (`34 31 …`), and packed tracks. */
function redactOtherHex(hex: string): string {
  return hex.replace(/(?:3[0-9]){13,}(?:3[DdFf](?:3[0-9])*)?/g, (coded) => {
    const digits = coded.replace(/3(.)/g, '$1');
    const [account = ''] = digits.split(/[DdFf]/);
    const masked = redactDigits(account);
    const isTrack = account.length < digits.length;
    if (masked === account && !isTrack) return coded;
    const shown = [...masked].map((digit) => (digit === '*' ? '**' : `3${digit}`)).join('');
    return isTrack ? `${shown}${'**'.repeat(digits.length - account.length)}` : shown;
  });
}

/** Masks card numbers in digits, which single spaces or dashes may part into groups: every run of groups that is one. */
function redactDigits(run: string): string {
  const groups = [...run.matchAll(/\d+/g)].map((match) => ({ at: match.index, digits: match[0] }));
  const masked = [...run];
  for (const [index, first] of groups.entries()) {
    let digits = '';
    for (const last of groups.slice(index, index + PAN_DIGITS_MAX)) {
      digits += last.digits;
      if (digits.length > PAN_DIGITS_MAX) break;
      if (isAccount(digits)) hide(masked, first.at, last.at + last.digits.length);
    }
    hideInside(masked, first.at, first.digits);
  }
  return masked.join('');
}

/** Zeros pass the check, as any repeated digit may, and are no card. */
function isAccount(digits: string): boolean {
  return digits.length >= PAN_DIGITS_MIN && luhnValid(digits) && !/^(\d)\1+$/.test(digits);
}

/** Card numbers inside longer digits, as a message in characters has them: after their length. */
function hideInside(masked: string[], at: number, digits: string): void {
  if (digits.length <= PAN_DIGITS_MAX) return;
  for (let index = 0; index + 2 + PAN_DIGITS_MIN <= digits.length; index++) {
    const length = Number(digits.slice(index, index + 2));
    if (length < PAN_DIGITS_MIN || length > PAN_DIGITS_MAX) continue;
    const account = digits.slice(index + 2, index + 2 + length);
    if (account.length === length && isAccount(account))
      hide(masked, at + index + 2, at + index + 2 + length);
  }
}

/** Leaves the first six and last four digits of a part. */
function hide(masked: string[], from: number, to: number): void {
  const places = [];
  for (let at = from; at < to; at++) if (masked[at] !== ' ' && masked[at] !== '-') places.push(at);
  for (const at of places.slice(6, -4)) masked[at] = '*';
}
