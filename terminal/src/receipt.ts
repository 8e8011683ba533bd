import { ALMATY_OFFSET_MS, calendarParts, displayTenge } from '@kassa/primitives';
import { RECEIPT_COLUMNS } from './limits.ts';
import type { PaymentResult, Receipts } from './payment-result.ts';

/** What a receipt tells besides the result. */
export interface ReceiptFacts {
  readonly merchantName: string;
  readonly city: string;
  readonly terminalId: string;
  readonly merchantNumber: string;
  readonly timeMs: number;
  /** In tiyn. */
  readonly amount: bigint;
  /** Last four digits, null when no card was read. */
  readonly lastFour: string | null;
  readonly entry: 'chip' | 'swipe' | 'tap' | null;
  /** Application identifier of the chip application, and its preferred name or label (EMV 4.4 Book 4, 11.4). */
  readonly application: { readonly aid: string; readonly label: string } | null;
  /** `failed`: the card's rules wanted a verification and none succeeded. */
  /** The host may have approved, and is being told to undo it. */
  readonly reversalPending: boolean;
  readonly verification: 'pin' | 'signature' | 'device' | 'none' | 'failed';
}

/** Both copies, lines of at most {@link RECEIPT_COLUMNS} characters. Never an expiry date, never a whole card number. */
export function makeReceipts(result: PaymentResult, facts: ReceiptFacts): Receipts {
  const body = lines(result, facts);
  return {
    merchant: [...body, '', centre('MERCHANT COPY')].join('\n'),
    customer: [...body, '', centre('CUSTOMER COPY')].join('\n'),
  };
}

function lines(result: PaymentResult, facts: ReceiptFacts): string[] {
  const { year, month, day, hour, minute, second } = calendarParts(facts.timeMs, ALMATY_OFFSET_MS);
  return [
    ...wrap(facts.merchantName).map(centre),
    ...wrap(facts.city).map(centre),
    row('Terminal', facts.terminalId),
    row('Merchant', facts.merchantNumber),
    row(`${day}.${month}.${year}`, `${hour}:${minute}:${second}`),
    rule(),
    centre('PURCHASE'),
    ...(facts.lastFour ? [row('Card', `**** ${facts.lastFour} ${facts.entry ?? ''}`.trim())] : []),
    ...(facts.application
      ? [...rows('AID', facts.application.aid), ...rows('Application', printable(facts.application.label))]
      : []),
    row('Amount', displayTenge(facts.amount).replaceAll('\u00a0', ' ')),
    rule(),
    centre(result.approved ? 'APPROVED' : 'DECLINED'),
    row('Response code', result.responseCode),
    ...(result.approvalCode ? [row('Approval code', result.approvalCode)] : []),
    row('RRN', result.rrn),
    row('STAN', result.stan),
    ...(result.route
      ? [row('Settled as', result.route === 'direct' ? 'digital tenge' : 'non-cash tenge')]
      : []),
    ...(result.approved
      ? cardholderLines(facts.verification)
      : [...wrap(result.reason ?? ''), ...moneyLines(facts.reversalPending)]),
  ];
}

/** While a reversal waits for the host to confirm it, money may still be held. */
function moneyLines(reversalPending: boolean): string[] {
  return reversalPending ? ['The payment is being reversed:', 'no money will be kept.'] : ['No money moved.'];
}

function cardholderLines(verification: ReceiptFacts['verification']): string[] {
  if (verification === 'pin') return ['PIN verified: no signature'];
  if (verification === 'signature') return ['', 'Signature ______________________'];
  if (verification === 'device') return ['Verified on the customer device.'];
  if (verification === 'failed') return ['Cardholder not verified.'];
  return ['No PIN or signature needed.'];
}

function row(left: string, right: string): string {
  const space = Math.max(1, RECEIPT_COLUMNS - left.length - right.length);
  return `${left}${' '.repeat(space)}${right}`;
}

/** In one line, or the value below its name: an AID may take a whole line. */
function rows(left: string, right: string): string[] {
  return left.length + 1 + right.length <= RECEIPT_COLUMNS ? [row(left, right)] : [left, ...wrap(right)];
}

function centre(text: string): string {
  return `${' '.repeat(Math.max(0, Math.floor((RECEIPT_COLUMNS - text.length) / 2)))}${text}`;
}

function rule(): string {
  return '-'.repeat(RECEIPT_COLUMNS);
}

/** Cards and hosts send these texts: a line feed in one of them must not make a line of its own. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** Breaks a sentence between words, and a word that is longer than a line. */
function wrap(text: string): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ').flatMap(pieces)) {
    if (line !== '' && line.length + 1 + word.length > RECEIPT_COLUMNS) {
      wrapped.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? wrapped : [...wrapped, line];
}

function pieces(word: string): string[] {
  return word.match(new RegExp(`.{1,${RECEIPT_COLUMNS}}`, 'gu')) ?? [];
}
