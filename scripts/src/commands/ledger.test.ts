import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountId, auditLedgerFile, openLedger, operationId } from '@kassa/ledger-client';
import { tiyn } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../main.ts';

let out: string;
let err: string;
let folder: string;
let data: string;

const [aru, shop] = [accountId('aru'), accountId('shop')];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kassa-ledger-command-'));
  data = join(folder, 'data');
  mkdirSync(data);
  let nowMs = Date.UTC(2026, 10, 24, 5);
  const ledger = openLedger({ path: join(data, 'ledger.db'), clock: () => nowMs });
  await ledger.submit([
    { type: 'open', id: operationId('o1'), account: aru, kind: 'person' },
    { type: 'open', id: operationId('o2'), account: shop, kind: 'merchant' },
    { type: 'issue', id: operationId('i1'), account: aru, amount: tiyn(1_000n) },
  ]);
  nowMs += 60_000;
  await ledger.submit([
    { type: 'transfer', id: operationId('t1'), payer: aru, payee: shop, amount: tiyn(150n) },
    { type: 'redeem', id: operationId('r1'), account: shop, amount: tiyn(50n) },
  ]);
  await ledger.close();
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    err += chunk;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function exported(): Promise<string> {
  out = '';
  expect(await main(['ledger', 'export', '--data', data])).toBe(0);
  return out;
}

describe('kassa ledger', () => {
  test('export and import make the same ledger', async () => {
    const file = join(folder, 'journal.jsonl');
    writeFileSync(file, await exported());
    const other = join(folder, 'other', 'data');
    out = '';
    expect(await main(['ledger', 'import', file, '--data', other])).toBe(0);
    expect(readdirSync(other).sort()).toEqual(['ledger.db', 'lock.db']);
    const report = auditLedgerFile(join(other, 'ledger.db'));
    expect(report).toMatchObject({ ok: true, head: auditLedgerFile(join(data, 'ledger.db')).head });
    expect(out).toBe(`5 entries, head ${report.head.hash}\n`);
    const again = await exported();
    data = other;
    expect(await exported()).toBe(again);
  });

  test('export begins where it is told to', async () => {
    const lines = (await exported()).split('\n');
    out = '';
    expect(await main(['ledger', 'export', '--data', data, '--from', '4'])).toBe(0);
    expect(out.split('\n')).toEqual(lines.slice(3));
  });

  test('import refuses a changed journal and leaves nothing behind', async () => {
    const file = join(folder, 'journal.jsonl');
    writeFileSync(file, (await exported()).replace('"150"', '"151"'));
    const other = join(folder, 'other');
    expect(await main(['ledger', 'import', file, '--data', other])).toBe(1);
    expect(err).toBe(
      'kassa: the journal is refused: line 4: entry 4 was changed after it was written, or does not follow on what the ledger holds\n',
    );
    expect(existsSync(join(other, 'ledger.db'))).toBe(false);
    expect(readdirSync(other)).toEqual(['lock.db']);
  });

  test('import names a file it cannot read', async () => {
    const missing = join(folder, 'missing.jsonl');
    expect(await main(['ledger', 'import', missing, '--data', join(folder, 'other')])).toBe(2);
    expect(err).toContain(`no such file or directory, open '${missing}'`);
    expect(readdirSync(join(folder, 'other'))).toEqual(['lock.db']);
  });

  test('import refuses a line without end', async () => {
    const file = join(folder, 'endless');
    writeFileSync(file, 'x'.repeat(1_100_000));
    expect(await main(['ledger', 'import', file, '--data', join(folder, 'other')])).toBe(1);
    expect(err).toContain('a line is longer than 1000000 characters');
  });

  test('import does not touch a ledger that is there', async () => {
    const before = readFileSync(join(data, 'ledger.db'));
    expect(await main(['ledger', 'import', '/dev/null', '--data', data])).toBe(2);
    expect(err).toBe(
      `kassa: ${join(data, 'ledger.db')} exists.\nRemedy: name another data directory with --data\n`,
    );
    expect(readFileSync(join(data, 'ledger.db'))).toEqual(before);
  });

  test('statement is a page of credits and debits with running balances', async () => {
    expect(await main(['ledger', 'statement', 'shop', '--data', data, '--json'])).toBe(0);
    expect(JSON.parse(out)).toEqual({
      account: 'shop',
      label: '',
      currency: 'KZT',
      openingBalance: '0',
      entries: [
        {
          sequence: 4,
          bookedAt: '2026-11-24T05:01:00.000Z',
          creditDebit: 'CRDT',
          amount: '150',
          balance: '150',
          counterAccount: 'aru',
          operation: 'transfer',
          operationId: 't1',
        },
        {
          sequence: 5,
          bookedAt: '2026-11-24T05:01:00.000Z',
          creditDebit: 'DBIT',
          amount: '50',
          balance: '100',
          counterAccount: null,
          operation: 'redeem',
          operationId: 'r1',
        },
      ],
      closingBalance: '100',
      next: null,
    });
  });

  test('statement is cut by instants, entry numbers and pages', async () => {
    const balances = async (account: string, ...args: string[]): Promise<unknown[]> => {
      out = '';
      expect(await main(['ledger', 'statement', account, '--data', data, '--json', ...args])).toBe(0);
      const { openingBalance, entries, closingBalance, next } = JSON.parse(out);
      return [openingBalance, entries.length, closingBalance, next];
    };
    expect(await balances('aru', '--to', '2026-11-24T10:00:59+05:00')).toEqual(['0', 1, '1000', null]);
    expect(await balances('aru', '--from', '2026-11-24T05:01:00Z')).toEqual(['1000', 1, '850', null]);
    expect(await balances('shop', '--from', '5', '--to', '5')).toEqual(['150', 1, '100', null]);
    const [, , , next] = await balances('shop', '--limit', '1');
    expect(await balances('shop', '--limit', '1', '--after', String(next))).toEqual(['150', 1, '100', null]);
    expect(await balances('aru', '--label', 'meal')).toEqual(['0', 0, '0', null]);
  });

  test('statement reads well', async () => {
    expect(await main(['ledger', 'statement', 'shop', '--data', data, '--limit', '1'])).toBe(0);
    expect(out.split('\n').map((line) => line.replaceAll(/[ \u00a0]+/g, ' '))).toEqual([
      'account shop, unmarked money',
      'opening balance 0,00 ₸',
      '2026-11-24T05:01:00.000Z transfer aru 1,50 ₸ 1,50 ₸ t1',
      'closing balance 1,50 ₸',
      expect.stringMatching(/^More: --after \d+$/),
      '',
    ]);
  });

  test.each([
    [['statement', 'nobody'], 'the ledger has no account nobody'],
    [['statement', 'a b'], 'an account id is 1 to 64 letters, digits'],
    [['statement', 'aru', '--from', 'noon'], 'write a journal entry number, or an instant like'],
  ])('%s could not run: %s', async (args, message) => {
    expect(await main(['ledger', ...args, '--data', data])).toBe(2);
    expect(err).toContain(message);
  });

  test('a data directory without a ledger is named', async () => {
    expect(await main(['ledger', 'export', '--data', join(folder, 'none')])).toBe(2);
    expect(err).toContain(`${join(folder, 'none', 'ledger.db')} does not exist.`);
  });
});
