import { assert, fromHex, ProtocolError, toHex, xorBytes } from '@kassa/primitives';

/** ISO 9564-1, 9.3: the formats of a PIN block. 0, 3 and 4 are bound to a card number; 2 is for offline PIN only. */
export type PinBlockFormat = 0 | 1 | 2 | 3 | 4;

/** ISO 9564-1, 8.1: a PIN has 4 to 12 digits. */
const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;
/** Digits of a block after its control field and length. */
const PIN_FIELD_DIGITS = 14;

/**
 * Clear PIN block of format 0 (ISO 9564-1, 9.3.2): control 0, length, PIN and F fill, exclusive-or the account field.
 * It must be enciphered before it leaves the PIN pad: `tdesEncrypt(pinKey, block)`.
 * @param pin 4 to 12 digits.
 * @param pan the whole number with its check digit.
 * @returns 8 bytes.
 */
export function encodePinBlock0(pin: string, pan: string): Uint8Array {
  return xorBytes(fromHex(pinDigits(0, pin).padEnd(16, 'F')), accountField(pan));
}

/**
 * Clear PIN block of format 1 (ISO 9564-1, 9.3.3), for devices that do not know the card number: control 1, length, PIN,
 * and digits unique to the transaction.
 * @param random hexadecimal digits to fill with: what is left of 14 after the PIN; more are not used.
 * @returns 8 bytes.
 */
export function encodePinBlock1(pin: string, random: string): Uint8Array {
  return fromHex(pinDigits(1, pin) + fillDigits(pin, random));
}

/**
 * Clear PIN block of format 2 (ISO 9564-1, 9.3.4), the one of VERIFY: control 2, length, PIN and F fill.
 * @returns 8 bytes.
 */
export function encodePinBlock2(pin: string): Uint8Array {
  return fromHex(pinDigits(2, pin).padEnd(16, 'F'));
}

/**
 * Clear PIN block of format 3 (ISO 9564-1, 9.3.5): as format 0, filled with random digits A to F.
 * @param random hexadecimal digits; those below A are moved into A to F.
 * @returns 8 bytes.
 */
export function encodePinBlock3(pin: string, pan: string, random: string): Uint8Array {
  const fill = fillDigits(pin, random).replace(/\d/g, (digit) => 'ABCDEF'.charAt(Number(digit) % 6));
  return xorBytes(fromHex(pinDigits(3, pin) + fill), accountField(pan));
}

/**
 * The PIN inside a clear block of format 0.
 * @throws ProtocolError `bad-value` when the block is not of format 0 for this number: the key or the number was wrong.
 * The error holds nothing of the block.
 */
export function decodePinBlock0(block: Uint8Array, pan: string): string {
  return decodePinBlock(0, block, pan);
}

interface DecodingRule {
  readonly bound: boolean;
  readonly fill: RegExp;
}

const DECODING: Readonly<Record<0 | 1 | 2 | 3, DecodingRule>> = {
  0: { bound: true, fill: /^F*$/ },
  1: { bound: false, fill: /^/ },
  2: { bound: false, fill: /^F*$/ },
  3: { bound: true, fill: /^[A-F]*$/ },
};

/**
 * The PIN inside a clear block of 8 bytes (ISO 9564-1, 9.3.2 to 9.3.5).
 * @param pan for formats 0 and 3; the others do not look at it.
 * @throws ProtocolError `bad-length`, or `bad-value` when the block is not of the format (for this number): the key or the
 * number was wrong. The error holds nothing of the block.
 */
export function decodePinBlock(format: 0 | 1 | 2 | 3, block: Uint8Array, pan: string): string {
  if (block.length !== 8) throw badBlock('bad-length', '8 bytes', `${block.length} bytes`);
  const { bound, fill } = DECODING[format];
  const pin = pinOfField(format, toHex(bound ? xorBytes(block, accountField(pan)) : block), fill);
  if (pin !== undefined) return pin;
  const whose = bound ? ' for this account' : '';
  throw badBlock('bad-value', `a PIN block of format ${format}${whose}`, 'another content');
}

/** The PIN in the 16 digits of a field; undefined where they are not of the format. */
export function pinOfField(format: PinBlockFormat, field: string, fill: RegExp): string | undefined {
  const digits = Number.parseInt(field.charAt(1), 16);
  const pin = field.slice(2, 2 + digits);
  const wellFormed =
    field.startsWith(String(format)) &&
    digits >= PIN_DIGITS_MIN &&
    digits <= PIN_DIGITS_MAX &&
    /^\d+$/.test(pin) &&
    fill.test(field.slice(2 + digits, 16));
  return wellFormed ? pin : undefined;
}

/** Control field, length and PIN (ISO 9564-1, 9.3.2.2). */
export function pinDigits(format: PinBlockFormat, pin: string): string {
  assert(
    /^\d+$/.test(pin) && pin.length >= PIN_DIGITS_MIN && pin.length <= PIN_DIGITS_MAX,
    'a PIN is 4 to 12 digits',
  );
  return `${format}${pin.length.toString(16)}${pin}`;
}

export function badBlock(code: 'bad-length' | 'bad-value', expected: string, found: string): ProtocolError {
  return new ProtocolError({ code, path: 'pin-block', offset: 0, expected, found });
}

function fillDigits(pin: string, random: string): string {
  const needed = PIN_FIELD_DIGITS - pin.length;
  assert(/^[0-9A-Fa-f]*$/.test(random) && random.length >= needed, `${needed} random digits needed`);
  return random.slice(0, needed).toUpperCase();
}

/** ISO 9564-1, 9.3.2.3: four zeros and the rightmost 12 digits of the number without its check digit. */
function accountField(pan: string): Uint8Array {
  assert(/^\d{2,19}$/.test(pan), 'a card number is digits');
  return fromHex(pan.slice(0, -1).slice(-12).padStart(16, '0'));
}
