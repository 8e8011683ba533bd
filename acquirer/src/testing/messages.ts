import { retailMac } from '@kassa/emv';
import {
  buildOriginalDataElements,
  type Codec,
  compileDialect,
  dialects,
  encodeWithMac,
  type Message,
  macOf,
} from '@kassa/iso8583';
import { equalBytes, toHex } from '@kassa/primitives';
import type { PaymentRequest } from '../payment-request.ts';
import { TRACK_2 } from './cards.ts';
import { MAC_KEY, MERCHANT_NUMBER, TERMINAL } from './test-acquirer.ts';

export const CODECS: readonly Codec[] = [
  compileDialect(dialects.kassaBcd),
  compileDialect(dialects.kassaAscii),
];
export const [BCD] = CODECS as [Codec, Codec];

/** A payment as a terminal writes it, without its MAC. */
export function paymentMessage(purchase: PaymentRequest): Message {
  const { card, pin, settle } = purchase;
  const fields: Record<number, string> = {
    3: '000000',
    4: purchase.amount.toString().padStart(12, '0'),
    7: '1123101530',
    11: purchase.stan,
    12: purchase.localTime.slice(4),
    13: purchase.localTime.slice(0, 4),
    22: card.entry === 'chip' ? '051' : '901',
    25: '00',
    37: purchase.rrn,
    41: purchase.terminalId,
    42: purchase.merchantNumber,
    49: '398',
  };
  if (card.entry === 'chip') Object.assign(fields, { 2: card.pan, 14: card.expiry, 55: toHex(card.emvData) });
  else fields[35] = TRACK_2;
  if (settle) fields[48] = settle === 'digital' ? '0101D' : '0101N';
  if (pin) Object.assign(fields, { 52: toHex(pin.block), 62: toHex(pin.ksn) });
  return { mti: '0200', fields };
}

/** The reversal of a payment, without its MAC. */
export function reversalMessage(purchase: PaymentRequest, mti: '0400' | '0401' = '0400'): Message {
  const { 3: processing, 4: amount, 12: time, 13: date, 37: rrn } = paymentMessage(purchase).fields;
  return {
    mti,
    fields: {
      3: processing ?? '',
      4: amount ?? '',
      7: '1123101600',
      11: '900001',
      12: time ?? '',
      13: date ?? '',
      25: '00',
      37: rrn ?? '',
      41: TERMINAL,
      42: MERCHANT_NUMBER,
      49: '398',
      90: buildOriginalDataElements({
        mti: '0200',
        stan: purchase.stan,
        transmissionTime: '1123101530',
        acquirerId: '',
        forwarderId: '',
      }),
    },
  };
}

export function echoMessage(stan: string, code = '301', terminalId = TERMINAL): Message {
  return { mti: '0800', fields: { 7: '1123101530', 11: stan, 41: terminalId, 70: code } };
}

export function sealed(codec: Codec, message: Message, key = MAC_KEY): Uint8Array {
  return encodeWithMac(codec, message, (covered) => retailMac(key, covered, { padding: 'method-1' }));
}

/** `right`, `wrong` or `none`: the MAC of an answer. */
export function macVerdict(codec: Codec, bytes: Uint8Array): string {
  const sent = macOf(codec, bytes, codec.decode(bytes));
  if (!sent) return 'none';
  return equalBytes(sent.mac, retailMac(MAC_KEY, sent.covered, { padding: 'method-1' })) ? 'right' : 'wrong';
}
