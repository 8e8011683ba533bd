import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountId, createInMemoryLedger, type Ledger, operationId, sha256Hex } from '@kassa/ledger-client';
import { tiyn } from '@kassa/primitives';
import { ApiError } from '@kassa/terminal';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, expect, test } from 'vitest';
import { ledgerApi } from './ledger-api.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const problem: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(error instanceof ApiError ? error.status : 500).json({ code: (error as ApiError).code });
};

async function serve(ledger: Ledger): Promise<(path: string) => Promise<unknown>> {
  const app = express();
  app.use(ledgerApi(ledger, [{ account: 'dt-1', name: 'Aigerim' }]), problem);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (path) => (await fetch(`http://127.0.0.1:${port}/ledger${path}`)).json();
}

async function smallLedger(): Promise<Ledger> {
  const ledger = createInMemoryLedger({ clock: () => 5, sha256: sha256Hex });
  const account = accountId('dt-1');
  await ledger.submit([
    { type: 'open', id: operationId('o1'), account, kind: 'person' },
    { type: 'issue', id: operationId('i1'), account, amount: tiyn(150_000n) },
    { type: 'issue', id: operationId('i2'), account: accountId('dt-none'), amount: tiyn(1n) },
  ]);
  return ledger;
}

test('supply, accounts, statement and journal are read, in tenge', async () => {
  const get = await serve(await smallLedger());
  const line = { issued: '1500.00', redeemed: '0.00', wallets: '1500.00', held: '0.00' };
  expect(await get('')).toMatchObject({ total: line, head: { sequence: 3 } });
  const account = {
    account: 'dt-1',
    kind: 'person',
    frozen: false,
    closed: false,
    tier: null,
    category: null,
  };
  const purses = [{ label: '', available: '1500.00', held: '0.00' }];
  expect(await get('/accounts')).toEqual([{ name: 'Aigerim', ...account, purses }]);
  expect(await get('/accounts/dt-1')).toEqual({ name: 'Aigerim', ...account, purses });
  expect(await get('/accounts/dt-1/statement?label=')).toMatchObject({
    opening: '0.00',
    closing: '1500.00',
    entries: [{ sequence: 2, operationType: 'issue', amount: '1500.00', balance: '1500.00' }],
    next: null,
  });
  expect(await get('/journal?from=3')).toMatchObject({
    head: { sequence: 3 },
    entries: [
      {
        sequence: 3,
        operation: { type: 'issue', amount: '0.01' },
        outcome: { ok: false, code: 'unknown-account' },
      },
    ],
  });
});

test.each([
  ['/accounts/dt-9', 'unknown-account'],
  ['/accounts/%20', 'bad-identifier'],
  ['/accounts/dt-1/statement?label=%20', 'bad-identifier'],
  ['/accounts/dt-1/statement?after=x', 'bad-after'],
  ['/journal?from=-1', 'bad-from'],
])('%s is refused as %s', async (path, code) => {
  const get = await serve(await smallLedger());
  expect(await get(path)).toEqual({ code });
});

test('the audit computes the chain again, and finds an entry that was changed', async () => {
  const ledger = await smallLedger();
  expect(await (await serve(ledger))('/audit')).toEqual({ ok: true, entries: 3, findings: [] });
  const changed: Ledger = {
    ...ledger,
    readJournal: async (from, limit) =>
      (await ledger.readJournal(from, limit)).map((entry) =>
        entry.sequence === 2 ? { ...entry, atMs: entry.atMs + 1 } : entry,
      ),
  };
  expect(await (await serve(changed))('/audit')).toEqual({
    ok: false,
    entries: 3,
    findings: ['entry 2 does not have the hash that follows from it'],
  });
  const cut: Ledger = { ...ledger, readJournal: async (from) => (from > 1 ? [] : ledger.readJournal(1, 2)) };
  expect(await (await serve(cut))('/audit')).toMatchObject({
    ok: false,
    findings: ['the journal ends at 2, its head says 3'],
  });
});
