import { readdirSync, readFileSync } from 'node:fs';
import { dukptInitialKey } from '@kassa/emv';
import { fromHex, tiyn, toHex } from '@kassa/primitives';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { openTerminalStore } from './terminal-store.ts';
import { createBench, financial } from './testing/bench.ts';
import { APPROVE, SILENCE } from './testing/fake-host.ts';
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
import { AMOUNT, IMPATIENT, NOW_MS, openShelf, pay } from './testing/test-terminal.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const bench = createBench();
afterEach(() => bench.clear());
const { openHost, switchOn } = bench;

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

test('the file holds no number, track, name, expiry, PIN or key, in any spelling', async () => {
  const path = shelf.file('secrets.db');
  const host = await openHost();
  const staged = await switchOn(host, { path, ...IMPATIENT });
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
