import { decodePinBlock0, dukptInitialKey, dukptPinKey, tdesDecrypt } from '@kassa/emv';
import { fromHex } from '@kassa/primitives';
import { afterEach, describe, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { createBench, financial } from './testing/bench.ts';
import { APPROVE, CONFIRM, reply, SILENCE } from './testing/fake-host.ts';
import { BDK } from './testing/sample-keys.ts';
import { issuerReply, STRIPE_WITH_PIN, STRIPE_WITH_SIGNATURE, swipe, testCard } from './testing/test-card.ts';
import { AMOUNT, IMPATIENT, pay, type StageOptions } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const bench = createBench();
afterEach(() => bench.clear());

async function open(options: Partial<StageOptions> = {}) {
  const host = await bench.openHost(options.dialect);
  return { host, staged: await bench.switchOn(host, options) };
}

const GENERATE_AC = 0xae;
const READ_RECORD = 0xb2;

describe('the card is pulled out', () => {
  const REMOVED = { approved: false, responseCode: '17', reason: 'the card was removed too early' };

  test('before the PIN: nothing is sent', async () => {
    const { host, staged } = await open();
    const { card, instructions } = testCard({}, (ins, count) => {
      if (ins === READ_RECORD && count === 2) staged.terminal.removeCard();
    });
    expect(await pay(staged, card)).toMatchObject(REMOVED);
    expect(financial(host)).toEqual([]);
    // Not one command more, and no slot to empty.
    expect(instructions.at(-1)).toBe(READ_RECORD);
    expect(staged.terminal.screen.state).toBe('declined');
    expect(staged.told('terminal.card-removed')).toHaveLength(1);
  });

  test('at the PIN prompt', async () => {
    const { host, staged } = await open();
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(testCard().card);
    await staged.shows('pin-entry');
    staged.terminal.removeCard();
    expect(() => staged.terminal.enterPin('4321')).toThrow(
      'this is possible only when a PIN is expected; the device is giving up the payment',
    );
    expect(() => staged.terminal.removeCard()).toThrow('a card is in the slot');
    expect(await staged.terminal.ended(id)).toMatchObject(REMOVED);
    expect(staged.terminal.screen.state).toBe('declined');
    expect(staged.told('terminal.card-removed')).toHaveLength(1);
    expect(financial(host)).toEqual([]);
  });

  test('just after the PIN: the card gets not one command more', async () => {
    const { host, staged } = await open({
      emit: ({ type }) => {
        if (type === 'terminal.pin-entered') staged.terminal.removeCard();
      },
    });
    const { card, instructions } = testCard();
    expect(await pay(staged, card)).toMatchObject(REMOVED);
    expect(instructions).not.toContain(GENERATE_AC);
    expect(financial(host)).toEqual([]);
    expect(staged.troubles).toEqual([]);
  });

  test('while the first cryptogram is made', async () => {
    const { host, staged } = await open();
    const { card } = testCard({}, (ins) => {
      if (ins === GENERATE_AC) staged.terminal.removeCard();
    });
    expect(await pay(staged, card)).toMatchObject(REMOVED);
    expect(financial(host)).toEqual([]);
  });

  test('while the terminal still waits for the reversal of another payment: nothing is sent', async () => {
    const { host, staged } = await open({
      ...IMPATIENT,
      reversalPauseMsMin: 60_000,
      reversalPauseMsMax: 60_000,
    });
    host.react('0200', SILENCE);
    host.react('0400', reply({ 39: '96' }));
    await pay(staged, testCard().card);
    staged.terminal.removeCard();
    await waitUntil('the refusal', () =>
      staged.told('terminal.message-received').some(({ mti }) => mti === '0410'),
    );
    host.react('0401', (request, line) => {
      staged.terminal.removeCard();
      CONFIRM(request, line);
    });
    expect(await pay(staged, testCard().card)).toMatchObject(REMOVED);
    expect(financial(host).filter((mti) => mti === '0200')).toHaveLength(1);
    expect(staged.told('terminal.intent-journalled')).toHaveLength(1);
    expect(staged.told('terminal.reversal-acknowledged')).toHaveLength(1);
  });

  test.each([
    ['approves: reversed', true, ['0200', '0400']],
    ['declines: nothing to reverse', false, ['0200']],
  ] as const)('while the host is asked, and it %s', async (_name, approved, sent) => {
    const { host, staged } = await open();
    host.react('0200', (request, line) => {
      staged.terminal.removeCard();
      issuerReply({ approved })(request, line);
    });
    expect(await pay(staged, testCard().card)).toMatchObject(REMOVED);
    expect(staged.terminal.screen.state).toBe('declined');
    await waitUntil('all that goes out', () => financial(host).length === sent.length);
    expect(financial(host)).toEqual(sent);
    expect(staged.told('terminal.reversal-queued')).toHaveLength(sent.length - 1);
  });

  test('while the host is asked, and it does not answer: reversed', async () => {
    const { host, staged } = await open(IMPATIENT);
    host.react('0200', () => staged.terminal.removeCard());
    expect(await pay(staged, testCard().card)).toMatchObject(REMOVED);
    await host.got('0400');
  });

  test('while it makes the second cryptogram: the approval is reversed', async () => {
    const { host, staged } = await open();
    const { card } = testCard({}, (ins, count) => {
      if (ins === GENERATE_AC && count === 2) staged.terminal.removeCard();
    });
    expect(await pay(staged, card)).toMatchObject(REMOVED);
    const [reversal] = await host.got('0400');
    expect(reversal?.message.fields[90]).toMatch(/^0200000002/);
  });

  test('after the approval: it stands', async () => {
    const { host, staged } = await open();
    const result = await pay(staged, testCard().card);
    staged.terminal.removeCard();
    expect(result.approved).toBe(true);
    expect(staged.terminal.screen.state).toBe('approved');
    expect(staged.terminal.finished(result.transactionId)?.result.approved).toBe(true);
    expect(financial(host)).toEqual(['0200']);
  });
});

describe('the red key', () => {
  const CANCELLED = { approved: false, responseCode: '17', reason: 'cancelled' };

  test('before a card came', async () => {
    const { host, staged } = await open();
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.cancel();
    // Once is enough: the second press finds the payment given up.
    expect(() => staged.terminal.cancel()).toThrow('the device is giving up the payment');
    expect(() => staged.terminal.presentCard(testCard().card)).toThrow('a card is expected');
    expect(await staged.terminal.ended(id)).toMatchObject(CANCELLED);
    expect(staged.terminal.screen.state).toBe('declined');
    expect(staged.told('terminal.payment-finished')).toHaveLength(1);
    expect(staged.told('terminal.receipt-printed')[0]?.text).toContain('No money moved.');
    expect(financial(host)).toEqual([]);
    expect(staged.troubles).toEqual([]);
  });

  test('at the PIN prompt: the card is to be removed', async () => {
    const { host, staged } = await open();
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(testCard().card);
    await staged.shows('pin-entry');
    staged.terminal.cancel();
    expect(() => staged.terminal.cancel()).toThrow('the device is giving up the payment');
    expect(() => staged.terminal.enterPin('4321')).toThrow('the device is giving up the payment');
    expect(await staged.terminal.ended(id)).toMatchObject(CANCELLED);
    expect(staged.terminal.screen).toMatchObject({ state: 'remove-card', title: 'Declined' });
    expect(staged.told('terminal.payment-finished')).toHaveLength(1);
    expect(financial(host)).toEqual([]);
  });

  test('while the host is asked does nothing: the answer decides', async () => {
    const { host, staged } = await open();
    host.react('0200', (request, line) => {
      expect(() => staged.terminal.cancel()).toThrow(
        'this is possible only when a payment can be cancelled; the device is waiting for the host',
      );
      issuerReply({ approved: true })(request, line);
    });
    expect((await pay(staged, testCard().card)).approved).toBe(true);
  });
});

describe('nobody comes', () => {
  const TIMED_OUT = {
    approved: false,
    responseCode: '17',
    reason: 'nobody presented a card or entered a PIN in time',
  };

  test('with a card', async () => {
    const { staged } = await open({ cardholderTimeoutMs: 20 });
    const id = await staged.terminal.startPayment(AMOUNT, null);
    expect(await staged.terminal.ended(id)).toMatchObject(TIMED_OUT);
    expect(staged.terminal.screen.state).toBe('declined');
  });

  test('with a PIN', async () => {
    const { host, staged } = await open({ cardholderTimeoutMs: 60 });
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(testCard().card);
    expect(await staged.terminal.ended(id)).toMatchObject(TIMED_OUT);
    expect(staged.terminal.screen.state).toBe('remove-card');
    expect(financial(host)).toEqual([]);
  });

  test('for the result: the device is idle again', async () => {
    const { staged } = await open({ resultShownMs: 20 });
    await pay(staged, swipe(STRIPE_WITH_SIGNATURE));
    await staged.shows('idle');
    const last = staged.events.at(-1);
    expect(last).toMatchObject({
      type: 'terminal.screen-changed',
      transactionId: null,
      data: { state: 'idle' },
    });
  });
});

describe('enter without a PIN', () => {
  test.each([
    // The card's rules go on to signature, or end in failure; the bank decides either way.
    ['online-pin-or-signature', 'Signature ______________________'],
    ['online-pin', 'Cardholder not verified.'],
  ])('with a card of %s', async (cvmList, line) => {
    const { host, staged } = await open();
    const result = await pay(staged, testCard({ cvmList }).card, '');
    expect(staged.told('terminal.pin-bypassed')).toEqual([{}]);
    expect(staged.told('terminal.pin-entered')).toEqual([]);
    const [request] = await host.got('0200');
    expect(request?.message.fields[52]).toBeUndefined();
    expect(request?.message.fields[62]).toBeUndefined();
    expect(result.approved).toBe(true);
    expect(staged.terminal.finished(result.transactionId)?.receipts?.customer).toContain(line);
  });
});

describe('a swiped card', () => {
  test('whose service code wants a PIN', async () => {
    const { host, staged } = await open();
    host.react('0200', APPROVE);
    const result = await pay(staged, swipe(STRIPE_WITH_PIN));
    expect(result.approved).toBe(true);
    const [request] = await host.got('0200');
    const { fields } = request!.message;
    expect(fields).toMatchObject({ 22: '901', 35: STRIPE_WITH_PIN.slice(1, -1) });
    expect([fields[2], fields[14], fields[23], fields[55]]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const ksn = fromHex(fields[62] ?? '');
    const pinKey = dukptPinKey(dukptInitialKey(BDK, ksn), ksn);
    expect(decodePinBlock0(tdesDecrypt(pinKey, fromHex(fields[52] ?? '')), SAMPLE_PAN)).toBe('4321');
    // It is not in a slot.
    expect(staged.terminal.screen.state).toBe('approved');
    expect(() => staged.terminal.removeCard()).toThrow('a card is in the slot');
    expect(staged.terminal.finished(result.transactionId)?.receipts?.customer).toContain('PIN verified');
  });

  test.each([
    ['whose service code wants none', STRIPE_WITH_SIGNATURE, '4321'],
    ['whose PIN is left out', STRIPE_WITH_PIN, ''],
  ])('%s is signed for', async (_name, track2, pin) => {
    const { host, staged } = await open();
    host.react('0200', APPROVE);
    const result = await pay(staged, swipe(track2), pin);
    const [request] = await host.got('0200');
    expect(request?.message.fields[52]).toBeUndefined();
    expect(staged.terminal.finished(result.transactionId)?.receipts?.customer).toContain('Signature __');
  });

  test('that cannot be read is declined here', async () => {
    const { host, staged } = await open();
    expect(await pay(staged, swipe(';E?'))).toMatchObject({
      responseCode: 'Z1',
      reason: 'the stripe cannot be read',
    });
    expect(financial(host)).toEqual([]);
  });

  test('given up at the PIN prompt', async () => {
    const { host, staged } = await open();
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(swipe(STRIPE_WITH_PIN));
    await staged.shows('pin-entry');
    expect(() => staged.terminal.removeCard()).toThrow('a card is in the slot');
    staged.terminal.cancel();
    expect(await staged.terminal.ended(id)).toMatchObject({ responseCode: '17', reason: 'cancelled' });
    expect(staged.terminal.screen.state).toBe('declined');
    expect(financial(host)).toEqual([]);
  });
});
