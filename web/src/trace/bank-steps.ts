import { type JsonRecord, textAt, textOrNullAt } from '../json-reader.ts';
import { amountAt, factsDetail, wordAt } from './read-detail.ts';
import type { Party, StepText, StepWriters, Tone } from './step-types.ts';
import { sentenceEnd } from './words.ts';

function told(party: Party, tone: Tone, data: JsonRecord, sentence: string): StepText {
  return { party, tone, sentence, detail: factsDetail(data) };
}

/** Steps of the issuing bank and of the merchant's bank. */
export const BANK_STEPS: StepWriters = {
  'bank.cryptogram-verified': (data) =>
    told('bank', 'plain', data, 'The card’s cryptogram is genuine: only this card could have made it.'),
  'bank.cryptogram-refused': (data) =>
    told('bank', 'bad', data, `The card’s cryptogram is refused: ${sentenceEnd(textAt(data, 'why'))}.`),
  'bank.pin-verified': (data) => told('bank', 'plain', data, 'The PIN is right.'),
  'bank.pin-refused': (data) =>
    told('bank', 'bad', data, `The PIN is wrong; tries left: ${wordAt(data, 'triesLeft')}.`),
  'bank.authorised': (data) =>
    told('bank', 'plain', data, `The bank authorises${withCode(textOrNullAt(data, 'approvalCode'))}.`),
  'bank.refused': (data) =>
    told(
      'bank',
      'bad',
      data,
      `The bank refuses with code ${wordAt(data, 'responseCode')}: ${sentenceEnd(textOrNullAt(data, 'reason') ?? 'no reason given')}.`,
    ),
  'bank.credited': (data) =>
    told('account', 'good', data, `${amountAt(data)} of non-cash tenge arrive on the merchant’s account.`),
  'bank.credit-queued': (data) =>
    told('account', 'plain', data, `The merchant’s bank takes on a credit of ${amountAt(data)}.`),
  'bank.credit-rejected': (data) =>
    told(
      'account',
      'bad',
      data,
      `The merchant’s bank rejects the credit of ${amountAt(data)}: ${textAt(data, 'reason')}.`,
    ),
  'bank.debited': (data) =>
    told('account', 'bad', data, `${amountAt(data)} of non-cash tenge leave the merchant’s account again.`),
};

/** Steps on the digital tenge ledger. */
export const LEDGER_STEPS: StepWriters = {
  'ledger.held': (data) =>
    told('ledger', 'plain', data, `${amountAt(data)} of the payer’s digital tenge are locked.`),
  'ledger.executed': (data) =>
    told('ledger', 'good', data, `${amountAt(data)} of digital tenge belong to the merchant now.`),
  'ledger.redeemed': (data) =>
    told('ledger', 'plain', data, `${amountAt(data)} of digital tenge leave circulation.`),
  'ledger.released': (data) => told('ledger', 'bad', data, 'The locked digital tenge are free again.'),
  'ledger.transferred': (data) =>
    told('ledger', 'bad', data, `${amountAt(data)} of digital tenge go back to the payer.`),
  'ledger.issued': (data) =>
    told('ledger', 'bad', data, `${amountAt(data)} of digital tenge are issued again.`),
};

function withCode(approvalCode: string | null): string {
  return approvalCode === null || approvalCode === '' ? '' : ` with approval code ${approvalCode}`;
}
