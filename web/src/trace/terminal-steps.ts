import { displayAmount } from '../amount.ts';
import { booleanAt, type JsonRecord, numberAt, textAt, textOrNullAt } from '../json-reader.ts';
import { amountAt, apduDetail, decisionDetail, factsDetail, readMessage, wordAt } from './read-detail.ts';
import type { Party, StepText, StepWriters, Tone } from './step-types.ts';
import { durationWords, messageTypeWords, sentenceEnd, sentenceStart } from './words.ts';

function told(party: Party, tone: Tone, data: JsonRecord, sentence: string): StepText {
  return { party, tone, sentence, detail: factsDetail(data) };
}

const PRESENTED: Readonly<Record<string, string>> = {
  chip: 'goes into the chip slot',
  swipe: 'is swiped',
  tap: 'is tapped',
};

const WANTED_AGAIN: Readonly<Record<string, string>> = {
  insert: 'The card cannot be tapped: it is to be inserted.',
  swipe: 'The chip does not answer: the card is to be swiped.',
  'tap-again': 'The card left too early: it is to be tapped again.',
  'see-phone': 'The phone wants its owner first: then it is to be tapped again.',
};

/** Steps of the device, the card in it and the kernel between them. */
export const TERMINAL_STEPS: StepWriters = {
  'terminal.screen-changed': (data) =>
    told('card', 'quiet', data, `The screen shows “${sentenceEnd(textAt(data, 'title'))}”.`),
  'terminal.payment-started': (data) =>
    told('card', 'plain', data, `The cashier asks for ${amountAt(data)}, ${settleWords(data)}.`),
  'terminal.card-presented': (data) =>
    told(
      'card',
      'plain',
      data,
      `Card “${textAt(data, 'card')}” ${PRESENTED[textAt(data, 'entry')] ?? 'is presented'}.`,
    ),
  'terminal.card-wanted-again': (data) =>
    told('card', 'plain', data, WANTED_AGAIN[textAt(data, 'hint')] ?? 'The card is wanted again.'),
  'terminal.card-removed': (data) => told('card', 'quiet', data, 'The card is taken out of the slot.'),
  'card.exchanged': (data) => {
    const detail = apduDetail(data);
    const answer = `${detail.status}, ${sentenceEnd(detail.meaning)}`;
    return {
      party: 'card',
      tone: 'plain',
      sentence: `${detail.commandName}: the card answers ${answer}.`,
      detail,
    };
  },
  'kernel.decided': (data) => {
    const detail = decisionDetail(data);
    const sentence = `${sentenceStart(sentenceEnd(detail.decision))}.`;
    return { party: 'card', tone: 'plain', sentence, detail };
  },
  'terminal.pin-entered': (data) =>
    told('card', 'plain', data, 'The PIN is enciphered inside the device under a key used once.'),
  'terminal.pin-bypassed': (data) =>
    told('card', 'plain', data, 'The cardholder presses enter without a PIN.'),
  'terminal.payment-finished': finished,
  'terminal.receipt-printed': (data) =>
    told('card', 'quiet', data, `The ${textAt(data, 'copy')}’s copy of the receipt is printed.`),
};

/** Steps of the device towards the host. */
export const HOST_STEPS: StepWriters = {
  'terminal.intent-journalled': (data) =>
    told('host', 'plain', data, `Trace number ${wordAt(data, 'stan')} is on disk before anything is sent.`),
  'terminal.message-sent': (data) =>
    message(data, (name, size) => `The terminal sends the ${name}, ${size}, to the acquirer.`),
  'terminal.message-received': (data) =>
    message(data, (name, size) => `The terminal receives the ${name}, ${size}.`),
  'acquirer.message-received': (data) =>
    message(data, (name, size) => `The acquirer receives and checks the ${name}, ${size}.`, 'quiet'),
  'acquirer.message-sent': (data) =>
    message(data, (name, size) => `The acquirer sends the ${name}, ${size}.`, 'quiet'),
  'acquirer.message-refused': (data) =>
    told(
      'host',
      'bad',
      data,
      `The acquirer refuses what it received: at byte ${wordAt(data, 'offset')} it expected ${sentenceEnd(wordAt(data, 'expected'))}.`,
    ),
  'terminal.message-unmatched': (data) =>
    message(
      data,
      (name) => `A ${name} arrives that the terminal does not take: ${sentenceEnd(textAt(data, 'why'))}.`,
      'bad',
    ),
  'terminal.no-answer': (data) =>
    told('host', 'bad', data, `No answer within ${durationWords(numberAt(data, 'waitedMs'))}.`),
  'terminal.reversal-queued': (data) =>
    told(
      'host',
      'bad',
      data,
      `The intent to undo the payment is on disk: ${sentenceEnd(textAt(data, 'why'))}.`,
    ),
  'terminal.reversal-acknowledged': (data) =>
    told(
      'host',
      'plain',
      data,
      `The acquirer confirms the reversal, ${attemptWords(numberAt(data, 'attempts'))}.`,
    ),
  'terminal.host-connected': (data) => told('host', 'quiet', data, 'The terminal is connected to its host.'),
  'terminal.host-disconnected': (data) =>
    told('host', 'bad', data, 'The terminal lost the connection to its host.'),
  'terminal.key-changed': (data) =>
    told('host', 'quiet', data, `The terminal uses a new key, version ${wordAt(data, 'version')}.`),
  'terminal.signed-on': (data) => told('host', 'quiet', data, 'The terminal has signed on.'),
};

function message(
  data: JsonRecord,
  sentence: (name: string, size: string) => string,
  tone: Tone = 'plain',
): StepText {
  const read = readMessage(data);
  return {
    party: 'host',
    tone,
    sentence: sentence(messageTypeWords(read.mti), `${read.lengthBytes} bytes`),
    detail: { kind: 'message', message: read },
  };
}

function finished(data: JsonRecord): StepText {
  const code = textOrNullAt(data, 'responseCode');
  const answer = code === null ? '' : `, response code ${code}`;
  if (booleanAt(data, 'approved')) {
    const approval = textOrNullAt(data, 'approvalCode');
    const approvalWords = approval === null ? '' : `, approval code ${approval}`;
    return told(
      'card',
      'good',
      data,
      `Approved: ${displayAmount(textAt(data, 'amount'))}${approvalWords}${answer}.`,
    );
  }
  const reason = textOrNullAt(data, 'reason');
  const reasonWords = reason === null || reason === '' ? '' : `: ${sentenceEnd(reason)}`;
  const outcome = code === null ? 'Not completed' : 'Declined';
  return told('card', 'bad', data, `${outcome}${reasonWords}${answer}.`);
}

function settleWords(data: JsonRecord): string {
  const settle = textOrNullAt(data, 'settle');
  if (settle === 'digital') return 'to be taken as digital tenge';
  if (settle === 'non-cash') return 'to be taken as non-cash tenge';
  return 'taken as the merchant’s setting says';
}

function attemptWords(attempts: number): string {
  return attempts === 1 ? 'at the first attempt' : `after ${attempts} attempts`;
}
