import { loadFixtures } from '@kassa/fixtures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { kassaUp, pay, type RunningKassa, temporaryDirectory } from '../testing/kassa-process.ts';
import { eventually } from '../testing/system-under-test.ts';

interface StreamedEvent {
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly transactionId: string | null;
  readonly terminalId: string | null;
  readonly data: Record<string, unknown>;
}

let directory: string;
let running: RunningKassa;
const raw: string[] = [];

beforeAll(async () => {
  directory = temporaryDirectory();
  running = await kassaUp('--data', directory);
}, 150_000);

afterAll(async () => {
  await running.stop();
});

async function open(query: string): Promise<{ events: StreamedEvent[]; socket: WebSocket }> {
  const socket = new WebSocket(`${running.url.replace('http', 'ws')}/v1/events${query}`);
  const events: StreamedEvent[] = [];
  let opened = false;
  socket.on('message', (frame) => {
    const text = String(frame);
    raw.push(text);
    const event = JSON.parse(text) as StreamedEvent;
    if (event.type === 'stream.opened') opened = true;
    else events.push(event);
  });
  await eventually(() => opened);
  return { events, socket };
}

test('tells one payment from the first key to the receipt, each party in its turn', async () => {
  const { events, socket } = await open('');
  const { transactionId } = await pay(running.url, { card: 'halyk-visa', settle: 'non-cash' });
  await eventually(() => events.filter(({ type }) => type === 'terminal.receipt-printed').length === 2);
  socket.close();
  const types = events.filter((event) => event.transactionId === transactionId).map(({ type }) => type);
  const inOrder = [
    'terminal.payment-started',
    'terminal.card-presented',
    'card.exchanged',
    'kernel.decided',
    'terminal.pin-entered',
    'terminal.intent-journalled',
    'terminal.message-sent',
    'acquirer.message-received',
    'acquirer.bank-chosen',
    'bank.cryptogram-verified',
    'bank.pin-verified',
    'ledger.held',
    'bank.authorised',
    'acquirer.route-chosen',
    'bank.credited',
    'ledger.redeemed',
    'acquirer.payment-decided',
    'acquirer.message-sent',
    'terminal.message-received',
    'terminal.payment-finished',
    'terminal.receipt-printed',
  ];
  let from = 0;
  for (const type of inOrder) {
    const found = types.indexOf(type, from);
    expect(found, `${type} after ${types[from - 1]} in ${types.join(' ')}`).toBeGreaterThanOrEqual(0);
    from = found + 1;
  }
  expect(events.every(({ terminalId }) => terminalId !== undefined)).toBe(true);
});

test('resumes from a number, filtered or not, without a gap or a double, across a restart too', async () => {
  const first = await open('?from=1');
  const paying = Promise.all([
    pay(running.url, { card: 'altyn-visa', terminal: '20000001' }),
    pay(running.url, { card: 'halyk-visa', terminal: '20000002' }),
  ]);
  await eventually(() => first.events.length > 60);
  first.socket.terminate();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const seen = first.events.length;
  const second = await open(`?from=${first.events.at(-1)!.seq + 1}`);
  const [one, two] = await paying;
  await eventually(() => second.events.filter(({ type }) => type === 'terminal.receipt-printed').length >= 1);
  await running.stop();
  running = await kassaUp('--data', directory);
  await pay(running.url, { card: 'altyn-visa' });
  const third = await open(`?from=${second.events.at(-1)!.seq + 1}`);
  await eventually(() => third.events.some(({ type }) => type === 'terminal.payment-finished'));
  const all = [...first.events.slice(0, seen), ...second.events, ...third.events];
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));

  const filtered = await open(`?from=1&transaction=${two.transactionId}`);
  const expected = all.filter(({ transactionId }) => transactionId === two.transactionId);
  await eventually(() => filtered.events.length >= expected.length);
  expect(filtered.events).toEqual(expected);
  const byTerminal = await open('?from=1&terminal=20000002');
  await eventually(() => byTerminal.events.some(({ seq }) => seq === expected.at(-1)!.seq));
  expect(new Set(byTerminal.events.map(({ terminalId }) => terminalId))).toEqual(new Set(['20000002']));
  expect(byTerminal.events.some(({ transactionId }) => transactionId === one.transactionId)).toBe(false);
  for (const { socket } of [second, third, filtered, byTerminal]) socket.close();
});

test('never tells a card number, track, PIN block or key', () => {
  const { cards, keys } = loadFixtures();
  const text = raw.join('\n');
  expect(text.length).toBeGreaterThan(50_000);
  for (const { pan } of cards) {
    expect(text.includes(pan)).toBe(false);
    // In ASCII hexadecimal, as a dump of the readable dialect would show it.
    expect(text.includes(Buffer.from(pan).toString('hex').toUpperCase())).toBe(false);
  }
  for (const { macKey } of Object.values(keys.terminals)) {
    expect(text.includes(Buffer.from(macKey).toString('hex').toUpperCase())).toBe(false);
  }
});

test('refuses a page of another origin', async () => {
  const socket = new WebSocket(`${running.url.replace('http', 'ws')}/v1/events`, {
    origin: 'http://elsewhere.example',
  });
  const status = await new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('open', () => resolve('opened'));
    socket.on('error', () => undefined);
  });
  expect(status).toBe(403);
  const posted = await fetch(`${running.url}/v1/terminals/20000001/cancel`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'http://elsewhere.example' },
    body: '{}',
  });
  expect(posted.status).toBe(403);
});
