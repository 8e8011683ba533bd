import { assert, fromHex, ProtocolError, toHex, xorBytes } from '@kassa/primitives';

/** ISO 9564-1, 8.1: a PIN has 4 to 12 digits. */
const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;

/**
 * Clear PIN block of format 0 (ISO 9564-1, 9.3.2): control 0, length, PIN and F fill, exclusive-or the account field.
 * It must be enciphered before it leaves the PIN pad: `tdesEncrypt(pinKey, block)`.
 * @param pin 4 to 12 digits.
 * @param pan the whole number with its check digit.
 * @returns 8 bytes.
 */
export function encodePinBlock0(pin: string, pan: string): Uint8Array {
  assert(
    /^\d+$/.test(pin) && pin.length >= PIN_DIGITS_MIN && pin.length <= PIN_DIGITS_MAX,
    'a PIN is 4 to 12 digits',
  );
  const field = `0${pin.length.toString(16)}${pin}`.padEnd(16, 'F');
  return xorBytes(fromHex(field), accountField(pan));
}

/**
 * The PIN inside a clear block of format 0.
 * @throws ProtocolError `bad-value` when the block is not of format 0 for this number: the key or the number was wrong.
 * The error holds nothing of the block.
 */
export function decodePinBlock0(block: Uint8Array, pan: string): string {
  if (block.length !== 8) throw badBlock('bad-length', '8 bytes', `${block.length} bytes`);
  const field = toHex(xorBytes(block, accountField(pan)));
  const digits = Number.parseInt(field.charAt(1), 16);
  const wellFormed =
    field.startsWith('0') &&
    digits >= PIN_DIGITS_MIN &&
    digits <= PIN_DIGITS_MAX &&
    /^\d+$/.test(field.slice(2, 2 + digits)) &&
    /^F*$/.test(field.slice(2 + digits));
  if (!wellFormed) throw badBlock('bad-value', 'a PIN block of format 0 for this account', 'another content');
  return field.slice(2, 2 + digits);
}

/** ISO 9564-1, 9.3.2.3: four zeros and the rightmost 12 digits of the number without its check digit. */
function accountField(pan: string): Uint8Array {
  assert(/^\d{2,19}$/.test(pan), 'a card number is digits');
  return fromHex(pan.slice(0, -1).slice(-12).padStart(16, '0'));
}

function badBlock(code: 'bad-length' | 'bad-value', expected: string, found: string): ProtocolError {
  return new ProtocolError({ code, path: 'pin-block', offset: 0, expected, found });
}
