import {
  accountField4,
  aesEncrypt,
  encipherPinBlock,
  encodePinBlock,
  encodePinField4,
  pinVerificationValue,
  tdesEncrypt,
} from '@kassa/emv';
import { fromHex, toHex, xorBytes } from '@kassa/primitives';
import { CalcArgumentError, choice, digits, hex, optional, PAN, PIN, text } from './calc-argument.ts';
import { type CalcAnswer, type CalcContext, calcFunction } from './calc-function.ts';

const TDES_KEY_BYTES = [16, 24];
const AES_KEY_BYTES = [16, 24, 32];
/** ISO 9564-1, 9.3.3: digits of a PIN field after control and length. */
const PIN_FIELD_DIGITS = 14;

interface PinBlockValues {
  readonly pin: string;
  readonly pan: string;
  readonly key: Uint8Array | undefined;
  readonly random: string | undefined;
}

export const PIN_BLOCK = calcFunction({
  name: 'pin-block',
  about: 'PIN block (ISO 9564-1, 9.3 and 9.4)',
  arguments: {
    format: choice('ISO 9564-1 format', ['0', '1', '2', '3', '4']),
    pin: PIN,
    pan: optional(PAN),
    key: optional(hex('PIN key: TDES, for format 4 AES', ...AES_KEY_BYTES)),
    random: optional(
      text(
        'formats 1 and 3: fill digits; format 4: 8 bytes; fresh ones unless given',
        'hexadecimal',
        (written) => (/^[0-9a-f]+$/i.test(written) ? written : undefined),
      ),
    ),
  },
  compute: ({ format, pin, pan, key, random }, context) => {
    if (pan === undefined && format !== '1' && format !== '2') {
      throw new CalcArgumentError('pan', PAN.expected, 'nothing');
    }
    const values: PinBlockValues = { pin, pan: pan ?? '', key, random };
    return format === '4' ? format4(values, context) : shortFormat(Number(format), values, context);
  },
});

function shortFormat(format: number, values: PinBlockValues, context: CalcContext): CalcAnswer {
  const { pin, pan, key, random } = values;
  if (key !== undefined && !TDES_KEY_BYTES.includes(key.length)) {
    throw new CalcArgumentError('key', 'a TDES key of 16 or 24 bytes', `${key.length} bytes`);
  }
  if (pan !== '') {
    context.explain('account field', fromHex(pan.slice(0, -1).slice(-12).padStart(16, '0')));
  }
  const known = ([0, 1, 2, 3] as const).find((one) => one === format) ?? 0;
  const block = encodePinBlock(known, pin, pan, fillFor(known, pin, random, context));
  if (pan !== '' && (format === 0 || format === 3)) {
    const account = fromHex(pan.slice(0, -1).slice(-12).padStart(16, '0'));
    context.explain('PIN field', xorBytes(block, account));
  }
  const clear = toHex(block);
  return key === undefined ? { clear } : { clear, block: toHex(tdesEncrypt(key, block)) };
}

function fillFor(format: number, pin: string, random: string | undefined, context: CalcContext): Uint8Array {
  const needed = PIN_FIELD_DIGITS - pin.length;
  if (format === 0 || format === 2) return new Uint8Array();
  if (random === undefined) return context.random(Math.ceil(PIN_FIELD_DIGITS / 2));
  if (random.length < needed) {
    throw new CalcArgumentError('random', `${needed} fill digits or more`, `${random.length}`);
  }
  return fromHex(random.padEnd(random.length + (random.length % 2), '0'));
}

function format4({ pin, pan, key, random }: PinBlockValues, context: CalcContext): CalcAnswer {
  if (random !== undefined && random.length !== 16) {
    throw new CalcArgumentError('random', '8 bytes in hexadecimal', `${random.length} digits`);
  }
  const fill = random === undefined ? context.random(8) : fromHex(random);
  const field = encodePinField4(pin, fill);
  const clear = toHex(field);
  context.explain('plain text PIN field', field);
  context.explain('plain text account field', accountField4(pan));
  if (key === undefined) return { clear };
  const first = aesEncrypt(key, field);
  context.explain('block A: PIN field enciphered', first);
  context.explain('block B: exclusive-or the account field', xorBytes(first, accountField4(pan)));
  return { clear, block: toHex(encipherPinBlock({ format: 4, key }, pin, pan, fill)) };
}

export const PVV = calcFunction({
  name: 'pvv',
  about: 'Visa PIN verification value',
  arguments: {
    pvk: hex('PIN verification key pair', 16),
    pvki: digits('key index', 1),
    pin: PIN,
    pan: digits('card number with its check digit', 12, 19),
  },
  compute: ({ pvk, pvki, pin, pan }, { explain }) => {
    const parameter = fromHex(pan.slice(-12, -1) + pvki + pin.slice(0, 4));
    explain('transformed security parameter', parameter);
    explain('enciphered', tdesEncrypt(pvk, parameter));
    return { pvv: pinVerificationValue(pvk, { pan, keyIndex: pvki, pin }) };
  },
});
