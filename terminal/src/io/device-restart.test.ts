import { readdirSync, readFileSync } from 'node:fs';
import { dukptInitialKey } from '@kassa/emv';
import { fromHex, tiyn, toHex } from '@kassa/primitives';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { openTerminalStore } from './terminal-store.ts';
import { APPROVE, CONFIRM, type FakeHost, SILENCE, startFakeHost } from './testing/fake-host.ts';
import { BDK, INITIAL_KSN, MAC_KEY } from './testing/sample-keys.ts';
import {
  CARDHOLDER,
  EXPIRY,
  issuerReply,
  STRIPE_WITH_PIN,
  STRIPE_WITH_SIGNATURE,
  swipe,
  testCard,
} from './testing/test-card.ts';
import { AMOUNT, NOW_MS, openShelf, pay, type Stage, stage } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openHost(): Promise<FakeHost> {
  const host = await startFakeHost();
  host.react('0200', issuerReply({ approved: true }));
  closers.push(() => host.close());
  return host;
}

async function switchOn(host: FakeHost, options: Partial<Parameters<typeof stage>[0]> = {}): Promise<Stage> {
  const staged = stage({ host: { address: '127.0.0.1', port: host.port }, ...options });
  closers.push(() => staged.terminal.close());
  await staged.terminal.start();
  return staged;
}

const financial = (host: FakeHost): string[] =>
  host.received.map(({ message }) => message.mti).filter((mti) => mti !== '0800');

describe('the process dies', () => {
  test('before the answer: the payment is reversed, and whoever asks is told', async () => {
    const path = shelf.file('before-answer.db');
    const host = await openHost();
    const staged = await switchOn(host, { path, responseTimeoutMs: 2000 });
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
    const staged = await switchOn(host, { path });
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
    const staged = await switchOn(host);
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
    const back = await startFakeHost('kassa-bcd', host.port);
    closers.push(() => back.close());
    await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length === 1);
    expect(back.received.map(({ message }) => message.mti)).toEqual(['0800', '0400']);
    expect((await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).approved).toBe(true);
  });
});

