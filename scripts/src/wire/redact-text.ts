import { compileDialect, type Dialect, describe, maskedHex } from '@kassa/iso8583';
import { fromHex, luhnValid, maskPan, ProtocolError, toHex } from '@kassa/primitives';
import { readMessages } from './read-messages.ts';

const PAN_DIGITS_MIN = 13;
const PAN_DIGITS_MAX = 19;
/** MTI and one bitmap, packed: nothing shorter is a message. */
const HEX_MESSAGE = /(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}){10,}(?![0-9A-Fa-f])/g;
/** ISO/IEC 7813: card number, separator, expiry, service code, discretionary data. */
const TRACK_2 = /(?<!\d)(\d{12,19})([=D])(?:\d{4,}F?)/g;
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
    .replace(HEX_MESSAGE, (hex) => redactHex(hex, dialects))
    .replace(TRACK_2, (_, pan: string, separator: string) => `${maskPan(pan)}${separator}***`)
    .replace(TRACK_1, (_, start: string, pan: string) => `${start}${maskPan(pan)}^***`)
    .replace(DIGIT_GROUPS, redactDigits);
}

/** Masks a message as its dialect does; other hexadecimal where card numbers stand in it as characters or packed. */
function redactHex(hex: string, dialects: readonly Dialect[]): string {
  const bytes = fromHex(hex);
  for (const dialect of dialects) {
    for (const framing of [undefined, dialect.framing]) {
      const { bodies, error } = readMessages(bytes, framing);
      if (error !== null || !bodies.every((body) => isMessage(dialect, body))) continue;
      const [first] = bodies;
      const masked = bodies.map((body) => maskedHex(body, describe(dialect, body)));
      if (framing === undefined || bodies.length !== 1 || first === undefined) return masked.join(' ');
      const headBytes = bytes.length - first.length;
      return `${toHex(bytes.subarray(0, headBytes))}${masked.join('')}`;
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

/** Masks card numbers in digits, which single spaces or dashes may part into groups. */
function redactDigits(run: string): string {
  const groups = [...run.matchAll(/\d+/g)].map((match) => ({ at: match.index, digits: match[0] }));
  const masked = [...run];
  let from = 0;
  while (from < groups.length) {
    const taken = accountGroups(groups.slice(from).map(({ digits }) => digits));
    const first = groups[from];
    const last = groups[from + taken - 1];
    if (first === undefined) break;
    if (taken > 0 && last !== undefined) hide(masked, first.at, last.at + last.digits.length);
    else hideInside(masked, first.at, first.digits);
    from += Math.max(taken, 1);
  }
  return masked.join('');
}

/** How many groups from the first make a card number; the longest that does. */
function accountGroups(groups: readonly string[]): number {
  let digits = '';
  let taken = 0;
  for (const [index, group] of groups.entries()) {
    digits += group;
    if (digits.length > PAN_DIGITS_MAX) break;
    if (digits.length >= PAN_DIGITS_MIN && luhnValid(digits)) taken = index + 1;
  }
  return taken;
}

/** Card numbers inside longer digits, as a message in characters has them: after their length. */
function hideInside(masked: string[], at: number, digits: string): void {
  if (digits.length <= PAN_DIGITS_MAX) return;
  for (let index = 0; index + 2 + PAN_DIGITS_MIN <= digits.length; index++) {
    const length = Number(digits.slice(index, index + 2));
    if (length < PAN_DIGITS_MIN || length > PAN_DIGITS_MAX) continue;
    const account = digits.slice(index + 2, index + 2 + length);
    if (account.length === length && luhnValid(account))
      hide(masked, at + index + 2, at + index + 2 + length);
  }
}

/** Leaves the first six and last four digits of a part. */
function hide(masked: string[], from: number, to: number): void {
  const places = [];
  for (let at = from; at < to; at++) if (masked[at] !== ' ' && masked[at] !== '-') places.push(at);
  for (const at of places.slice(6, -4)) masked[at] = '*';
}
