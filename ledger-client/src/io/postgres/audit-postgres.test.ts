import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as make from '../../testing/operations.ts';
import { nextSchema, postgresForTests } from '../../testing/postgres-for-tests.ts';
import { openSql, runSql } from '../../testing/postgres-sql.ts';
import type { AuditFinding } from '../audit-report.ts';
import { auditPostgresLedger } from './audit-postgres.ts';
import { openPostgresLedger } from './postgres-ledger.ts';
import type { Session } from './session.ts';

const place = { url: '', schema: nextSchema() };
let sql: Session;

beforeAll(async () => {
  place.url = await postgresForTests();
  const ledger = await openPostgresLedger({ ...place, clock: () => 1_000 });
  await ledger.submit([
    make.setLabelPolicy('p1', 'meal', { condition: 'fed' }),
    make.setTierPolicy('p2', 'basic', { dayMax: 500 }),
    make.open('o1', 'aru', 'person', { tier: 'basic' }),
    make.open('o2', 'shop', 'merchant', { category: '5812' }),
    make.issue('i1', 'aru', 1_000),
    make.issue('i2', 'aru', 300, 'meal'),
    make.attest('a1', 'meal', 'fed', 'shop'),
    make.transfer('t1', 'aru', 'shop', 150),
    make.transfer('t2', 'aru', 'shop', 20, 'meal'),
    make.hold('h1', 'aru', 100, 9_000),
    make.hold('h2', 'aru', 40, 9_000),
    make.execute('e1', 'h1', 'shop'),
    make.redeem('r1', 'shop', 50),
  ]);
  await ledger.close();
  sql = await openSql(place);
});
afterAll(async () => {
  await sql?.end();
  await runSql(place, 'DROP SCHEMA $ CASCADE');
});

/** Finds what a change to the tables does, in a copy of them. */
async function auditAfter(tampering: string): Promise<readonly AuditFinding[]> {
  const copy = { ...place, schema: nextSchema() };
  const tables = await sql.query<{ name: string }>({
    text: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
    values: [place.schema],
  });
  // Without their constraints: whoever tampers with tables can drop those too.
  const copies = tables.map(
    ({ name }) => `CREATE TABLE ${copy.schema}.${name} AS TABLE ${place.schema}.${name}`,
  );
  await runSql(copy, ['CREATE SCHEMA $', ...copies, tampering].join(';'));
  const { findings } = await auditPostgresLedger(copy);
  await runSql(copy, 'DROP SCHEMA $ CASCADE');
  return findings;
}

