import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openTerminalStore } from './terminal-store.ts';
import { createBench, financial } from './testing/bench.ts';
import { APPROVE, CONFIRM, SILENCE } from './testing/fake-host.ts';
import { STRIPE_WITH_SIGNATURE, swipe, testCard } from './testing/test-card.ts';
import { AMOUNT, IMPATIENT, openShelf, pay } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const bench = createBench();
afterEach(() => bench.clear());
const { openHost, switchOn } = bench;

describe('the process dies', () => {
  test('before the answer: the payment is reversed, and whoever asks is told', async () => {
    const path = shelf.file('before-answer.db');
    const host = await openHost();
    const staged = await switchOn(host, { path });
    host.react('0200', SILENCE);
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.onPinPrompt(id, () => staged.terminal.enterPin('4321'));
    staged.terminal.presentCard(testCard().card);
    const [request] = await host.got('0200');
    const copy = shelf.crash(path);

    const after = await openHost();
    const survivor = await switchOn(after, { path: copy });
    const [reversal] = await after.got('0400');
    expect(reversal?.message.fields).toMatchObject({ 37: request?.message.fields[37], 4: '000000150000' });
    expect(reversal?.message.fields[90]?.slice(0, 10)).toBe(`0200${request?.message.fields[11]}`);
    await waitUntil('the confirmation', () => survivor.told('terminal.reversal-acknowledged').length === 1);
    expect(survivor.told('terminal.reversal-queued')).toEqual([
      { stan: '000002', why: 'the terminal stopped or failed before the answer was stored' },
    ]);
    expect(survivor.terminal.finished(id)).toMatchObject({ result: { approved: false, responseCode: '96' } });
    expect(await survivor.terminal.ended(id)).toMatchObject({ approved: false });
    // It does not go out again, neither as a payment nor as a reversal.
    expect(financial(after)).toEqual(['0400']);
    expect(survivor.terminal.screen.state).toBe('idle');
  });

  test('with a reversal sent and not confirmed: it is repeated as 0401', async () => {
    const path = shelf.file('reversing.db');
    const host = await openHost();
    const staged = await switchOn(host, { path, ...IMPATIENT });
    for (const mti of ['0200', '0400', '0401']) host.react(mti, SILENCE);
    const { rrn } = await pay(staged, testCard().card);
    const [first] = await host.got('0400');
    const copy = shelf.crash(path);
    const after = await openHost();
    await switchOn(after, { path: copy });
    const [repeat] = await after.got('0401');
    expect(repeat?.message.fields).toMatchObject({ 37: rrn, 11: first?.message.fields[11] });
    expect(financial(after)).toEqual(['0401']);
  });

  test('the moment an approval is shown: it is on disk, and stands', async () => {
    const path = shelf.file('shown.db');
    const host = await openHost();
    const copies: string[] = [];
    const shown: string[] = [];
    const staged = await switchOn(host, {
      path,
      emit: (step) => {
        const tells = step.type === 'terminal.payment-finished' || step.data.title === 'Approved';
        if (!tells || copies.length === 2) return;
        shown.push(step.type);
        copies.push(shelf.crash(path));
      },
    });
    const result = await pay(staged, testCard().card);
    expect(shown).toEqual(['terminal.payment-finished', 'terminal.screen-changed']);
    for (const copy of copies) {
      const store = openTerminalStore(copy);
      expect(store.finished(result.transactionId)?.result).toEqual(result);
      expect(store.finished(result.transactionId)?.receipts?.merchant).toContain('APPROVED');
      expect([store.interrupted(), store.pendingReversals()]).toEqual([[], []]);
      await store.close();
    }
  });

  test('no trace number or key serial number is used twice', async () => {
    const path = shelf.file('numbers.db');
    const host = await openHost();
    const first = await switchOn(host, { path });
    await pay(first, testCard().card);
    const second = await switchOn(host, { path: shelf.crash(path) });
    await pay(second, testCard().card);
    const stans = host.received.map(({ message }) => message.fields[11]);
    expect(stans).toEqual(['000001', '000002', '000003', '000004']);
    const payments = host.received.filter(({ message }) => message.mti === '0200');
    expect(new Set(payments.map(({ message }) => message.fields[62])).size).toBe(2);
  });
});

