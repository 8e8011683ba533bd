import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainHash, EMPTY_HASH } from '@kassa/ledger-client';
import { tiyn } from '@kassa/primitives';
import { type Database, openDatabase } from '@kassa/storage';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { CreditInstruction } from '../credit-transfer.ts';
import { statementToJson } from '../non-cash-statement.ts';
import { MERCHANT_IBAN, NOW_MS, openTestBank, SETTLEMENT_IBAN, type TestBank } from '../testing/test-bank.ts';
import { auditBank } from './audit-bank.ts';
import { BANK_DATABASE } from './bank-store.ts';
import { createNonCashTables } from './non-cash-tables.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-bank-'));
  path = join(directory, 'bank-test.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const credit = (number: number): CreditInstruction => ({
  messageId: `M${number}`,
  instructionId: `C${number}`,
  endToEndId: `T${number}`,
  amount: tiyn(BigInt(number) * 100n),
  currency: 'KZT',
  debtorAgent: '856',
  creditorAgent: '601',
  creditorIban: MERCHANT_IBAN,
  purposeCode: '710',
  debtorSectorCode: '19',
  creditorSectorCode: '17',
});

/** Entries 1 and 2 open accounts; 3 to 5 credit 100, 200 and 300; 6 returns 200; 7 queues 400. */
async function writeBooks(): Promise<TestBank> {
  const open = await openTestBank(path);
  const { nonCash } = open.bank;
  for (const number of [1, 2, 3]) {
    open.time.nowMs += 1_000;
    await nonCash.instruct(credit(number));
  }
  await nonCash.returnCredit({ id: 'R2', instructionId: 'C2' });
  nonCash.setBehaviour({ kind: 'delayed', delayMs: 60_000 });
  await nonCash.instruct(credit(4));
  return open;
}

/** Writes past the bank, as somebody with the file at hand could. */
function tamper(sql: string): void {
  const db: Database = openDatabase(path, BANK_DATABASE);
  db.exec(sql);
  db.close();
}

/** As somebody would who knows how the chain is made. */
function chainAnew(): void {
  const db = openDatabase(path, BANK_DATABASE);
  const { rows } = createNonCashTables(db);
  let hash = EMPTY_HASH;
  for (const row of rows(1, 100)) {
    hash = chainHash(hash, row);
    db.prepare('UPDATE journal SET hash = ? WHERE sequence = ?').run(hash, row.sequence);
  }
  db.prepare('UPDATE head SET hash = ?').run(hash);
  db.close();
}

describe('auditBank', () => {
  it('recomputes accounts and credits from the journal, beside a running bank', async () => {
    const { bank, close } = await writeBooks();
    const audit = auditBank(path);
    expect(audit).toMatchObject({ entries: 7, head: bank.nonCash.head(), findings: [] });
    expect(audit.balances).toEqual(new Map([[MERCHANT_IBAN, 400n]]));
    expect([...audit.credits].map(([id, { state, amount }]) => [id, state, amount])).toEqual([
      ['C1', 'posted', 100n],
      ['C2', 'returned', 200n],
      ['C3', 'posted', 300n],
      ['C4', 'queued', 400n],
    ]);
    await close();
  });

  it('agrees with the book after a restart, and after what was queued is concluded', async () => {
    await (await writeBooks()).close();
    const again = await openTestBank(path);
    again.time.nowMs += 120_000;
    expect(await again.bank.nonCash.settleDue()).toBe(1);
    expect(again.bank.nonCash.balance(MERCHANT_IBAN)).toBe(800n);
    expect(auditBank(path)).toMatchObject({ entries: 8, findings: [] });
    await again.close();
  });

  const changed = (entry: number): string =>
    `journal entry ${entry} is not what its hash was made of, or does not follow the one before it`;
  const table: readonly [name: string, sql: string, finding: string][] = [
    [
      'a flipped byte of an amount',
      `UPDATE journal SET content = replace(content, '"200"', '"201"') WHERE sequence = 4`,
      changed(4),
    ],
    [
      'a flipped byte of an answer',
      `UPDATE journal SET verdict = '["zero-amount"]' WHERE sequence = 4`,
      changed(4),
    ],
    [
      'a flipped byte of a hash',
      `UPDATE journal SET hash = '0' || substr(hash, 2) WHERE sequence = 5 AND hash NOT LIKE '0%'; UPDATE journal SET hash = '1' || substr(hash, 2) WHERE sequence = 5 AND hash LIKE '0%'`,
      changed(5),
    ],
    ['a changed time', 'UPDATE journal SET at_ms = at_ms + 1 WHERE sequence = 3', changed(3)],
    ['a deleted entry', 'DELETE FROM journal WHERE sequence = 4', 'journal entry 4 is missing'],
    [
      'the last entry deleted',
      'DELETE FROM journal WHERE sequence = 7',
      'the journal ends at entry 6, entry 7 was last written',
    ],
    [
      'two entries changed about',
      'UPDATE journal SET sequence = -1 WHERE sequence = 3; UPDATE journal SET sequence = 3 WHERE sequence = 5; UPDATE journal SET sequence = 5 WHERE sequence = -1',
      changed(3),
    ],
    [
      'text that is no operation',
      `UPDATE journal SET content = '["credit"]' WHERE sequence = 3`,
      'journal entry 3 cannot be read: expected 9 fields of credit, found 0',
    ],
    [
      'a changed balance',
      `UPDATE account SET balance = 401 WHERE iban = '${MERCHANT_IBAN}'`,
      `account ${MERCHANT_IBAN}: its balance is 401, its journal entries come to 400`,
    ],
    [
      'a blocked account nobody blocked',
      `UPDATE account SET state = 'blocked' WHERE iban = '${MERCHANT_IBAN}'`,
      `account ${MERCHANT_IBAN}: its state is blocked, its journal entries come to open`,
    ],
    [
      'a deleted account',
      `DELETE FROM account WHERE iban = '${MERCHANT_IBAN}'`,
      `account ${MERCHANT_IBAN}: its table has none, its journal entries make one`,
    ],
    [
      'a credit made queued again',
      `UPDATE credit SET state = 'queued' WHERE instruction = 'C1'`,
      'credit C1: its state is queued, its journal entries come to posted',
    ],
    [
      'a changed line',
      'UPDATE posting SET amount = 1 WHERE key = 6',
      'statement line 3/0: its amount is 1, its journal entries come to 100',
    ],
    [
      'an added line',
      `INSERT INTO posting VALUES (99, '${MERCHANT_IBAN}', 1, 1)`,
      'statement line 49/1: no journal entry makes it',
    ],
  ];
  test.each(table)('finds %s and says where', async (_name, sql, finding) => {
    await (await writeBooks()).close();
    tamper(sql);
    expect(auditBank(path).findings).toContain(finding);
  });

  test.each([
    [4, '["zero-amount"]', 'journal entry 4 is stored as zero-amount, the rules give ok'],
    [6, '["queued",1,null]', 'journal entry 6 is stored as queued, the rules give ok'],
    [7, '["account-closed","x"]', 'journal entry 7 is stored as account-closed, the rules give ok'],
  ])(
    'finds an answer the rules do not give, in a journal chained anew: entry %i',
    async (entry, verdict, finding) => {
      await (await writeBooks()).close();
      tamper(`UPDATE journal SET verdict = '${verdict}' WHERE sequence = ${entry}`);
      chainAnew();
      const { findings } = auditBank(path);
      expect(findings).toContain(finding);
      expect(findings.join()).not.toContain('hash');
    },
  );

  it('refuses a file that is not there', () => {
    expect(() => auditBank(path)).toThrow('does not exist');
  });
});

