import { keyCheckValue, readKeyBlock } from '@kassa/emv';
import type { Codec, Message } from '@kassa/iso8583';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createHost, type Host } from './host.ts';
import { INITIAL_KSN, PIN, pinFrom } from './testing/cards.ts';
import { BCD, CODECS, echoMessage, paymentMessage, reversalMessage, sealed } from './testing/messages.ts';
import {
  acquirerSecurity,
  EXCHANGE_KEY,
  MAC_KEY,
  openTestAcquirer,
  type TestAcquirer,
} from './testing/test-acquirer.ts';

let parts: TestAcquirer;
let host: Host;
beforeEach(async () => {
  parts = await openTestAcquirer();
  host = hostWith(parts);
});
afterEach(() => parts.close());

function hostWith({ payments, serials, steps }: TestAcquirer): Host {
  return createHost({
    payments,
    security: acquirerSecurity(),
    serials,
    emit: (step) => void steps.push(step),
  });
}

async function ask(message: Message, key = MAC_KEY, codec: Codec = BCD): Promise<Message> {
  return codec.decode(await host.answer(codec, sealed(codec, message, key)));
}
const codeAndReason = ({ fields }: Message): [string | undefined, string | undefined] => [
  fields[39],
  fields[48]?.slice(4),
];
const ksn = (counter: number): Uint8Array => {
  const bytes = Uint8Array.from(INITIAL_KSN);
  bytes[7] = 0xe0 | (counter >> 16);
  bytes[8] = (counter >> 8) & 0xff;
  bytes[9] = counter & 0xff;
  return bytes;
};
/** A payment with a PIN under the key of that number. */
const withPin = (number: number, serial: Uint8Array): Message =>
  paymentMessage(parts.purchase(number, { pin: pinFrom(PIN, serial) }));
const refusals = () => parts.steps.filter(({ type }) => type === 'acquirer.security-refused');

const REPLAYED = 'the key serial number of the PIN block does not increase: a replayed PIN block';
const OTHER = "the key serial number of the PIN block is not this terminal's";
const IMPOSSIBLE = 'the key serial number of the PIN block has a counter that no PIN pad makes';
const USED_UP = 'the PIN pad of this terminal has used up its keys: it needs a new initial key';

describe('the key serial number of a PIN block', () => {
  it('increases from payment to payment, gaps allowed', async () => {
    for (const [number, counter] of [1, 2, 7, 0x1ff000].entries())
      expect((await ask(withPin(number + 1, ksn(counter)))).fields[39], String(counter)).toBe('00');
    expect(refusals()).toEqual([]);
  });

  test.each([
    ['the same again', 5, 5],
    ['an older one', 5, 4],
  ])('%s is a replay, also after a restart of the host', async (_name, first, second) => {
    await ask(withPin(1, ksn(first)));
    expect(codeAndReason(await ask(withPin(2, ksn(second))))).toEqual(['63', REPLAYED]);
    host = hostWith(parts);
    expect(codeAndReason(await ask(withPin(3, ksn(second))))).toEqual(['63', REPLAYED]);
    expect(await parts.books()).toBe('payer 850000, merchant 150000 digital 0 non-cash, held 0');
    expect(refusals()[0]).toMatchObject({
      terminalId: '20000001',
      transactionId: '20000001-632800000002',
      data: { why: 'ksn-replayed', responseCode: '63', text: REPLAYED },
    });
  });

  it('may come again with the same payment: it gets its answer, also after a later one', async () => {
    const first = withPin(1, ksn(1));
    const answer = await ask(first);
    await ask(withPin(2, ksn(2)));
    expect(await ask({ ...first, mti: '0201' })).toEqual(answer);
  });

  test.each([
    ['of another terminal', 'FFFF9876543202E00001', '63', OTHER, 'ksn-other-terminal'],
    ['of another key set', 'FFFF9876553201E00001', '63', OTHER, 'ksn-other-terminal'],
    ['with the counter at zero', 'FFFF9876543201E00000', '63', IMPOSSIBLE, 'ksn-impossible'],
    ['with eleven one bits', 'FFFF9876543201E007FF', '63', IMPOSSIBLE, 'ksn-impossible'],
  ])('%s is refused', async (_name, serial, code, reason, why) => {
    const answer = await ask(withPin(1, fromHex(serial)));
    expect(codeAndReason(answer)).toEqual([code, reason]);
    expect(refusals().map(({ data }) => data.why)).toEqual([why]);
    expect(parts.faults.names).toEqual([]);
  });

  it('after the last one there is none: the terminal has to be injected anew', async () => {
    expect((await ask(withPin(1, ksn(0x1ff800)))).fields[39]).toBe('00');
    for (const counter of [0x1ff800, 0x1ff400, 1])
      expect(codeAndReason(await ask(withPin(2, ksn(counter))))).toEqual(['58', USED_UP]);
    expect(refusals().map(({ data }) => data.why)).toEqual(['ksn-used-up', 'ksn-used-up', 'ksn-used-up']);
    // It can still pay without a PIN.
    expect((await ask(paymentMessage(parts.purchase(3)))).fields[39]).toBe('00');
  });

  it('is not used up by a message whose MAC is wrong', async () => {
    await ask(withPin(1, ksn(9)), fromHex('00'.repeat(16)));
    expect((await ask(withPin(2, ksn(1)))).fields[39]).toBe('00');
  });
});