describe('auditPostgresLedger', () => {
  it('finds nothing in a ledger that was left alone', async () => {
    expect(await auditAfter('SELECT 1')).toEqual([]);
    expect(await auditPostgresLedger(place)).toMatchObject({
      ok: true,
      entries: 13,
      head: { sequence: 13 },
      supply: { total: { issued: 1_300n, redeemed: 50n, wallets: 1_210n, held: 40n } },
    });
  });

  it('tells a journal that ends before a head it had, or is another', async () => {
    const { head } = await auditPostgresLedger(place);
    const messages = async (reached: typeof head): Promise<string[]> =>
      (await auditPostgresLedger({ ...place, reached })).findings.map(({ message }) => message);
    expect(await messages(head)).toEqual([]);
    expect(await messages({ ...head, sequence: 14 })).toEqual([
      'the journal ends at 13, it had reached 14 before',
    ]);
    expect(await messages({ ...head, sequence: 12 })).toEqual([
      'entry 12 has another hash than the one it was exported with',
    ]);
  });

  it.each<[tampering: string, ...findings: string[]]>([
    [
      `UPDATE $.journal SET content = replace(content, '"150"', '"151"') WHERE id = 't1'`,
      'hash-mismatch 8',
      'posting-differs 8 aru',
      'posting-differs 8 shop',
      'posting-differs 12 shop',
      'purse-differs aru',
    ],
    [
      "UPDATE $.journal SET hash = overlay(hash placing 'x' from 5) WHERE sequence = 13",
      'hash-mismatch 13',
      'head-differs 13',
    ],
    [
      `UPDATE $.journal SET verdict = '["zero-amount"]' WHERE id = 'a1'`,
      'hash-mismatch 7',
      'verdict-differs 7',
    ],
    [`UPDATE $.journal SET content = 'x' WHERE id = 'a1'`, 'hash-mismatch 7', 'unreadable-entry 7'],
    ['DELETE FROM $.journal WHERE sequence = 13', 'posting-differs 13', 'head-differs 12'],
    ['DELETE FROM $.journal WHERE sequence = 7', 'sequence-gap 7'],
    [
      'UPDATE $.journal SET sequence = CASE sequence WHEN 3 THEN 4 ELSE 3 END WHERE sequence IN (3, 4)',
      'hash-mismatch 3',
      'hash-mismatch 4',
      'hash-mismatch 5',
    ],
    ['UPDATE $.head SET sequence = 14', 'head-differs 13'],
    ["UPDATE $.account SET frozen = true WHERE id = 'shop'", 'account-differs shop'],
    ["DELETE FROM $.account WHERE id = 'shop'", 'account-differs shop'],
    [
      "UPDATE $.purse SET available = available + 1 WHERE account = 'shop' AND label = ''",
      'purse-differs shop',
      'supply-broken',
    ],
    ["INSERT INTO $.purse VALUES ('shop', 'gold', 7, 0)", 'purse-differs shop gold', 'supply-broken gold'],
    ["UPDATE $.hold SET remaining = 30 WHERE id = 'h2'", 'hold-differs h2'],
    ["UPDATE $.hold SET state = 'released' WHERE id = 'h1'", 'hold-differs h1'],
    ["DELETE FROM $.hold WHERE id = 'h1'", 'hold-differs h1'],
    ["INSERT INTO $.hold VALUES ('h9', 'aru', '', 1, 0, 9, 'executed', NULL)", 'hold-differs h9'],
    [
      "UPDATE $.circulation SET issued = 301 WHERE label = 'meal'",
      'circulation-differs meal',
      'supply-broken meal',
    ],
    [
      "UPDATE $.posting SET balance = balance + 1 WHERE account = 'shop' AND label = 'meal'",
      'posting-differs 9 shop meal',
    ],
    ["DELETE FROM $.posting WHERE account = 'shop' AND label = 'meal'", 'posting-differs 9 shop meal'],
    ["INSERT INTO $.posting VALUES (6400, 'shop', '', 5, 5, NULL)", 'posting-differs 100 shop'],
    ["UPDATE $.tier_policy SET policy = replace(policy, '500', '501')", 'tier-policy-differs'],
    ['DELETE FROM $.label_policy', 'label-policy-differs'],
    ["INSERT INTO $.attestation VALUES ('meal', 'fed', 'cow')", 'attestation-differs meal'],
    ["UPDATE $.spending SET count = count + 1 WHERE label = ''", 'spending-differs aru'],
  ])('%s', async (tampering, ...expected) => {
    const found = (await auditAfter(tampering)).map(({ code, sequence, account, label, hold }) =>
      [code, sequence, account, label, hold].filter((word) => word !== undefined && word !== '').map(String),
    );
    const wanted = expected.map((each) => each.split(' '));
    const names = (finding: readonly string[] | undefined, words: readonly string[]): boolean =>
      words.every((word) => finding?.includes(word));
    expect(names(found[0], wanted[0]!), `${found}`).toBe(true);
    for (const words of wanted)
      expect(
        found.some((finding) => names(finding, words)),
        `${found}`,
      ).toBe(true);
    // Much follows from a changed journal; from a changed table nothing else does.
    if (tampering.includes('$.journal')) return;
    expect(new Set(found.map(([code]) => code))).toEqual(new Set(wanted.map(([code]) => code)));
  });
});