describe('a statement', () => {
  it('comes in pages whose balances meet, and in the words of camt.053', async () => {
    const { bank, close } = await writeBooks();
    const { nonCash } = bank;
    const whole = nonCash.statement(MERCHANT_IBAN);
    expect(
      whole.entries.map(({ sequence, amount, balance, operationId, operationType }) => [
        sequence,
        amount,
        balance,
        operationId,
        operationType,
      ]),
    ).toEqual([
      [3, 100n, 100n, 'C1', 'credit'],
      [4, 200n, 300n, 'C2', 'credit'],
      [5, 300n, 600n, 'C3', 'credit'],
      [6, -200n, 400n, 'R2', 'return'],
    ]);
    expect([whole.opening, whole.closing, whole.next]).toEqual([0n, 400n, undefined]);
    const first = nonCash.statement(MERCHANT_IBAN, { limit: 3 });
    const second = nonCash.statement(MERCHANT_IBAN, { limit: 3, after: first.next ?? 0 });
    expect([...first.entries, ...second.entries]).toEqual(whole.entries);
    expect([first.closing, second.opening, second.next]).toEqual([600n, 600n, undefined]);
    expect(nonCash.statement(MERCHANT_IBAN, { fromSequence: 4, toSequence: 5 })).toMatchObject({
      opening: 100n,
      closing: 600n,
    });
    expect(statementToJson(second)).toEqual({
      Acct: { Id: { IBAN: MERCHANT_IBAN }, Ccy: 'KZT' },
      Bal: [
        { Tp: 'OPBD', Amt: { Ccy: 'KZT', value: '6.00' }, CdtDbtInd: 'CRDT' },
        { Tp: 'CLBD', Amt: { Ccy: 'KZT', value: '4.00' }, CdtDbtInd: 'CRDT' },
      ],
      Ntry: [
        {
          NtryRef: '6',
          Amt: { Ccy: 'KZT', value: '2.00' },
          CdtDbtInd: 'DBIT',
          Sts: 'BOOK',
          BookgDt: new Date(NOW_MS + 3_000).toISOString(),
          AcctSvcrRef: 'R2',
          BkTxCd: 'return',
        },
      ],
      StmtPgntn: { next: null },
    });
    await close();
  });

  it('knows the balance at any instant', async () => {
    const { bank, close } = await writeBooks();
    const at = (atMs: number): bigint => bank.nonCash.balanceAt(MERCHANT_IBAN, bank.nonCash.sequenceAt(atMs));
    expect([-1, 0, 999, 1_000, 2_000, 3_000, 9_000].map((ms) => at(NOW_MS + ms))).toEqual([
      0n,
      0n,
      0n,
      100n,
      300n,
      400n,
      400n,
    ]);
    expect(bank.nonCash.balanceAt(SETTLEMENT_IBAN, 7)).toBe(-400n);
    await close();
  });
});
