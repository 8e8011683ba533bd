import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WrongStateError } from './terminal.ts';
import { ApiError, type CardTray, terminalApi } from './terminal-api.ts';
import { type FakeHost, startFakeHost } from './testing/fake-host.ts';
import { issuerReply, STRIPE_WITH_PIN, swipe, testCard } from './testing/test-card.ts';
import { IDENTITY, type Stage, stage } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

let host: FakeHost;
let staged: Stage;
let base = '';
const closers: (() => unknown)[] = [];

/** One card, whose PIN is 4321. */
const TRAY: CardTray = {
  present(cardId, entry) {
    if (cardId !== 'aigerim') return undefined;
    return { card: entry === 'chip' ? testCard().card : swipe(STRIPE_WITH_PIN), pin: '4321' };
  },
};

/** What the server around the router makes of errors (RFC 9457). */
const problem: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const known =
    error instanceof ApiError
      ? { status: error.status, code: error.code }
      : error instanceof WrongStateError
        ? { status: 409, code: 'wrong-state' }
        : { status: 500, code: 'internal' };
  response.status(known.status).json({ ...known, detail: error instanceof Error ? error.message : '' });
};

beforeAll(async () => {
  host = await startFakeHost();
  staged = stage({ host: { address: '127.0.0.1', port: host.port } });
  await staged.terminal.start();
  const app = express();
  app.use(express.json());
  const terminals = new Map([['20000001', staged.terminal]]);
  app.use(terminalApi({ terminals, tray: TRAY, describe: () => ({ merchant: { id: 'bakery' } }) }));
  app.use(problem);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closers.push(
    () => host.close(),
    () => staged.terminal.close(),
    () => server.close(),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** Leaves the device ready for the next payment. */
afterEach(async () => {
  const { terminal } = staged;
  if (terminal.screen.prompt === 'card' || terminal.screen.prompt === 'pin') terminal.cancel();
  await waitUntil('an end', () =>
    ['idle', 'remove-card', 'approved', 'declined'].includes(terminal.screen.state),
  );
  if (terminal.screen.prompt === 'remove') terminal.removeCard();
  host.react('0200', issuerReply({ approved: true }));
});

async function call(method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await fetch(base + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body: answer };
}
const get = (path: string) => call('GET', path);
const post = (path: string, body?: unknown) => call('POST', path, body);
const PAYMENTS = '/terminals/20000001/payments';
const BUSY = 'this is possible only when a payment can begin; the device is waiting for a card';

describe('terminals', () => {
  test('are listed with what they show', async () => {
    const view = {
      id: IDENTITY.id,
      merchant: { id: 'bakery' },
      dialect: 'kassa-bcd',
      online: true,
      pendingReversals: 0,
      screen: {
        state: 'idle',
        title: 'Welcome',
        lines: ['Nan Bakery', 'Enter the amount'],
        prompt: null,
        amount: null,
      },
    };
    expect(await get('/terminals')).toEqual({ status: 200, body: [view] });
    expect(await get('/terminals/20000001')).toEqual({ status: 200, body: view });
  });

  test.each([
    ['GET', '/terminals/1'],
    ['POST', '/terminals/1/payments'],
    ['POST', '/terminals/1/card'],
    ['POST', '/terminals/1/pin'],
    ['POST', '/terminals/1/cancel'],
    ['POST', '/terminals/1/remove-card'],
  ] as const)('%s %s: not one of them', async (method, path) => {
    expect(await call(method, path)).toEqual({
      status: 404,
      body: {
        status: 404,
        code: 'unknown-terminal',
        detail: 'there is no terminal 1; there are 20000001',
      },
    });
  });
});

describe('a payment at once', () => {
  const ORDER = { amount: '1500.00', card: 'aigerim', entry: 'chip' };

  test('with a chip and the card’s own PIN, to the removed card', async () => {
    host.react('0200', issuerReply({ approved: true }));
    const { status, body } = await post(PAYMENTS, { ...ORDER, settle: 'digital' });
    expect(status).toBe(200);
    expect(body).toEqual({
      transactionId: expect.stringMatching(/^20000001-\d{12}$/),
      approved: true,
      responseCode: '00',
      approvalCode: 'A1B2C3',
      stan: expect.stringMatching(/^\d{6}$/),
      rrn: expect.stringMatching(/^\d{12}$/),
      amount: '1500.00',
      route: 'direct',
      reason: null,
    });
    expect(host.received.at(-1)?.message.fields[48]).toBe('0101D');
    expect(staged.terminal.screen.state).toBe('approved');
    const receipts = {
      merchant: expect.stringContaining('MERCHANT COPY'),
      customer: expect.stringContaining('CUSTOMER COPY'),
    };
    expect(await get(`/transactions/${body.transactionId}`)).toEqual({
      status: 200,
      body: { ...body, receipts },
    });
  });

  test.each([
    ['another PIN', '9999', true],
    ['enter without a PIN', '', false],
  ])('with %s', async (_name, pin, carriesPin) => {
    await post(PAYMENTS, { ...ORDER, pin });
    expect(host.received.at(-1)?.message.fields[52] !== undefined).toBe(carriesPin);
  });

  test('declined is an answer too', async () => {
    host.react('0200', issuerReply({ approved: false }));
    expect(await post(PAYMENTS, { ...ORDER, settle: null })).toMatchObject({
      status: 200,
      body: { approved: false, responseCode: '51', approvalCode: null, route: null },
    });
  });

  test('with a card that does not exist, nothing begins', async () => {
    expect(await post(PAYMENTS, { ...ORDER, card: 'nobody' })).toEqual({
      status: 404,
      body: {
        status: 404,
        code: 'unknown-card',
        detail: 'there is no test card "nobody"; "GET /v1/cards" lists them',
      },
    });
    expect((await post(PAYMENTS, { amount: '1' })).status).toBe(202);
  });

  test('while another is under way: 409', async () => {
    await post(PAYMENTS, { amount: '1' });
    const conflict = { status: 409, body: { status: 409, code: 'wrong-state', detail: BUSY } };
    expect(await post(PAYMENTS, ORDER)).toEqual(conflict);
    expect(await post(PAYMENTS, { amount: '2' })).toEqual(conflict);
  });
});

describe('a payment by hand', () => {
  test('amount, card, PIN, removed card', async () => {
    const begun = await post(PAYMENTS, { amount: '1 500,5' });
    expect(begun).toMatchObject({
      status: 202,
      body: { screen: { state: 'present-card', prompt: 'card', amount: '1500.50' } },
    });
    const { transactionId } = begun.body;
    expect(await get(`/transactions/${transactionId}`)).toEqual({
      status: 404,
      body: {
        status: 404,
        code: 'unknown-transaction',
        detail: `no terminal here has finished a payment ${transactionId}`,
      },
    });
    expect(await post('/terminals/20000001/card', { card: 'aigerim', entry: 'chip' })).toMatchObject({
      status: 202,
      body: { screen: { state: 'reading' } },
    });
    await staged.shows('pin-entry');
    expect(await post('/terminals/20000001/pin', { pin: '4321' })).toMatchObject({
      status: 202,
      body: { screen: { state: 'reading' } },
    });
    await staged.shows('remove-card');
    expect(await post('/terminals/20000001/remove-card')).toMatchObject({
      status: 202,
      body: { screen: { state: 'approved' } },
    });
    expect((await get(`/transactions/${transactionId}`)).body).toMatchObject({
      approved: true,
      amount: '1500.50',
    });
  });

  test('cancelled', async () => {
    const { transactionId } = (await post(PAYMENTS, { amount: '1' })).body;
    expect((await post('/terminals/20000001/cancel')).status).toBe(202);
    await staged.shows('declined');
    expect((await get(`/transactions/${transactionId}`)).body).toMatchObject({ responseCode: '17' });
  });

  test.each([
    ['card', { card: 'aigerim', entry: 'chip' }, 'a card is expected'],
    ['pin', { pin: '4321' }, 'a PIN is expected'],
    ['cancel', undefined, 'a payment can be cancelled'],
    ['remove-card', undefined, 'a card is in the slot'],
  ])('%s out of turn: 409', async (action, body, when) => {
    const detail = expect.stringMatching(
      new RegExp(`^this is possible only when ${when}; the device is (idle|showing a result)$`),
    );
    expect(await post(`/terminals/20000001/${action}`, body)).toEqual({
      status: 409,
      body: { status: 409, code: 'wrong-state', detail },
    });
  });
});

describe('a body that is not right is told where', () => {
  const AMOUNT_HELP = 'is not an amount in tenge: write 1500 or 1500.50, at most 9999999999.99';
  test.each([
    ['payments', undefined, 'body: Invalid input: expected object, received undefined'],
    ['payments', {}, 'amount: Invalid input: expected string, received undefined'],
    ['payments', { amount: 1500 }, 'amount: Invalid input: expected string, received number'],
    ['payments', { amount: '0.00' }, 'amount: the amount is zero'],
    ['payments', { amount: '-1' }, `amount: "-1" ${AMOUNT_HELP}`],
    ['payments', { amount: '10000000000' }, `amount: "10000000000" ${AMOUNT_HELP}`],
    ['payments', { amount: '1.005' }, `amount: "1.005" ${AMOUNT_HELP}`],
    [
      'payments',
      { amount: '1', settle: 'cash' },
      'settle: Invalid option: expected one of "digital"|"non-cash"',
    ],
    ['payments', { amount: '1', pin: '4321' }, 'body: Unrecognized key: "pin"'],
    [
      'payments',
      { amount: 'x', card: 'aigerim', entry: 'wave', pin: '12' },
      `amount: "x" ${AMOUNT_HELP}; entry: Invalid option: expected one of "chip"|"swipe"|"tap"; pin: 4 to 12 digits, or nothing`,
    ],
    [
      'payments',
      { amount: '1', card: 7, entry: 'chip' },
      'card: Invalid input: expected string, received number',
    ],
    ['card', { card: 'aigerim' }, 'entry: Invalid option: expected one of "chip"|"swipe"|"tap"'],
    ['pin', {}, 'pin: Invalid input: expected string, received undefined'],
    ['pin', { pin: '123' }, 'pin: 4 to 12 digits, or nothing'],
    ['pin', { pin: '1234567890123' }, 'pin: 4 to 12 digits, or nothing'],
    ['pin', { pin: '12 34' }, 'pin: 4 to 12 digits, or nothing'],
    ['pin', { pin: '4321\n' }, 'pin: 4 to 12 digits, or nothing'],
  ])('%s %j', async (action, body, detail) => {
    expect(await post(`/terminals/20000001/${action}`, body)).toEqual({
      status: 400,
      body: { status: 400, code: 'bad-request', detail },
    });
    expect(staged.terminal.screen.prompt).toBeNull();
  });

  test('a wrong PIN is not repeated in the error', async () => {
    const { body } = await post('/terminals/20000001/pin', { pin: '86420x' });
    expect(JSON.stringify(body)).not.toContain('86420');
  });
});

test.each(['20000001-000000000000', '30000001-632715000002', 'nonsense', '-'])(
  'transaction %s is not known',
  async (id) => {
    expect(await get(`/transactions/${id}`)).toEqual({
      status: 404,
      body: {
        status: 404,
        code: 'unknown-transaction',
        detail: `no terminal here has finished a payment ${id}`,
      },
    });
  },
);
