import { booleanAt, type JsonRecord, textAt, textOrNullAt } from '../json-reader.ts';
import { factsDetail, wordAt } from './read-detail.ts';
import type { StepText, StepWriters, Tone } from './step-types.ts';
import { sentenceEnd } from './words.ts';

function told(tone: Tone, data: JsonRecord, sentence: string): StepText {
  return { party: 'acquirer', tone, sentence, detail: factsDetail(data) };
}

/** Decisions of the acquirer. */
export const ACQUIRER_STEPS: StepWriters = {
  'acquirer.duplicate-found': (data) =>
    told(
      'plain',
      data,
      `The same request again: trace number ${wordAt(data, 'stan')} gets the stored answer.`,
    ),
  'acquirer.security-refused': (data) =>
    told('bad', data, `The acquirer does not trust the message: ${sentenceEnd(textAt(data, 'text'))}.`),
  'acquirer.key-sent': (data) =>
    told('plain', data, `The acquirer sends its terminal a new key, version ${wordAt(data, 'version')}.`),
  'acquirer.bank-chosen': (data) =>
    told(
      'plain',
      data,
      `The card’s first digits, ${wordAt(data, 'iin')}, lead to the bank “${textAt(data, 'bank')}”.`,
    ),
  'acquirer.route-chosen': (data) =>
    told(
      'plain',
      data,
      textAt(data, 'route') === 'direct'
        ? 'Route DIRECT: the merchant gets digital tenge.'
        : 'Route CONVERT: the merchant gets non-cash tenge on a bank account.',
    ),
  'acquirer.payment-decided': decided,
  'acquirer.payment-reversed': (data) =>
    told('bad', data, `The payment is undone: ${sentenceEnd(textAt(data, 'how'))}.`),
  'acquirer.payment-recovered': (data) =>
    told('plain', data, `The payment is looked at again: ${sentenceEnd(textAt(data, 'how'))}.`),
};

function decided(data: JsonRecord): StepText {
  const approved = booleanAt(data, 'approved');
  const reason = textOrNullAt(data, 'reason');
  const code = textOrNullAt(data, 'responseCode') ?? 'none';
  const reasonWords = approved || reason === null || reason === '' ? '' : `: ${sentenceEnd(reason)}`;
  return told(
    approved ? 'good' : 'bad',
    data,
    `The acquirer ${approved ? 'approves' : 'declines'} with code ${code}${reasonWords}.`,
  );
}