describe('a MAC that does not verify is told by name', () => {
  test.each([
    ['mac-wrong', () => sealed(BCD, paymentMessage(parts.purchase(1)), fromHex('00'.repeat(16)))],
    ['mac-missing', () => BCD.encode(paymentMessage(parts.purchase(1)))],
    ['mac-missing', () => BCD.encode(echoMessage('000001', '101'))],
    ['unknown-terminal', () => BCD.encode(echoMessage('000001', '001', '20000009'))],
  ])('%s', async (why, bytes) => {
    await host.answer(BCD, bytes());
    expect(refusals().map(({ data }) => data.why)).toEqual([why]);
  });
});

describe.each(CODECS.map((codec): [string, Codec] => [codec.dialect.name, codec]))(
  'the exchange of keys, %s',
  (_name, codec) => {
    const exchange = async (key = MAC_KEY) => {
      const { mti, fields } = await ask(echoMessage('000007', '101'), key, codec);
      const block = fields[48]?.slice(4) ?? '';
      return { mti, fields, block, opened: () => readKeyBlock(EXCHANGE_KEY, block) };
    };

    it('gives a new MAC key under the terminal’s key-exchange key', async () => {
      const { mti, fields, opened } = await exchange();
      const { key, header } = opened();
      expect([mti, fields[39], fields[70], header.usage, header.keyVersion]).toEqual([
        '0810',
        '00',
        '101',
        'M3',
        '02',
      ]);
      expect(key).not.toEqual(MAC_KEY);
      const told = parts.steps.find(({ type }) => type === 'acquirer.key-sent');
      const checkValue = toHex(keyCheckValue(key));
      expect(told?.data).toEqual({ key: 'mac', version: '02', checkValue });
      // The block is nothing for the stream.
      const all = JSON.stringify(parts.steps);
      expect(all).not.toContain(toHex(key));
      expect(all).not.toContain('B0080M3');
      expect(all).not.toContain(toHex(fromLatin1('B0080M3')));
    });

    it('answers under the old key until the new one is used, and then never again', async () => {
      const { key } = (await exchange()).opened();
      expect((await ask(paymentMessage(parts.purchase(1)), MAC_KEY, codec)).fields[39]).toBe('00');
      // The terminal did not get the answer and asks again: the same key.
      expect((await exchange()).opened().key).toEqual(key);
      expect((await ask(paymentMessage(parts.purchase(2)), key, codec)).fields[39]).toBe('00');
      const late = await ask(reversalMessage(parts.purchase(2)), MAC_KEY, codec);
      expect(codeAndReason(late)).toEqual(['63', 'the MAC of the message does not verify']);
      expect((await ask(reversalMessage(parts.purchase(2)), key, codec)).fields[39]).toBe('00');
    });

    it('is asked for by nobody else', async () => {
      const { fields } = await ask(echoMessage('000007', '101'), fromHex('00'.repeat(16)), codec);
      expect(codeAndReason({ mti: '0810', fields })).toEqual([
        '63',
        'the MAC of the message does not verify',
      ]);
    });
  },
);
