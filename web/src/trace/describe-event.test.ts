import { describe, expect, it } from 'vitest';
import contract from '../../../docs/events.md?raw';
import type { KassaEvent } from '../stream/stream-frame.ts';
import { describeEvent, STEP_WRITERS } from './describe-event.ts';

function event(type: string, data: Record<string, unknown>): KassaEvent {
  return { seq: 1, type, timeMs: 0, transactionId: 't', terminalId: '20000001', data };
}

const MESSAGE = { mti: '0200', dialect: 'ascii', length: 163, hex: '0200', fields: [] };
const RESULT = {
  approved: true,
  responseCode: '00',
  approvalCode: 'K40007',
  stan: '000007',
  rrn: '632815000007',
  amount: '1500.00',
  route: 'direct',
  reason: null,
};

describe('describeEvent', () => {
  it('knows exactly the types of docs/events.md', () => {
    const rows = contract.slice(contract.indexOf('## Types')).split('\n');
    const types = rows.flatMap((row) =>
      row.startsWith('| `')
        ? [...row.matchAll(/`((?:terminal|card|kernel|acquirer|bank|ledger)\.[a-z-]+)`/g)]
        : [],
    );
    const listed = new Set(types.map((match) => match[1]));
    expect(new Set(Object.keys(STEP_WRITERS))).toEqual(listed);
  });

  it.each<[string, Record<string, unknown>, string, string, string]>([
    ['terminal.screen-changed', { title: 'Insert card' }, 'card', 'quiet', 'The screen shows “Insert card”.'],
    [
      'terminal.payment-started',
      { amount: '1500.00', currency: '398', settle: null },
      'card',
      'plain',
      'The cashier asks for 1\u00a0500,00\u00a0₸, taken as the merchant’s setting says.',
    ],
    [
      'terminal.payment-started',
      { amount: '1.00', currency: '398', settle: 'non-cash' },
      'card',
      'plain',
      'The cashier asks for 1,00\u00a0₸, to be taken as non-cash tenge.',
    ],
    ['terminal.card-presented', { card: 'one', entry: 'tap' }, 'card', 'plain', 'Card “one” is tapped.'],
    [
      'terminal.card-wanted-again',
      { hint: 'insert', why: 'GET PROCESSING OPTIONS answered 6984' },
      'card',
      'plain',
      'The card cannot be tapped: it is to be inserted.',
    ],
    ['terminal.card-presented', { card: 'one', entry: 'swipe' }, 'card', 'plain', 'Card “one” is swiped.'],
    [
      'terminal.card-presented',
      { card: 'one', entry: 'chip' },
      'card',
      'plain',
      'Card “one” goes into the chip slot.',
    ],
    [
      'card.exchanged',
      {
        command: { name: 'SELECT', hex: '00A4' },
        response: { hex: '6A82', status: '6A82', meaning: 'file not found' },
      },
      'card',
      'plain',
      'SELECT: the card answers 6A82, file not found.',
    ],
    [
      'kernel.decided',
      { step: 'record-read', decision: 'record 1 of file 2 is read', why: 'Named by the AFL.', bits: [] },
      'card',
      'plain',
      'Record 1 of file 2 is read.',
    ],
    [
      'terminal.payment-finished',
      RESULT,
      'card',
      'good',
      'Approved: 1\u00a0500,00\u00a0₸, approval code K40007, response code 00.',
    ],
    [
      'terminal.payment-finished',
      { ...RESULT, approved: false, responseCode: '51', reason: 'Not enough digital tenge.' },
      'card',
      'bad',
      'Declined: Not enough digital tenge, response code 51.',
    ],
    [
      'terminal.payment-finished',
      { ...RESULT, approved: false, responseCode: null, reason: 'Cancelled' },
      'card',
      'bad',
      'Not completed: Cancelled.',
    ],
    [
      'terminal.message-sent',
      MESSAGE,
      'host',
      'plain',
      'The terminal sends the 0200 purchase request, 163 bytes, to the acquirer.',
    ],
    [
      'acquirer.message-sent',
      { ...MESSAGE, mti: '9999' },
      'host',
      'quiet',
      'The acquirer sends the 9999 message, 163 bytes.',
    ],
    ['terminal.no-answer', { waitedMs: 15_000 }, 'host', 'bad', 'No answer within 15 s.'],
    [
      'terminal.reversal-acknowledged',
      { stan: '000008', attempts: 3 },
      'host',
      'plain',
      'The acquirer confirms the reversal, after 3 attempts.',
    ],
    [
      'acquirer.route-chosen',
      { route: 'direct', why: '' },
      'acquirer',
      'plain',
      'Route DIRECT: the merchant gets digital tenge.',
    ],
    [
      'acquirer.payment-decided',
      { approved: false, responseCode: '05', approvalCode: null, reason: 'Cryptogram refused' },
      'acquirer',
      'bad',
      'The acquirer declines with code 05: Cryptogram refused.',
    ],
    ['bank.pin-refused', { bank: 'altyn', triesLeft: 2 }, 'bank', 'bad', 'The PIN is wrong; tries left: 2.'],
    [
      'bank.authorised',
      { bank: 'altyn', responseCode: '00', approvalCode: 'K1' },
      'bank',
      'plain',
      'The bank authorises with approval code K1.',
    ],
    [
      'ledger.held',
      { hold: 'h', account: 'a', amount: '1500.00' },
      'ledger',
      'plain',
      '1\u00a0500,00\u00a0₸ of the payer’s digital tenge are locked.',
    ],
    [
      'bank.credited',
      { bank: 'sary', iban: 'KZ', amount: '2.00', instructionId: 'i' },
      'account',
      'good',
      '2,00\u00a0₸ of non-cash tenge arrive on the merchant’s account.',
    ],
    [
      'bank.credit-queued',
      { bank: 'sary', iban: 'KZ', amount: '2.00', instructionId: 'i' },
      'account',
      'plain',
      'The merchant’s bank takes on a credit of 2,00\u00a0₸.',
    ],
    [
      'bank.credit-rejected',
      { bank: 'sary', iban: 'KZ', amount: '2.00', instructionId: 'i', reason: 'AC06' },
      'account',
      'bad',
      'The merchant’s bank rejects the credit of 2,00\u00a0₸: AC06.',
    ],
  ])('%s %o', (type, data, party, tone, sentence) => {
    expect(describeEvent(event(type, data))).toMatchObject({ party, tone, sentence });
  });

  it.each([
    ['acquirer.danced', 'acquirer'],
    ['ledger.danced', 'ledger'],
    ['constructor', 'card'],
  ])('shows an unknown type %s plainly', (type, party) => {
    const step = describeEvent(event(type, { steps: 3 }));
    expect(step).toEqual({
      party,
      tone: 'plain',
      sentence: `${type}.`,
      detail: { kind: 'facts', facts: [{ name: 'Steps', value: '3' }] },
    });
  });

  it('shows an event whose data are not as agreed, and says so', () => {
    const step = describeEvent(event('terminal.message-sent', { ...MESSAGE, hex: 'zz' }));
    expect(step).toMatchObject({
      tone: 'bad',
      sentence: 'terminal.message-sent has unexpected data: "hex" is not hexadecimal.',
      detail: { kind: 'facts' },
    });
  });
});
