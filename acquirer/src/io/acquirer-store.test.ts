import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createHost } from '../host.ts';
import type { PaymentRecord } from '../payment-record.ts';
import { PAN, PIN, pinFrom, TRACK_2 } from '../testing/cards.ts';
import { CODECS, paymentMessage, reversalMessage, sealed } from '../testing/messages.ts';
import { openTestAcquirer, security } from '../testing/test-acquirer.ts';
import { type AcquirerStore, openAcquirerStore, readPayments } from './acquirer-store.ts';
import { openEventLog } from './event-log.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-acquirer-'));
  path = join(directory, 'acquirer.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const RECORD: PaymentRecord = {
  transactionId: 'T1-1',
  terminalId: 'T1',
  stan: '000001',
  localTime: '1123151530',
  amount: 999_999_999_999n,
  settle: 'non-cash',
  merchantId: 'shop',
  bankId: null,
  lastFour: '2231',
  state: 'received',
  route: null,
  responseCode: null,
  approvalCode: null,
  reason: null,
  answerEmvData: null,
};
const AUTHORISED = {
  state: 'authorised',
  bankId: 'issuer',
  route: 'convert',
  responseCode: '00',
  approvalCode: 'ABC123',
  answerEmvData: '9100',
} as const;

async function inStore(work: (store: AcquirerStore) => Promise<void>): Promise<void> {
  const store = openAcquirerStore(path);
  await work(store);
  await store.close();
}

describe('a payment', () => {
  it('is found by its id and by its trace number, after a restart too', async () => {
    await inStore(async (store) => {
      expect(await store.add(RECORD, 1)).toBe(true);
      await store.change('T1-1', AUTHORISED);
    });
    await inStore(async (store) => {
      const expected = { ...RECORD, ...AUTHORISED };
      expect(store.find('T1-1')).toEqual(expected);
      expect(store.findByStan('T1', '000001', '1123151530')).toEqual(expected);
      expect(store.find('T1-2')).toBeUndefined();
      expect(store.findByStan('T2', '000001', '1123151530')).toBeUndefined();
    });
  });

  test.each([
    ['its id', { stan: '000002' }],
    ['its trace number', { transactionId: 'T1-2' }],
  ])('is not written over by another with %s', (_name, changes) =>
    inStore(async (store) => {
      await store.add(RECORD, 1);
      expect(await store.add({ ...RECORD, ...changes, amount: 5n }, 2)).toBe(false);
      expect(store.find('T1-1')).toEqual(RECORD);
      expect(store.find('T1-2')).toBeUndefined();
    }),
  );

  it('keeps what a change does not name, and gives up what it names as null', () =>
    inStore(async (store) => {
      await store.add(RECORD, 1);
      await store.change('T1-1', AUTHORISED);
      await store.change('T1-1', { state: 'reversing' });
      expect(store.find('T1-1')).toEqual({ ...RECORD, ...AUTHORISED, state: 'reversing' });
      await store.change('T1-1', { state: 'reversed', approvalCode: null, answerEmvData: null });
      expect(store.find('T1-1')).toMatchObject({
        state: 'reversed',
        route: 'convert',
        responseCode: '00',
        approvalCode: null,
        answerEmvData: null,
      });
    }));

  it('that was never stored cannot be changed', () =>
    inStore(async (store) => {
      await expect(store.change('T1-9', { state: 'settled' })).rejects.toThrow(
        'payment T1-9 is changed and was never stored',
      );
    }));

  it('is unfinished until it is settled, suspended, declined or reversed; the oldest comes first', () =>
    inStore(async (store) => {
      const states = [
        'received',
        'authorised',
        'pending',
        'settled',
        'suspended',
        'declined',
        'reversing',
        'reversed',
      ] as const;
      for (const [index, state] of states.entries()) {
        const id = { transactionId: `T1-${index}`, stan: `00000${index}` };
        await store.add({ ...RECORD, ...id, state }, 100 - index);
      }
      expect(store.unfinished().map(({ state }) => state)).toEqual([
        'reversing',
        'pending',
        'authorised',
        'received',
      ]);
    }));
});

describe('readPayments', () => {
  it('gives every payment, beside a running acquirer', () =>
    inStore(async (store) => {
      await store.add(RECORD, 1);
      await store.add({ ...RECORD, transactionId: 'T1-2', stan: '000002' }, 2);
      const ids = readPayments(path, (payments) => [...payments].map(({ transactionId }) => transactionId));
      expect(ids).toEqual(['T1-1', 'T1-2']);
    }));

  it('refuses a file that is not there', () => {
    expect(() => readPayments(path, () => undefined)).toThrow('does not exist');
  });
});

it('neither the journal nor the event log holds a card number, track or PIN block', async () => {
  const parts = await openTestAcquirer(path);
  const fail = (error: unknown): void => {
    throw error;
  };
  const log = openEventLog(join(directory, 'events.db'), () => 0, fail);
  const emit = log.emit;
  const host = createHost({ payments: parts.payments, security, serials: parts.serials, emit });
  const pin = pinFrom(PIN);
  for (const [index, codec] of CODECS.entries()) {
    const chip = parts.purchase(10 + index, { pin });
    const { 2: _pan, 14: _expiry, 55: _emvData, ...rest } = paymentMessage(parts.purchase(20 + index)).fields;
    const swipe = { mti: '0200', fields: { ...rest, 22: '901', 35: TRACK_2 } };
    for (const message of [paymentMessage(chip), swipe, reversalMessage(chip)]) {
      await host.answer(codec, sealed(codec, message));
    }
    // What cannot be read is told of too.
    await host.answer(codec, codec.encode(paymentMessage(chip))).catch(() => undefined);
  }
  for (const step of parts.steps) emit(step);
  await log.close();
  await parts.close();
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
  const secrets = [PAN, TRACK_2, TRACK_2.slice(17), toHex(pin.block)];
  expect(secrets.map((secret) => secret.length)).toEqual([16, 32, 15, 16]);
  for (const secret of secrets) {
    // As text, as the hexadecimal of that text, and as packed bytes.
    const packed = /^[0-9A-F]+$/.test(secret) ? [fromHex(secret.slice(0, secret.length & ~1))] : [];
    const forms = [
      secret,
      toHex(new TextEncoder().encode(secret)),
      ...packed.map((bytes) => Buffer.from(bytes)),
    ];
    for (const form of forms)
      expect(
        files.some((file) => file.includes(form)),
        `${secret.length} characters`,
      ).toBe(false);
  }
  // The search itself works: what is kept is found.
  expect(files.some((file) => file.includes(`${PAN.slice(0, 6)}******${PAN.slice(-4)}`))).toBe(true);
});
