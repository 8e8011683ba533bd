import { assert, concatBytes, fromHex, toHex, xorBytes } from '@kassa/primitives';
import { tdesCbcEncrypt, tdesEncrypt } from './des.ts';
import { padBlocks, retailMac } from './mac.ts';
import { badBlock, encodePinBlock2, pinOfField } from './pin-block.ts';

/** The transaction a script belongs to: it stands in the MAC of each command, though not in the command. */
export interface ScriptContext {
  /** Session key of secure messaging for integrity, 16 bytes. */
  readonly macKey: Uint8Array;
  /** 2 bytes of tag 9F36. */
  readonly atc: Uint8Array;
  /** 8 bytes of tag 9F26. */
  readonly arqc: Uint8Array;
}

/** How a card takes enciphered command data. */
export type ScriptEncipherment = 'visa' | 'mastercard' | 'emv';

interface EnciphermentRule {
  /** One byte with the length of the data stands before it. */
  readonly lengthBefore: boolean;
  /** `80` and zeros: on every data, or on data that does not fill its last block. */
  readonly padding: 'always' | 'when-needed';
  readonly mode: 'ecb' | 'cbc';
}

const ENCIPHERMENT: Readonly<Record<ScriptEncipherment, EnciphermentRule>> = {
  // Visa Integrated Circuit Card Specification 1.5.
  visa: { lengthBefore: true, padding: 'always', mode: 'ecb' },
  // M/Chip 4 security and key management: a PIN block of 8 bytes is not padded.
  mastercard: { lengthBefore: false, padding: 'when-needed', mode: 'cbc' },
  // EMV 4.4 Book 2, 9.3 and annex A1.1.
  emv: { lengthBefore: false, padding: 'always', mode: 'cbc' },
};

/**
 * MAC of an issuer script command in format 2 (EMV 4.4 Book 2, 9.2.1.2 and 9.2.3; Visa and M/Chip put counter and
 * cryptogram after the header).
 * @param header CLA INS P1 P2 Lc, the length with the MAC counted: 5 bytes.
 * @param data command data before the MAC, enciphered where the command says so.
 * @returns 8 bytes; the caller cuts to the length its card takes, 4 to 8.
 */
export function scriptMac(context: ScriptContext, header: Uint8Array, data: Uint8Array): Uint8Array {
  assert(header.length === 5, `a command header with its length is 5 bytes, found ${header.length}`);
  assert(context.atc.length === 2, `a transaction counter is 2 bytes, found ${context.atc.length}`);
  assert(context.arqc.length === 8, `a cryptogram is 8 bytes, found ${context.arqc.length}`);
  const covered = concatBytes(header, context.atc, context.arqc, data);
  return retailMac(context.macKey, covered, { padding: 'method-2' });
}

/**
 * Enciphers command data (EMV 4.4 Book 2, 9.3 and annex A1.1; Visa: its length stands before it).
 * @param key session key of secure messaging for confidentiality, 16 bytes.
 */
export function encipherScriptData(
  encipherment: ScriptEncipherment,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const { lengthBefore, padding, mode } = ENCIPHERMENT[encipherment];
  const plain = lengthBefore ? concatBytes(Uint8Array.of(data.length), data) : data;
  const isWhole = plain.length % 8 === 0 && padding === 'when-needed';
  const padded = isWhole ? plain : padBlocks(plain, 'method-2');
  return mode === 'ecb' ? tdesEncrypt(key, padded) : tdesCbcEncrypt(key, padded);
}

/**
 * PIN block of the Visa PIN change command (Visa Integrated Circuit Card Specification 1.5): the new PIN,
 * exclusive-or four bytes of the card's own cryptogram key and, where the old PIN is known, the old PIN.
 * @param udkAc the card's key for application cryptograms, 16 bytes.
 * @returns 8 bytes.
 */
export function visaPinChangeBlock(udkAc: Uint8Array, newPin: string, currentPin?: string): Uint8Array {
  assert(isPin(newPin) && (currentPin === undefined || isPin(currentPin)), 'a PIN is 4 to 12 digits');
  const field = fromHex(`0${newPin.length.toString(16)}${newPin}`.padEnd(16, 'F'));
  const block = xorBytes(field, concatBytes(new Uint8Array(4), udkAc.subarray(4, 8)));
  return currentPin === undefined ? block : xorBytes(block, fromHex(currentPin.padEnd(16, '0')));
}

/**
 * The card's side of {@link visaPinChangeBlock}.
 * @throws ProtocolError `bad-value` at `pin-block` when no PIN is in it.
 */
export function visaPinFromChangeBlock(udkAc: Uint8Array, block: Uint8Array, currentPin?: string): string {
  const masked = xorBytes(block, concatBytes(new Uint8Array(4), udkAc.subarray(4, 8)));
  const field = currentPin === undefined ? masked : xorBytes(masked, fromHex(currentPin.padEnd(16, '0')));
  const pin = pinOfField(0, toHex(field), /^F*$/);
  if (pin === undefined)
    throw badBlock('bad-value', 'a PIN block of the PIN change command', 'another content');
  return pin;
}

export interface PinChange {
  readonly context: ScriptContext;
  /** Session key of secure messaging for confidentiality, 16 bytes. */
  readonly confidentialityKey: Uint8Array;
  readonly newPin: string;
  /** Visa: the card's key for application cryptograms goes into the PIN block. Others take a block of format 2. */
  readonly visa?: { readonly udkAc: Uint8Array; readonly currentPin?: string };
  /** For others than Visa; `mastercard` unless given. */
  readonly encipherment?: 'mastercard' | 'emv';
}

/**
 * PIN CHANGE/UNBLOCK command that sets a PIN (EMV 4.4 Book 3, 6.5.10; CLA 84, INS 24).
 * P2 is 02, or 01 where the Visa block takes the current PIN with it; both are proprietary.
 * @returns the whole command: header, enciphered PIN block, MAC of 8 bytes.
 */
export function pinChangeCommand(change: PinChange): Uint8Array {
  const { context, confidentialityKey, newPin, visa, encipherment } = change;
  const block =
    visa === undefined ? encodePinBlock2(newPin) : visaPinChangeBlock(visa.udkAc, newPin, visa.currentPin);
  const data = encipherScriptData(
    visa === undefined ? (encipherment ?? 'mastercard') : 'visa',
    confidentialityKey,
    block,
  );
  const p2 = visa?.currentPin === undefined ? 0x02 : 0x01;
  const header = Uint8Array.of(0x84, 0x24, 0x00, p2, data.length + 8);
  return concatBytes(header, data, scriptMac(context, header, data));
}

function isPin(text: string): boolean {
  return /^\d{4,12}$/.test(text);
}
