import { describe, expect, it } from 'vitest';
import type { KassaEvent } from '../stream/stream-frame.ts';
import { LEG_NODES, LEGS_DARK, legsAfter, legsInWords } from './legs.ts';

function walk(...steps: readonly (string | readonly [string, Record<string, unknown>])[]) {
  return steps.reduce((legs, step) => {
    const [type, data] = typeof step === 'string' ? [step, {}] : step;
    const event: KassaEvent = { seq: 1, type, timeMs: 0, transactionId: 't', terminalId: null, data };
    return legsAfter(legs, event);
  }, LEGS_DARK);
}

const lights = (legs: ReturnType<typeof walk>) =>
  Object.fromEntries(LEG_NODES.map((node) => [node, legs.nodes[node].light]));

const TO_THE_BANK = [
  'terminal.payment-started',
  ['terminal.card-presented', { entry: 'chip' }],
  'card.exchanged',
  'terminal.message-sent',
  'acquirer.message-received',
  'bank.cryptogram-verified',
  'ledger.held',
  'bank.authorised',
] as const;

describe('the two legs', () => {
  it('light up one after the other', () => {
    expect(lights(walk(...TO_THE_BANK.slice(0, 4)))).toEqual({
      card: 'on',
      terminal: 'on',
      acquirer: 'off',
      bank: 'off',
      ledger: 'off',
      account: 'off',
    });
    expect(walk(...TO_THE_BANK.slice(0, 4)).current).toBe('terminal');
  });

  it('end DIRECT in the ledger', () => {
    const legs = walk(...TO_THE_BANK, ['acquirer.route-chosen', { route: 'direct' }], 'ledger.executed', [
      'terminal.payment-finished',
      { approved: true },
    ]);
    expect(legs).toMatchObject({ route: 'direct', arrived: 'direct', current: null });
    expect(legs.nodes.account.light).toBe('off');
    expect(legsInWords(legs)).toBe(
      'Path of the payment: Card chip read; Terminal approved; Acquirer route chosen; Bank authorised; ' +
        'Digital tenge ledger paid over. Ended DIRECT: the merchant has digital tenge.',
    );
  });

  it('end CONVERT on the bank account', () => {
    const legs = walk(
      ...TO_THE_BANK,
      ['acquirer.route-chosen', { route: 'convert' }],
      'ledger.redeemed',
      'bank.credited',
    );
    expect(legs).toMatchObject({ route: 'convert', arrived: 'convert', current: 'account' });
    expect(legs.nodes.ledger.note).toBe('redeemed');
  });

  it('have not arrived while the money is only locked', () => {
    expect(walk(...TO_THE_BANK, ['acquirer.route-chosen', { route: 'direct' }]).arrived).toBeNull();
  });

  it.each([
    ['ledger.executed', 'ledger.transferred'],
    ['ledger.executed', 'acquirer.payment-reversed'],
    ['bank.credited', 'bank.debited'],
  ])('are dark again when %s is followed by %s', (arrival, undoing) => {
    expect(walk(...TO_THE_BANK, arrival).arrived).not.toBeNull();
    expect(walk(...TO_THE_BANK, arrival, undoing).arrived).toBeNull();
  });

  it('show where a payment was refused', () => {
    const legs = walk(...TO_THE_BANK.slice(0, 5), 'bank.refused', [
      'terminal.payment-finished',
      { approved: false },
    ]);
    expect(lights(legs)).toMatchObject({ bank: 'refused', terminal: 'refused', ledger: 'off' });
    expect(legsInWords(legs)).toContain('Bank (refused) refused');
  });

  it.each([
    [{ approved: true, responseCode: '00' }, 'approved', 'on'],
    [{ approved: false, responseCode: '51' }, 'declined', 'refused'],
    [{ approved: false, responseCode: null }, 'not completed', 'refused'],
  ])('end at the terminal with %o', (data, note, light) => {
    expect(walk(['terminal.payment-finished', data]).nodes.terminal).toEqual({ note, light });
  });

  it('are not moved by what says nothing about the way', () => {
    expect(walk('terminal.screen-changed', 'terminal.receipt-printed', 'toString')).toBe(LEGS_DARK);
    expect(legsInWords(LEGS_DARK)).toBe('No payment yet.');
  });
});