describe('while a reversal is not confirmed', () => {
  test('no new 0200 goes out; as soon as it is, one does', async () => {
    const host = await openHost();
    const staged = await switchOn(host, IMPATIENT);
    for (const mti of ['0200', '0400', '0401']) host.react(mti, SILENCE);
    await pay(staged, swipe(STRIPE_WITH_SIGNATURE));
    await host.got('0400');
    expect(staged.terminal.pendingReversals).toBe(1);
    expect(await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).toMatchObject({
      approved: false,
      responseCode: 'Z3',
      reason: 'the host cannot be reached: an earlier payment still waits for its reversal to be confirmed',
    });
    expect(financial(host).filter((mti) => mti === '0200')).toHaveLength(1);
    host.react('0401', CONFIRM);
    host.react('0200', APPROVE);
    expect((await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).approved).toBe(true);
    expect(staged.terminal.pendingReversals).toBe(0);
    const order = financial(host);
    expect(order.lastIndexOf('0401')).toBeLessThan(order.lastIndexOf('0200'));
    expect(staged.told('terminal.reversal-acknowledged')).toHaveLength(1);
  });

  test('also when the host is away for a while', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    host.react('0200', (_request, line) => {
      line.end();
      void host.close();
    });
    expect(await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).toMatchObject({
      responseCode: 'Z3',
      reason: 'the host closed the connection; the payment is reversed',
    });
    expect(await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).toMatchObject({ responseCode: 'Z3' });
    const back = await openHost('kassa-bcd', host.port);
    await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length === 1);
    expect(back.received.map(({ message }) => message.mti)).toEqual(['0800', '0400']);
    expect((await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).approved).toBe(true);
  });
});

describe('switched off', () => {
  test('at the PIN prompt, the payment ends as cancelled', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    const id = await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(testCard().card);
    await staged.shows('pin-entry');
    const ended = staged.terminal.ended(id);
    await staged.terminal.close();
    expect(await ended).toMatchObject({ responseCode: '17', reason: 'cancelled' });
    await expect(staged.terminal.startPayment(AMOUNT, null)).rejects.toThrow('the terminal is switched off');
  });

  test('before the PIN prompt appears, it does not wait for a PIN', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    const id = await staged.terminal.startPayment(AMOUNT, null);
    const ended = staged.terminal.ended(id);
    staged.terminal.presentCard(testCard().card);
    expect(staged.terminal.screen.state).toBe('reading');
    await staged.terminal.close();
    expect(await ended).toMatchObject({ responseCode: '17', reason: 'cancelled' });
    expect(financial(host)).toEqual([]);
  });

  test('the moment a reversal is confirmed: the confirmation is stored before the file is closed', async () => {
    const path = shelf.file('confirmed.db');
    const host = await openHost();
    let closing: Promise<void> | undefined;
    const staged = await switchOn(host, {
      path,
      ...IMPATIENT,
      emit: ({ type, data }) => {
        if (type === 'terminal.message-received' && data.mti === '0410') closing ??= staged.terminal.close();
      },
    });
    host.react('0200', SILENCE);
    await pay(staged, swipe(STRIPE_WITH_SIGNATURE));
    await (await waitUntil('the confirmation', () => closing && [closing]))[0];
    expect(staged.troubles).toEqual([]);
    expect(staged.told('terminal.reversal-acknowledged')).toHaveLength(1);
    const store = openTerminalStore(path);
    expect(store.pendingReversals()).toEqual([]);
    await store.close();
  });

  test('while the host is asked: the reversal is on disk for the next time', async () => {
    const path = shelf.file('switched-off.db');
    const host = await openHost();
    const staged = await switchOn(host, { path });
    host.react('0200', SILENCE);
    const id = await staged.terminal.startPayment(AMOUNT, null);
    const ended = staged.terminal.ended(id);
    staged.terminal.presentCard(swipe(STRIPE_WITH_SIGNATURE));
    await host.got('0200');
    await staged.terminal.close();
    expect(await ended).toMatchObject({
      responseCode: 'Z3',
      reason: 'the terminal is switched off; the payment is reversed',
    });
    const next = await switchOn(host, { path });
    await waitUntil('the confirmation', () => next.told('terminal.reversal-acknowledged').length === 1);
    expect(financial(host)).toEqual(['0200', '0400']);
    expect(staged.troubles).toEqual([]);
  });
});
