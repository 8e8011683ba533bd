import { type Message, parsePrivateData } from '@kassa/iso8583';
import {
  AmountError,
  fromAmountDigits,
  fromHex,
  KZT_NUMERIC,
  type Pan,
  PanError,
  ProtocolError,
  parsePan,
  type Tiyn,
  type TransactionId,
  transactionId,
} from '@kassa/primitives';
import { PRIVATE_TAGS } from './private-data.ts';

/** How the merchant takes a payment. */
export type Settle = 'digital' | 'non-cash';

/** A purchase as asked for by a terminal, every value parsed. */
export interface PaymentRequest {
  readonly transactionId: TransactionId;
  readonly terminalId: string;
  readonly merchantNumber: string;
  /** DE 11. */
  readonly stan: string;
  /** DE 37. */
  readonly rrn: string;
  /** DE 13 and DE 12: `MMDDhhmmss`, local. */
  readonly localTime: string;
  readonly amount: Tiyn;
  readonly card: PresentedCard;
  readonly pin: { readonly block: Uint8Array; readonly ksn: Uint8Array } | null;
  /** Null: as the merchant's profile says. */
  readonly settle: Settle | null;
}

export type PresentedCard =
  | { readonly entry: 'chip'; readonly pan: Pan; readonly expiry: string; readonly emvData: Uint8Array }
  | {
      readonly entry: 'swipe';
      readonly pan: Pan;
      readonly expiry: string;
      readonly serviceCode: string;
      readonly verificationValue: string;
    };

/** A message that is well formed and cannot be carried out: DE 39 and a sentence. */
export interface Unacceptable {
  readonly responseCode: '12' | '13' | '14' | '30';
  readonly text: string;
}

/** Data elements a 0200 must carry (docs/wire.md). */
const REQUIRED = [3, 4, 7, 11, 12, 13, 22, 25, 37, 41, 42, 49] as const;

/** DE 3: purchase, from the default account to none (ISO 8583:1987, A.3). */
const PURCHASE = '000000';

/** Where Kassa's stripes carry the CVV in the discretionary data: after PVKI (1) and PVV (4). */
const STRIPE_VALUE_OFFSET = 5;

/** Parses a 0200, or says what in it cannot be carried out. */
export function parsePaymentRequest(message: Message): PaymentRequest | Unacceptable {
  try {
    return parse(message);
  } catch (error) {
    if (error instanceof Refusal) return { responseCode: error.responseCode, text: error.message };
    if (error instanceof ProtocolError)
      return { responseCode: '30', text: `DE ${error.path}: ${error.code}` };
    if (error instanceof AmountError) return { responseCode: '13', text: error.message };
    if (error instanceof PanError) return { responseCode: '14', text: error.message };
    throw error;
  }
}

/** Carries an {@link Unacceptable} out of the parsers of this file. */
class Refusal extends Error {
  readonly responseCode: Unacceptable['responseCode'];
  constructor(responseCode: Unacceptable['responseCode'], message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

function parse({ fields }: Message): PaymentRequest {
  const missing = REQUIRED.filter((number) => fields[number] === undefined);
  if (missing.length > 0)
    throw new Refusal('30', `missing ${missing.map((number) => `DE ${number}`).join(', ')}`);
  const field = (number: number): string => fields[number] ?? '';
  if (field(3) !== PURCHASE) throw new Refusal('12', `processing code ${field(3)} is not offered`);
  if (field(49) !== KZT_NUMERIC) throw new Refusal('12', `currency ${field(49)} is not the tenge (398)`);
  const amount = fromAmountDigits(field(4));
  if (amount === 0n) throw new Refusal('13', 'the amount is zero');
  const terminalId = field(41).trim();
  return {
    transactionId: transactionId(terminalId, field(37)),
    terminalId,
    merchantNumber: field(42).trim(),
    stan: field(11),
    rrn: field(37),
    localTime: field(13) + field(12),
    amount,
    card: parseCard(fields),
    pin: parsePin(fields),
    settle: parseSettle(fields[48]),
  };
}

function parseCard(fields: Message['fields']): PresentedCard {
  const entryMode = (fields[22] ?? '').slice(0, 2);
  // DE 22: 05 chip, 07 contactless chip; 90 full magnetic stripe, 80 the same because the chip cannot be read.
  if (entryMode === '05' || entryMode === '07') {
    const [pan, expiry, emvData] = [fields[2], fields[14], fields[55]];
    if (!pan || !expiry || !emvData) throw new Refusal('30', 'a chip payment needs DE 2, DE 14 and DE 55');
    return { entry: 'chip', pan: parsePan(pan), expiry, emvData: fromHex(emvData) };
  }
  if (entryMode === '90' || entryMode === '80') return parseStripe(fields[35]);
  throw new Refusal('12', `point of service entry mode ${fields[22]} is not offered`);
}

/** Track 2 (ISO/IEC 7813): number, separator, expiry YYMM, service code, discretionary data. */
function parseStripe(track2: string | undefined): PresentedCard {
  const match = /^(\d{12,19})[=D](\d{4})(\d{3})(\d{8,})$/.exec(track2 ?? '');
  if (!match) throw new Refusal('30', 'a stripe payment needs a whole track 2 in DE 35');
  const [, pan = '', expiry = '', serviceCode = '', discretionary = ''] = match;
  return {
    entry: 'swipe',
    pan: parsePan(pan),
    expiry,
    serviceCode,
    verificationValue: discretionary.slice(STRIPE_VALUE_OFFSET, STRIPE_VALUE_OFFSET + 3),
  };
}

function parsePin(fields: Message['fields']): PaymentRequest['pin'] {
  const [block, ksn] = [fields[52], fields[62]];
  if (block === undefined) return null;
  if (ksn?.length !== 20)
    throw new Refusal('30', 'a PIN block in DE 52 needs its key serial number, 10 bytes in DE 62');
  return { block: fromHex(block), ksn: fromHex(ksn) };
}

function parseSettle(privateData: string | undefined): Settle | null {
  if (privateData === undefined) return null;
  const value = parsePrivateData(privateData).find(({ tag }) => tag === PRIVATE_TAGS.settle)?.value;
  if (value === undefined) return null;
  if (value === 'D') return 'digital';
  if (value === 'N') return 'non-cash';
  throw new Refusal('30', 'DE 48 tag 01 is D or N');
}