describe('one payment at a time', () => {
  test('a second is refused while one is under way, with what the device is doing', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    await staged.terminal.startPayment(AMOUNT, null);
    await expect(staged.terminal.startPayment(AMOUNT, null)).rejects.toThrow(
      'this is possible only when a payment can begin; the device is waiting for a card',
    );
    staged.terminal.presentCard(testCard().card);
    await staged.shows('pin-entry');
    await expect(staged.terminal.startPayment(AMOUNT, null)).rejects.toMatchObject({
      name: 'WrongStateError',
    });
    expect(staged.told('terminal.payment-started')).toHaveLength(1);
  });

  test('of two at the same time one is taken', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    const outcomes = await Promise.allSettled([
      staged.terminal.startPayment(AMOUNT, null),
      staged.terminal.startPayment(tiyn(999n), 'digital'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(staged.told('terminal.payment-started')).toEqual([
      { amount: '1500.00', currency: 'KZT', settle: null },
    ]);
    expect(staged.terminal.screen.amount).toBe('1500.00');
    const [taken] = outcomes;
    staged.terminal.presentCard(swipe(STRIPE_WITH_SIGNATURE));
    host.react('0200', APPROVE);
    const id = taken?.status === 'fulfilled' ? taken.value : '';
    expect(await staged.terminal.ended(id)).toMatchObject({ approved: true, amount: '1500.00' });
  });

  test('the next may begin while the result of the last is shown', async () => {
    const host = await openHost();
    host.react('0200', APPROVE);
    const staged = await switchOn(host);
    const first = await pay(staged, swipe(STRIPE_WITH_SIGNATURE));
    const second = await pay(staged, swipe(STRIPE_WITH_SIGNATURE));
    expect(second.stan).not.toBe(first.stan);
    expect(await staged.terminal.ended(first.transactionId)).toEqual(first);
    await expect(staged.terminal.ended('20000001-000000000000')).rejects.toThrow(
      'this terminal has no payment 20000001-000000000000',
    );
  });
});

describe('something fails inside', () => {
  test('before sending: declined with 96, stored, told; the next payment works', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    const trouble = new Error('the card drawer is stuck');
    const result = await pay(staged, {
      entry: 'chip',
      name: 'stuck',
      transmit: () => Promise.reject(trouble),
    });
    expect(result).toMatchObject({
      approved: false,
      responseCode: '96',
      reason: 'the terminal failed; if the payment was sent, it is reversed',
    });
    expect(staged.troubles).toEqual([trouble]);
    expect(staged.terminal.finished(result.transactionId)?.result).toEqual(result);
    expect(financial(host)).toEqual([]);
    staged.terminal.removeCard();
    expect((await pay(staged, testCard().card)).approved).toBe(true);
  });

  test('after the host approved: nobody is shown an approval, and it is reversed', async () => {
    const host = await openHost();
    let broken = false;
    const staged = await switchOn(host, {
      clock: () => {
        if (broken) throw new Error('the clock has stopped');
        return NOW_MS;
      },
    });
    host.react('0200', (request, line) => {
      broken = true;
      issuerReply({ approved: true })(request, line);
    });
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({ approved: false, responseCode: '96' });
    expect(staged.terminal.screen.title).toBe('Declined');
    expect(staged.troubles.map(String)).toContain('Error: the clock has stopped');
    broken = false;
    const [reversal] = await host.got('0400');
    expect(reversal?.message.fields[37]).toBe(result.rrn);
    expect(staged.terminal.finished(result.transactionId)?.result.approved).toBe(false);
  });

  test('so badly that a sent payment was left open: it is reversed before the next one goes out', async () => {
    const path = shelf.file('left-open.db');
    const host = await openHost();
    host.react('0200', APPROVE);
    const staged = await switchOn(host, { path });
    const numbers = traceNumbers('900000', NOW_MS);
    const left = { transactionId: `20000001-${numbers.rrn}`, numbers, amount: AMOUNT };
    const sameFile = openTerminalStore(path);
    await sameFile.journalIntent(left, NOW_MS);
    await sameFile.close();
    expect((await pay(staged, swipe(STRIPE_WITH_SIGNATURE))).approved).toBe(true);
    expect(financial(host)).toEqual(['0400', '0200']);
    expect(host.received[1]?.message.fields[37]).toBe(numbers.rrn);
    expect(staged.terminal.finished(left.transactionId)?.result.responseCode).toBe('96');
  });

  test('a PIN that is none is refused at the keys', async () => {
    const host = await openHost();
    const staged = await switchOn(host);
    await staged.terminal.startPayment(AMOUNT, null);
    staged.terminal.presentCard(testCard().card);
    await staged.shows('pin-entry');
    for (const digits of ['1', '123', '1234567890123', '12a4', ' 1234'])
      expect(() => staged.terminal.enterPin(digits)).toThrow('a PIN is 4 to 12 digits');
    expect(staged.terminal.screen.state).toBe('pin-entry');
    staged.terminal.cancel();
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
    closers.pop();
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
    closers.pop();
  });

  test('while the host is asked: the reversal is on disk for the next time', async () => {
    const path = shelf.file('switched-off.db');
    const host = await openHost();
    const staged = await switchOn(host, { path, responseTimeoutMs: 2000 });
    host.react('0200', SILENCE);
    const id = await staged.terminal.startPayment(AMOUNT, null);
    const ended = staged.terminal.ended(id);
    staged.terminal.presentCard(swipe(STRIPE_WITH_SIGNATURE));
    await host.got('0200');
    await staged.terminal.close();
    closers.pop();
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

test('the file holds no number, track, name, expiry, PIN or key, in any spelling', async () => {
  const path = shelf.file('secrets.db');
  const host = await openHost();
  const staged = await switchOn(host, { path });
  const pin = '86420975';
  await pay(staged, testCard().card, pin);
  staged.terminal.removeCard();
  host.react('0200', SILENCE);
  await pay(staged, swipe(STRIPE_WITH_PIN), pin);
  const [chip, stripe] = await host.got('0200', 2);
  const directory = shelf.file('.');
  const bytes = readdirSync(directory)
    .filter((name) => name.startsWith('secrets.db'))
    .map((name) => readFileSync(shelf.file(name)))
    .map((content) => content.toString('latin1'))
    .join('');
  const secrets = [
    SAMPLE_PAN,
    SAMPLE_PAN.slice(0, 12),
    pin,
    CARDHOLDER,
    `=${EXPIRY}`,
    ...[chip, stripe].flatMap((sent) => [sent?.message.fields[52], sent?.message.fields[35]]),
  ].map((secret) => secret ?? '');
  const keys = [MAC_KEY, dukptInitialKey(BDK, INITIAL_KSN)].map(toHex);
  expect(bytes).toContain(chip?.message.fields[37]);
  for (const secret of [...secrets, ...keys]) {
    expect(secret.length).toBeGreaterThan(4);
    expect(bytes).not.toContain(secret);
  }
  for (const hex of [SAMPLE_PAN, ...keys, ...[chip, stripe].map((sent) => sent?.message.fields[52] ?? '')])
    expect(bytes).not.toContain(Buffer.from(fromHex(hex)).toString('latin1'));
});
