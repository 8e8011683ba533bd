import { decodePinBlock0, dukptInitialKey, dukptPinKey, tdesDecrypt, tlvMap } from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { afterEach, describe, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { createBench, financial } from './testing/bench.ts';
import { reply, SILENCE } from './testing/fake-host.ts';
import { BDK } from './testing/sample-keys.ts';
import { CARDHOLDER, EXPIRY, forgedReply, issuerReply, testCard } from './testing/test-card.ts';
import { IMPATIENT, pay, type Stage, type StageOptions } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const bench = createBench();
afterEach(() => bench.clear());

const APPROVES = issuerReply({ approved: true });
const DECLINES = issuerReply({ approved: false });

async function open(options: Partial<StageOptions> = {}) {
  const host = await bench.openHost(options.dialect);
  return { host, staged: await bench.switchOn(host, options) };
}

/** What was told, without the card's dialogue. */
const story = ({ events }: Stage): string[] =>
  events.map(({ type }) => type).filter((type) => !['card.exchanged', 'kernel.decided'].includes(type));

describe('approved by the bank and the card', () => {
  test('the whole story, in its order', async () => {
    const { host, staged } = await open();
    const chip = testCard();
    const result = await pay(staged, chip.card);
    expect(result).toEqual({
      transactionId: '20000001-632715000002',
      approved: true,
      responseCode: '00',
      approvalCode: 'A1B2C3',
      // 000001 was the sign-on's.
      stan: '000002',
      rrn: '632715000002',
      amount: '1500.00',
      route: 'direct',
      reason: null,
    });
    expect(staged.terminal.screen).toMatchObject({
      state: 'remove-card',
      title: 'Approved',
      prompt: 'remove',
    });
    staged.terminal.removeCard();
    expect(staged.terminal.screen).toMatchObject({ state: 'approved', prompt: null });
    expect(story(staged)).toEqual([
      'terminal.host-connected',
      'terminal.message-sent',
      'terminal.message-received',
      'terminal.signed-on',
      'terminal.payment-started',
      'terminal.screen-changed',
      'terminal.card-presented',
      'terminal.screen-changed',
      'terminal.screen-changed',
      'terminal.screen-changed',
      'terminal.pin-entered',
      'terminal.screen-changed',
      'terminal.intent-journalled',
      'terminal.message-sent',
      'terminal.message-received',
      'terminal.payment-finished',
      'terminal.screen-changed',
      'terminal.receipt-printed',
      'terminal.receipt-printed',
      'terminal.screen-changed',
      'terminal.card-removed',
    ]);
    expect(staged.told('terminal.screen-changed').map((screen) => screen.state)).toEqual([
      'present-card',
      'reading',
      'pin-entry',
      'reading',
      'authorising',
      'remove-card',
      'approved',
    ]);
    expect(staged.told('terminal.payment-finished')).toEqual([{ ...result, card: 'test-card' }]);
    expect(staged.terminal.finished(result.transactionId)?.result).toEqual(result);
    expect(financial(host)).toEqual(['0200']);
    expect(chip.state).toMatchObject({ atc: 1, lastOnlineAtc: 1, onlineNotCompleted: false });
    expect(staged.troubles).toEqual([]);
  });

  test('every event of the payment carries its id; those of the line carry none', async () => {
    const { staged } = await open();
    const { transactionId } = await pay(staged, testCard().card);
    const ids = new Set(staged.events.slice(4).map((event) => event.transactionId));
    expect([...ids]).toEqual([transactionId]);
    expect(new Set(staged.events.slice(0, 4).map((event) => event.transactionId))).toEqual(new Set([null]));
    expect(new Set(staged.events.map((event) => event.terminalId))).toEqual(new Set(['20000001']));
  });

  test('the 0200 carries the card, the PIN under its key, the chip data and a MAC', async () => {
    const { host, staged } = await open();
    await pay(staged, testCard().card, '987654');
    const [request] = await host.got('0200');
    const { fields } = request!.message;
    expect(request?.mac).toBe('right');
    expect(fields).toMatchObject({
      2: SAMPLE_PAN,
      4: '000000150000',
      14: EXPIRY,
      22: '051',
      23: '001',
      37: '632715000002',
    });
    const ksn = fromHex(fields[62] ?? '');
    const pinKey = dukptPinKey(dukptInitialKey(BDK, ksn), ksn);
    expect(decodePinBlock0(tdesDecrypt(pinKey, fromHex(fields[52] ?? '')), SAMPLE_PAN)).toBe('987654');
    expect(staged.told('terminal.pin-entered')).toEqual([{ ksn: fields[62] }]);
    const tags = tlvMap(fromHex(fields[55] ?? ''), '55');
    expect(toHex(tags.get('9F02') ?? new Uint8Array())).toBe('000000150000');
    expect(toHex(tags.get('9F41') ?? new Uint8Array())).toBe('00000002');
    expect(toHex(tags.get('9A') ?? new Uint8Array())).toBe('261123');
  });

  test('each payment has its own number, key and line on the wire', async () => {
    const { host, staged } = await open();
    for (let count = 0; count < 3; count++) {
      await pay(staged, testCard().card);
      staged.terminal.removeCard();
    }
    const sent = await host.got('0200', 3);
    expect(sent.map(({ message }) => [message.fields[11], message.fields[62]?.slice(-4)])).toEqual([
      ['000002', '0001'],
      ['000003', '0002'],
      ['000004', '0003'],
    ]);
    expect(host.connections).toBe(1);
  });

  test.each(['kassa-bcd', 'kassa-ascii'] as const)(
    'in %s, by a Mastercard without verification',
    async (dialect) => {
      const { staged } = await open({ dialect });
      const result = await pay(staged, testCard({ scheme: 'mastercard', cvmList: 'no-cvm' }).card);
      expect(result.approved).toBe(true);
      expect(staged.told('terminal.pin-entered')).toEqual([]);
      const { receipts } = staged.terminal.finished(result.transactionId) ?? {};
      expect(receipts?.customer).toContain('No PIN or signature needed.');
      expect(receipts?.customer).toContain('Application           MASTERCARD');
    },
  );

  test.each([
    ['signature', 'Signature ______________________'],
    ['online-pin', 'PIN verified: no signature'],
  ])('the receipt says how the cardholder was verified: %s', async (cvmList, line) => {
    const { staged } = await open();
    await pay(staged, testCard({ cvmList }).card);
    const copies = staged.told('terminal.receipt-printed');
    expect(copies.map(({ copy }) => copy)).toEqual(['merchant', 'customer']);
    for (const { text } of copies) expect(text).toContain(line);
  });

  test('the receipt prefers the name the cardholder knows', async () => {
    const { staged } = await open();
    await pay(staged, testCard({ preferredName: 'QAZAQ CARD', label: 'VISA DEBIT' }).card);
    expect(staged.told('terminal.receipt-printed')[0]?.text).toContain('Application           QAZAQ CARD');
  });

  test('a VIP approval stands too', async () => {
    const { host, staged } = await open();
    host.react('0200', issuerReply({ approved: true, code: '11' }));
    expect(await pay(staged, testCard().card)).toMatchObject({ approved: true, responseCode: '11' });
    expect(financial(host)).toEqual(['0200']);
  });
});

describe('no money moves', () => {
  test('when the bank declines: nothing to reverse', async () => {
    const { host, staged } = await open();
    host.react('0200', DECLINES);
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({
      approved: false,
      responseCode: '51',
      approvalCode: null,
      route: null,
      reason: 'not sufficient funds',
    });
    expect(staged.told('terminal.receipt-printed')[0]?.text).toContain('No money moved.');
    expect(financial(host)).toEqual(['0200']);
  });

  test('when the card has expired: the host is not asked', async () => {
    const { host, staged } = await open();
    const result = await pay(staged, testCard({ expiry: '2512' }).card);
    expect(result).toMatchObject({ approved: false, responseCode: 'Z1' });
    expect(result.reason).toMatch(/^declined without asking the bank: /);
    expect(financial(host)).toEqual([]);
    expect(staged.told('terminal.intent-journalled')).toEqual([]);
    expect(staged.terminal.finished(result.transactionId)?.result).toEqual(result);
  });

  test('when the host cannot be reached: Z3, and nothing is sent, not later either', async () => {
    const { host, staged } = await open();
    await host.close();
    await waitUntil('the loss', () => !staged.terminal.online);
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({
      approved: false,
      responseCode: 'Z3',
      reason: `the host cannot be reached: connect ECONNREFUSED 127.0.0.1:${host.port}`,
    });
    expect(staged.told('terminal.intent-journalled')).toEqual([]);
    expect(staged.told('terminal.reversal-queued')).toEqual([]);
    expect(financial(host)).toEqual([]);
  });

  test('when the host refuses the sign-on', async () => {
    const { host, staged } = await open();
    host.react('0800', reply({ 39: '58' }));
    for (const line of host.lines()) line.end();
    await waitUntil('the loss', () => !staged.terminal.online);
    expect(await pay(staged, testCard().card)).toMatchObject({
      responseCode: 'Z3',
      reason: 'the host cannot be reached: the host refused the sign-on with 58',
    });
    expect(financial(host)).toEqual([]);
  });

  test.each([
    ['is of no application the terminal knows', fromHex('6A82')],
    ['answers with garbage', fromHex('FF')],
  ])('when the card %s', async (_name, answer) => {
    const { host, staged } = await open();
    const result = await pay(staged, { entry: 'chip', name: 'broken', transmit: async () => answer });
    expect(result).toMatchObject({ approved: false, responseCode: 'Z1' });
    expect(result.reason).toMatch(/^the card cannot be used: /);
    expect(financial(host)).toEqual([]);
    expect(staged.troubles).toEqual([]);
  });
});

describe('what the host may have approved is undone', () => {
  test('when it does not answer: 0400, then 0401, and the till is told at once', async () => {
    const { host, staged } = await open(IMPATIENT);
    host.react('0200', SILENCE);
    host.react('0400', SILENCE);
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({
      approved: false,
      responseCode: 'Z3',
      reason: 'no answer within 0.15 s; the payment is reversed',
    });
    expect(staged.told('terminal.no-answer')).toEqual([
      { waitedMs: expect.any(Number), why: 'no answer within 0.15 s' },
    ]);
    expect(staged.told('terminal.reversal-queued')).toEqual([
      { stan: '000002', why: 'no answer within 0.15 s' },
    ]);
    await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length > 0);
    expect(staged.told('terminal.reversal-acknowledged')).toEqual([{ stan: '000002', attempts: 2 }]);
    expect(financial(host)).toEqual(['0200', '0400', '0401']);
    expect(host.received.every(({ message, mac }) => mac === 'right' || message.mti === '0800')).toBe(true);
  });

  test('when the connection is cut before the answer', async () => {
    const { host, staged } = await open();
    host.react('0200', (_request, line) => line.end());
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({
      responseCode: 'Z3',
      reason: 'the host closed the connection; the payment is reversed',
    });
    await host.got('0400');
    expect(host.received.map(({ connection, message }) => `${connection} ${message.mti}`)).toEqual([
      '1 0800',
      '1 0200',
      '2 0800',
      '2 0400',
    ]);
  });

  test('not when it is cut after the answer', async () => {
    const { host, staged } = await open();
    host.react('0200', (request, line) => {
      APPROVES(request, line);
      line.end();
    });
    expect((await pay(staged, testCard().card)).approved).toBe(true);
    expect(financial(host)).toEqual(['0200']);
  });

  test('when the card does not believe the answer', async () => {
    const { host, staged } = await open();
    host.react('0200', forgedReply);
    const result = await pay(staged, testCard().card);
    expect(result).toMatchObject({ approved: false, responseCode: 'Z1', approvalCode: null, route: null });
    expect(result.reason).toMatch(/^the card did not accept the bank's answer: .*; the payment is reversed$/);
    const [reversal] = await host.got('0400');
    expect(reversal?.message.fields[37]).toBe(result.rrn);
  });

  test.each([
    ['10', 'approved for partial amount'],
    ['08', 'honour with identification'],
  ])('when it is approved with %s, which this terminal cannot complete', async (code, text) => {
    const { host, staged } = await open();
    host.react('0200', issuerReply({ approved: true, code }));
    expect(await pay(staged, testCard().card)).toMatchObject({
      approved: false,
      responseCode: code,
      reason: `this terminal cannot complete: ${text}; the payment is reversed`,
    });
    await host.got('0400');
  });

  test('when the answer is about another amount: it is none', async () => {
    const { host, staged } = await open(IMPATIENT);
    host.react('0200', reply({ 38: 'A1B2C3', 39: '00', 4: '000000100000' }));
    const result = await pay(staged, testCard().card);
    expect(result.reason).toBe(
      'no answer within 0.15 s; one came that is not it: no request matches: amount 000000100000 instead of 000000150000; the payment is reversed',
    );
    await host.got('0400');
  });
});

test('nothing told holds the number, the track, the name, the PIN, the expiry or a key', async () => {
  const { host, staged } = await open();
  await pay(staged, testCard().card, '86420975');
  const told = JSON.stringify([staged.events, staged.terminal.screen]);
  const [request] = await host.got('0200');
  const { fields } = request!.message;
  for (const secret of [
    SAMPLE_PAN,
    SAMPLE_PAN.slice(0, -1),
    '86420975',
    CARDHOLDER,
    toHex(Buffer.from(CARDHOLDER, 'latin1')),
    `${EXPIRY}206`,
    `${EXPIRY}31`,
    fields[35],
    fields[52],
    toHex(dukptInitialKey(BDK, fromHex(fields[62] ?? ''))),
  ]) {
    expect(secret).toBeTruthy();
    expect(told).not.toContain(secret);
  }
  expect(told).toContain(SAMPLE_PAN.slice(-4));
});
