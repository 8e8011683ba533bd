import { keyBlockRandomBytes, keyCheckValue, writeKeyBlock } from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { afterEach, expect, test } from 'vitest';
import { createBench } from './testing/bench.ts';
import { APPROVE, answerTo, type FakeHost, type HostReceived, reply, SILENCE } from './testing/fake-host.ts';
import { EXCHANGE_KEY, MAC_KEY, OTHER_MAC_KEY } from './testing/sample-keys.ts';
import { sampleSecurity } from './testing/sample-security.ts';
import { STRIPE_WITH_SIGNATURE, swipe } from './testing/test-card.ts';
import { IMPATIENT, pay, type Stage } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const bench = createBench();
afterEach(() => bench.clear());

const card = swipe(STRIPE_WITH_SIGNATURE);
const NEW_KEY = fromHex('2A4C6E8091B3D5F71A3C5E7092B4D6F8');

function keyBlock(keyVersion: string, key = NEW_KEY, protectionKey = EXCHANGE_KEY): string {
  const header = {
    version: 'B',
    usage: 'M3',
    algorithm: 'T',
    modeOfUse: 'C',
    keyVersion,
    exportability: 'E',
    optionalBlocks: [],
  } as const;
  const random = new Uint8Array(keyBlockRandomBytes('B', key.length));
  return writeKeyBlock({ protectionKey, header, key, random });
}

/** Answers 101 with these fields, everything else of network management with yes. */
function exchangeWith(host: FakeHost, fields: Readonly<Record<number, string>> | null): void {
  host.react('0800', (request, line) => {
    if (request.message.fields[70] !== '101') line.send(answerTo(request, { 39: '00' }));
    else if (fields) line.send(answerTo(request, fields));
  });
}
const block = (version = '02', key = NEW_KEY) => ({ 39: '00', 48: `0480${keyBlock(version, key)}` });
const asked = (host: FakeHost): HostReceived[] =>
  host.received.filter(({ message }) => message.fields[70] === '101');

async function started(options = {}): Promise<{ host: FakeHost; staged: Stage }> {
  const host = await bench.openHost();
  return { host, staged: await bench.switchOn(host, options) };
}

test('asks under the old key and pays under the new one', async () => {
  const { host, staged } = await started();
  exchangeWith(host, block());
  const checkValue = toHex(keyCheckValue(NEW_KEY));
  expect(await staged.terminal.exchangeKeys()).toEqual({ ok: true, version: '02', checkValue });
  expect(asked(host).map(({ mac }) => mac)).toEqual(['right']);
  expect(staged.told('terminal.key-changed')).toEqual([{ key: 'mac', version: '02', checkValue }]);
  host.react('0200', (request, line) => line.send(answerTo(request, { 38: 'A1B2C3', 39: '00' }), NEW_KEY));
  expect(await pay(staged, card)).toMatchObject({ approved: true });
  // The sample host knows the old key only.
  expect(host.received.at(-1)?.mac).toBe('wrong');
});

test('an answer under the old key is none any more', async () => {
  const { host, staged } = await started(IMPATIENT);
  exchangeWith(host, block());
  await staged.terminal.exchangeKeys();
  host.react('0200', (request, line) => line.send(answerTo(request, { 39: '00' }), MAC_KEY));
  expect(await pay(staged, card)).toMatchObject({ approved: false, responseCode: 'Z3' });
});

test.each([
  ['a refusal', { 39: '63', 48: '0309no reason' }, 'the host refused the key-exchange with 63: no reason'],
  ['no key block', { 39: '00' }, 'the answer holds no key block'],
  ['an old version', block('01'), 'an old version'],
])('with %s it goes on under the old key, signed on again', async (_name, fields, why) => {
  const { host, staged } = await started();
  exchangeWith(host, fields);
  expect(await staged.terminal.exchangeKeys()).toEqual({ ok: false, why });
  expect(staged.told('terminal.key-changed')).toEqual([]);
  expect(await pay(staged, card)).toMatchObject({ approved: true });
  expect(host.received.at(-1)?.mac).toBe('right');
});

test('a key that cannot be stored is not used', async () => {
  const full = new Error('the disk is full');
  const security = {
    ...sampleSecurity(),
    acceptMacKey: () => {
      throw full;
    },
  };
  const { host, staged } = await started({ security });
  exchangeWith(host, block());
  expect(await staged.terminal.exchangeKeys()).toEqual({ ok: false, why: 'the new key could not be stored' });
  expect(staged.troubles).toEqual([full]);
  expect(await pay(staged, card)).toMatchObject({ approved: true });
});

test('no answer leaves the old key, and another try is made', async () => {
  const { host, staged } = await started(IMPATIENT);
  exchangeWith(host, null);
  expect(await staged.terminal.exchangeKeys()).toMatchObject({ ok: false });
  exchangeWith(host, block());
  expect(await staged.terminal.exchangeKeys()).toMatchObject({ ok: true, version: '02' });
});

test('waits for the payment under way, and the next payment waits for it', async () => {
  const { host, staged } = await started();
  exchangeWith(host, null);
  host.react('0200', SILENCE);
  const first = pay(staged, card);
  const [request] = await host.got('0200');
  const exchanging = staged.terminal.exchangeKeys();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked(host)).toEqual([]);
  APPROVE(request!, host.lines()[0]!);
  expect(await first).toMatchObject({ approved: true });
  await waitUntil('the exchange', () => asked(host).length === 1);
  host.react('0200', (later, line) => line.send(answerTo(later, { 38: 'A1B2C3', 39: '00' }), NEW_KEY));
  const second = pay(staged, card);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(host.received.filter(({ message }) => message.mti === '0200')).toHaveLength(1);
  reply(block())(asked(host)[0]!, host.lines()[0]!);
  expect(await exchanging).toMatchObject({ ok: true });
  expect(await second).toMatchObject({ approved: true });
});

test('two who ask at once get one exchange', async () => {
  const { host, staged } = await started();
  exchangeWith(host, block('02', OTHER_MAC_KEY));
  const both = await Promise.all([staged.terminal.exchangeKeys(), staged.terminal.exchangeKeys()]);
  expect(both[0]).toEqual(both[1]);
  expect(asked(host)).toHaveLength(1);
});
