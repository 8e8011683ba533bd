import { buildOriginalDataElements, encodePrivateData, type Message } from '@kassa/iso8583';
import { KZT_NUMERIC, type Tiyn, toAmountDigits, toHex } from '@kassa/primitives';
import type { Settle } from './device-state.ts';
import type { TraceNumbers } from './trace-numbers.ts';

/** What a terminal says of itself in its messages. */
export interface TerminalIdentity {
  /** DE 41, 8 characters. */
  readonly id: string;
  /** DE 42, 15 characters. */
  readonly merchantNumber: string;
  readonly merchantName: string;
  readonly city: string;
  /** DE 18, merchant category code. */
  readonly mcc: string;
}

/** The card's part of a purchase. */
export type CardFields =
  | {
      /** `tap`: the chip over the air. */
      readonly entry: 'chip' | 'tap';
      readonly pan: string;
      /** `YYMM`. */
      readonly expiry: string;
      /** PAN sequence number, two digits. */
      readonly psn: string;
      /** Track 2 equivalent data with separator `=`, undefined when the card has none. */
      readonly track2: string | undefined;
      readonly emvData: Uint8Array;
    }
  /** `fallback`: the stripe of a card whose chip cannot be read. */
  | { readonly entry: 'swipe' | 'fallback'; readonly track2: string };

export interface PinFields {
  readonly block: Uint8Array;
  readonly ksn: Uint8Array;
}

/** DE 3: purchase. */
const PURCHASE = '000000';
/** DE 25: normal presentment. */
const NORMAL_PRESENTMENT = '00';
/**
 * DE 22 (ISO 8583:1987 and the schemes' later values): 05 chip, 07 contactless chip, 90 full magnetic stripe, 80 stripe
 * because the chip cannot be read; third digit 1: the terminal can take a PIN.
 */
const ENTRY_MODE = { chip: '051', tap: '071', swipe: '901', fallback: '801' } as const;
/** DE 48 tags of Kassa's dialects (docs/wire.md). */
const PRIVATE_TAG_SETTLE = '01';

/** 0200, without its MAC. */
export function purchaseMessage(
  identity: TerminalIdentity,
  numbers: TraceNumbers,
  purchase: { amount: Tiyn; settle: Settle | null; card: CardFields; pin: PinFields | null },
): Message {
  const { card, pin, settle } = purchase;
  const fields: Record<number, string> = {
    3: PURCHASE,
    4: toAmountDigits(purchase.amount),
    ...timeFields(numbers),
    18: identity.mcc,
    22: ENTRY_MODE[card.entry],
    25: NORMAL_PRESENTMENT,
    37: numbers.rrn,
    41: identity.id,
    42: identity.merchantNumber,
    43: acceptorLocation(identity),
    49: KZT_NUMERIC,
  };
  if (card.entry === 'chip' || card.entry === 'tap') {
    fields[2] = card.pan;
    fields[14] = card.expiry;
    fields[23] = card.psn.padStart(3, '0');
    fields[55] = toHex(card.emvData);
  }
  if (card.track2 !== undefined) fields[35] = card.track2;
  if (settle)
    fields[48] = encodePrivateData([{ tag: PRIVATE_TAG_SETTLE, value: settle === 'digital' ? 'D' : 'N' }]);
  if (pin) {
    fields[52] = toHex(pin.block);
    fields[62] = toHex(pin.ksn);
  }
  return { mti: '0200', fields };
}

/** What a reversal has to say of the payment it undoes; nothing of it is secret, so the journal may keep it. */
export interface OriginalPayment {
  readonly amount: Tiyn;
  readonly numbers: TraceNumbers;
}

/**
 * 0400, or 0401 when it is sent again, without its MAC. It names the payment by DE 37, 41 and 90 and carries no card
 * number: the terminal's journal keeps none.
 */
export function reversalMessage(
  identity: TerminalIdentity,
  own: TraceNumbers,
  original: OriginalPayment,
  isRepeat: boolean,
): Message {
  return {
    mti: isRepeat ? '0401' : '0400',
    fields: {
      3: PURCHASE,
      4: toAmountDigits(original.amount),
      7: own.transmissionTime,
      11: own.stan,
      12: original.numbers.localTime,
      13: original.numbers.localDate,
      25: NORMAL_PRESENTMENT,
      37: original.numbers.rrn,
      41: identity.id,
      42: identity.merchantNumber,
      49: KZT_NUMERIC,
      90: buildOriginalDataElements({
        mti: '0200',
        stan: original.numbers.stan,
        transmissionTime: original.numbers.transmissionTime,
        acquirerId: '',
        forwarderId: '',
      }),
    },
  };
}

/** DE 70 (ISO 8583:1987): 001 sign on, 101 new key, 301 echo test. */
export type NetworkCode = '001' | '101' | '301';

/** 0800. */
export function networkMessage(
  identity: TerminalIdentity,
  numbers: TraceNumbers,
  code: NetworkCode,
): Message {
  return {
    mti: '0800',
    fields: { 7: numbers.transmissionTime, 11: numbers.stan, 41: identity.id, 70: code },
  };
}

function timeFields(numbers: TraceNumbers): Record<number, string> {
  return { 7: numbers.transmissionTime, 11: numbers.stan, 12: numbers.localTime, 13: numbers.localDate };
}

/** DE 43: name (23), city (13), region (2), country (2). */
function acceptorLocation({ merchantName, city }: TerminalIdentity): string {
  return `${ascii(merchantName, 23)}${ascii(city, 13)}  KZ`;
}

/** Text of the wire is ASCII: an accent is dropped, any other letter becomes a question mark. */
function ascii(text: string, length: number): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain
    .replace(/[^\x20-\x7e]/gu, '?')
    .slice(0, length)
    .padEnd(length);
}
