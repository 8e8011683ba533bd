import { type Database, openDatabase } from '@kassa/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_FINDINGS_MAX } from '../limits.ts';
import * as make from '../testing/operations.ts';
import { auditLedger } from './audit-ledger.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { createLedger, type OpenLedger } from './sqlite-ledger.ts';

const LATER = 10_000;
let db: Database;
let ledger: OpenLedger;

// Entries 1 to 17; h1 is executed, h2 stays open, h3 is released.
beforeEach(async () => {
  db = openDatabase(':memory:', LEDGER_DATABASE);
  ledger = createLedger(db, { clock: () => 1_000 });
  await ledger.submit([
    make.open('o1', 'aru'),
    make.open('o2', 'shop', 'merchant'),
    make.issue('i1', 'aru', 1_000),
    make.setLabelPolicy('p1', 'meal'),
    make.hold('h1', 'aru', 400, LATER),
    make.hold('h2', 'aru', 50, LATER),
    make.hold('h3', 'aru', 10, LATER),
    make.execute('e1', 'h1', 'shop', { amount: 150 }),
    make.release('l1', 'h3'),
    make.transfer('t1', 'aru', 'shop', 9_999),
  ]);
  await ledger.submit([make.transfer('t2', 'aru', 'shop', 1), make.transfer('t3', 'aru', 'shop', 9_999)], {
    linked: true,
  });
  await ledger.submit([make.transfer('t4', 'aru', 'shop', 2), make.redeem('r1', 'shop', 100)], {
    linked: true,
  });
  await ledger.submit([make.issue('i2', 'aru', 300, 'meal')]);
  await ledger.submit([make.freeze('f1', 'shop'), make.execute('e2', 'h1', 'shop')]);
});
afterEach(async () => {
  await ledger.close();
});

const found = (): string[] => auditLedger(db).findings.map(({ code, message }) => `${code}: ${message}`);

describe('auditLedger', () => {
  it('agrees with what the ledger wrote, and tells where the journal ends', async () => {
    const report = auditLedger(db);
    expect(report).toEqual({
      ok: true,
      entries: 17,
      head: await ledger.head(),
      supply: await ledger.supply(),
      findings: [],
      findingsTotal: 0,
    });
    expect(report.head.sequence).toBe(17);
    expect(report.supply.total).toEqual({ issued: 1_300n, redeemed: 100n, wallets: 1_150n, held: 50n });
  });

  it('leaves the handle ready for the next transaction', async () => {
    auditLedger(db);
    expect(db.inTransaction).toBe(false);
    await ledger.submit([make.unfreeze('u1', 'shop')]);
    expect(auditLedger(db)).toMatchObject({ ok: true, entries: 18 });
  });

  it.each([
    [
      'one changed byte of an id',
      "UPDATE journal SET id = 'T1' WHERE id = 't1'",
      ['hash-mismatch: entry 10 was changed after it was written, or does not belong after 9'],
    ],
    [
      'a changed instant',
      'UPDATE journal SET at_ms = at_ms + 1 WHERE sequence = 3',
      ['hash-mismatch: entry 3 was changed after it was written, or does not belong after 2'],
    ],
    [
      'a changed group',
      'UPDATE journal SET group_sequence = 1 WHERE sequence = 2',
      ['hash-mismatch: entry 2 was changed after it was written, or does not belong after 1'],
    ],
    [
      'a changed hash',
      "UPDATE journal SET hash = '00' || substr(hash, 3) WHERE sequence = 3",
      [
        'hash-mismatch: entry 3 was changed after it was written, or does not belong after 2',
        'hash-mismatch: entry 4 was changed after it was written, or does not belong after 3',
      ],
    ],
    [
      'a changed amount',
      `UPDATE journal SET content = '["issue","aru","1001",""]' WHERE sequence = 3`,
      [
        'hash-mismatch: entry 3 was changed after it was written, or does not belong after 2',
        'posting-differs: line 0 of entry 3 is stored as 1000 tiyn on aru, label "", with the central bank, to a balance of 1000, the journal gives 1001 tiyn on aru, label "", with the central bank, to a balance of 1001',
        'posting-differs: line 0 of entry 8 is stored as -150 tiyn on aru, label "", with shop, to a balance of 850, the journal gives -150 tiyn on aru, label "", with shop, to a balance of 851',
        'verdict-differs: entry 10 is stored as ["insufficient-funds","800","9999"], the rules give ["insufficient-funds","801","9999"]',
        'verdict-differs: entry 12 is stored as ["insufficient-funds","799","9999"], the rules give ["insufficient-funds","800","9999"]',
        'posting-differs: line 0 of entry 13 is stored as -2 tiyn on aru, label "", with shop, to a balance of 848, the journal gives -2 tiyn on aru, label "", with shop, to a balance of 849',
        'purse-differs: account aru, label "", is stored with 798 available and 50 held, the journal gives 799 available and 50 held',
        'circulation-differs: label "" is stored with 1000 issued and 100 redeemed, the journal gives 1001 issued and 100 redeemed',
      ],
    ],
    [
      'an acceptance made a refusal',
      `UPDATE journal SET verdict = '["payer-frozen","aru"]' WHERE id = 'i2'`,
      [
        'hash-mismatch: entry 15 was changed after it was written, or does not belong after 14',
        'verdict-differs: entry 15 is stored as ["payer-frozen","aru"], the rules give ["ok"]',
        'posting-differs: line 0 of entry 15 is stored as 300 tiyn on aru, label "meal", with the central bank, to a balance of 300, the journal gives nothing',
        'purse-differs: account aru, label "meal", is stored with 300 available and 0 held, the journal gives nothing',
        'circulation-differs: label "meal" is stored with 300 issued and 0 redeemed, the journal gives nothing',
      ],
    ],
    [
      'a content no program wrote',
      `UPDATE journal SET content = '["mint","aru"]' WHERE id = 'f1'`,
      [
        'hash-mismatch: entry 16 was changed after it was written, or does not belong after 15',
        'unreadable-entry: entry 16 cannot be read: expected a known type',
        'account-differs: account shop is stored as merchant, frozen, the journal gives merchant',
      ],
    ],
    [
      'a removed row',
      'DELETE FROM journal WHERE sequence = 10',
      ['sequence-gap: entry 10 is missing: 9 is followed by 11'],
    ],
    [
      'two rows in each other’s place',
      'UPDATE journal SET sequence = -9 WHERE sequence = 9; UPDATE journal SET sequence = 9 WHERE sequence = 10; UPDATE journal SET sequence = 10 WHERE sequence = -9',
      [
        'hash-mismatch: entry 9 was changed after it was written, or does not belong after 8',
        'hash-mismatch: entry 10 was changed after it was written, or does not belong after 9',
        'verdict-differs: entry 9 is stored as ["insufficient-funds","800","9999"], the rules give ["insufficient-funds","790","9999"]',
        'hash-mismatch: entry 11 was changed after it was written, or does not belong after 10',
      ],
    ],
    [
      'a removed tail',
      'DELETE FROM journal WHERE sequence = 17',
      ['head-differs: the journal ends at 16, it was last written to 17'],
    ],
    [
      'another head',
      "UPDATE head SET hash = 'ab'",
      ['head-differs: entry 17 has another hash than the head last written'],
    ],
    [
      'money out of nowhere',
      "UPDATE purse SET available = available + 1 WHERE account = 'shop'",
      [
        'purse-differs: account shop, label "", is stored with 53 available and 0 held, the journal gives 52 available and 0 held',
        'supply-broken: label "": 851 in wallets + 50 held is not 1000 issued − 100 redeemed',
      ],
    ],
    [
      'money moved past the journal',
      "UPDATE purse SET available = available - 1 WHERE account = 'aru' AND label = ''; UPDATE purse SET available = available + 1 WHERE account = 'shop'",
      [
        'purse-differs: account aru, label "", is stored with 797 available and 50 held, the journal gives 798 available and 50 held',
        'purse-differs: account shop, label "", is stored with 53 available and 0 held, the journal gives 52 available and 0 held',
      ],
    ],
    [
      'a removed balance',
      "DELETE FROM purse WHERE label = 'meal'",
      [
        'purse-differs: account aru, label "meal", is stored with nothing, the journal gives 300 available and 0 held',
        'supply-broken: label "meal": 0 in wallets + 0 held is not 300 issued − 0 redeemed',
      ],
    ],
    [
      'money of a label never issued',
      "INSERT INTO purse VALUES (9, 'aru', 'gold', 5, 0, 0)",
      [
        'purse-differs: account aru, label "gold", is stored with 5 available and 0 held, the journal gives nothing',
        'supply-broken: label "gold": 5 in wallets + 0 held is not 0 issued − 0 redeemed',
      ],
    ],
    [
      'an account thawed past the journal',
      "UPDATE account SET frozen = 0 WHERE id = 'shop'",
      ['account-differs: account shop is stored as merchant, the journal gives merchant, frozen'],
    ],
    [
      'an account never opened',
      "INSERT INTO account VALUES ('ghost', 'bank', 0, 0, NULL, NULL)",
      ['account-differs: account ghost is stored as bank, the journal gives nothing'],
    ],
    [
      'a removed account',
      "DELETE FROM account WHERE id = 'aru'",
      ['account-differs: account aru is not stored, the journal gives person'],
    ],
    [
      'a closed hold opened again',
      "UPDATE hold SET state = 'open' WHERE id = 'h3'",
      [
        'hold-differs: hold h3 is stored as open, 0 of 10 tiyn held on aru, label "", until 10000, the journal gives released, 0 of 10 tiyn held on aru, label "", until 10000',
        'hold-differs: hold h3 is stored as open, the journal gives no such hold',
      ],
    ],
    [
      'an open hold of another sum',
      "UPDATE hold SET remaining = 49 WHERE id = 'h2'",
      [
        'hold-differs: hold h2 is stored as open, 49 of 50 tiyn held on aru, label "", until 10000, the journal gives open, 50 of 50 tiyn held on aru, label "", until 10000',
      ],
    ],
    [
      'a removed open hold',
      "DELETE FROM hold WHERE id = 'h2'",
      [
        'hold-differs: hold h2 is stored as nothing, the journal gives open, 50 of 50 tiyn held on aru, label "", until 10000',
      ],
    ],
    [
      'a hold never made',
      "INSERT INTO hold VALUES ('t2', 'aru', '', 5, 0, 1, 'released', NULL)",
      ['hold-differs: hold t2 is stored as released, the journal gives no such hold'],
    ],
    [
      'another issued sum',
      "UPDATE circulation SET issued = 301 WHERE label = 'meal'",
      [
        'circulation-differs: label "meal" is stored with 301 issued and 0 redeemed, the journal gives 300 issued and 0 redeemed',
        'supply-broken: label "meal": 300 in wallets + 0 held is not 301 issued − 0 redeemed',
      ],
    ],
    [
      'a removed circulation',
      "DELETE FROM circulation WHERE label = 'meal'",
      [
        'circulation-differs: label "meal" is stored with nothing, the journal gives 300 issued and 0 redeemed',
        'supply-broken: label "meal": 300 in wallets + 0 held is not 0 issued − 0 redeemed',
      ],
    ],
    [
      'a line of a statement with another sum',
      'UPDATE posting SET amount = amount + 1 WHERE key = 3 * 64',
      [
        'posting-differs: line 0 of entry 3 is stored as 1001 tiyn on aru, label "", with the central bank, to a balance of 1000, the journal gives 1000 tiyn on aru, label "", with the central bank, to a balance of 1000',
      ],
    ],
    [
      'a line of a statement with another balance',
      'UPDATE posting SET balance = 999 WHERE key = 3 * 64',
      [
        'posting-differs: line 0 of entry 3 is stored as 1000 tiyn on aru, label "", with the central bank, to a balance of 999, the journal gives 1000 tiyn on aru, label "", with the central bank, to a balance of 1000',
      ],
    ],
    [
      'a removed line of a statement',
      'DELETE FROM posting WHERE key = 8 * 64 + 1',
      [
        'posting-differs: line 1 of entry 8 is stored as nothing, the journal gives 150 tiyn on shop, label "", with aru, to a balance of 150',
      ],
    ],
    [
      'a line of a statement for a refused payment',
      "INSERT INTO posting VALUES (10 * 64, 2, 1, 9999, 9999, 'aru', 0, 0)",
      [
        'posting-differs: line 0 of entry 10 is stored as 9999 tiyn on shop, label "", with aru, to a balance of 9999, the journal gives nothing',
      ],
    ],
    [
      'a line of a statement without a journal entry',
      'INSERT INTO posting VALUES (99 * 64, 2, 9, 5, 5, NULL, 0, 0)',
      [
        'posting-differs: a line of 5 tiyn on shop, label "", is stored for entry 99, which is not in the journal',
      ],
    ],
    [
      'a line of a statement put on another purse',
      'UPDATE posting SET purse = 3 WHERE key = 8 * 64 + 1',
      [
        'posting-differs: line 1 of entry 8 is stored as 150 tiyn on aru, label "meal", with aru, to a balance of 150, the journal gives 150 tiyn on shop, label "", with aru, to a balance of 150',
      ],
    ],
    [
      'a line of a statement put out of its chain',
      'UPDATE posting SET previous = 0 WHERE key = 13 * 64',
      [
        'posting-differs: line 0 of entry 13 is stored as 832, number 3 of purse 1, after 0 and 512, the journal gives 832, number 3 of purse 1, after 512 and 512',
      ],
    ],
    [
      'a statement cut short',
      "UPDATE purse SET last_line = 512 WHERE account = 'aru' AND label = ''",
      [
        'purse-differs: account aru, label "", is stored with number 1 and last line 512, the journal gives number 1 and last line 832',
      ],
    ],
    [
      'a closed account opened again',
      "UPDATE account SET closed = 1, category = '5411', tier = 'basic' WHERE id = 'shop'",
      [
        'account-differs: account shop is stored as merchant, frozen, closed, category 5411, tier basic, the journal gives merchant, frozen',
      ],
    ],
    [
      'a loosened label',
      `UPDATE label_policy SET policy = '["set-label-policy","meal",[],[],[],[],null,null,9,null]'`,
      [
        'label-policy-differs: label meal is stored as ["set-label-policy","meal",[],[],[],[],null,null,9,null], the journal gives ["set-label-policy","meal",[],[],[],[],null,null,null,null]',
      ],
    ],
    [
      'a removed label',
      'DELETE FROM label_policy',
      [
        'label-policy-differs: label meal is stored as nothing, the journal gives ["set-label-policy","meal",[],[],[],[],null,null,null,null]',
      ],
    ],
    [
      'a tier nobody set',
      `INSERT INTO tier_policy VALUES ('basic', '["set-tier-policy","basic",null,null,null]')`,
      [
        'tier-policy-differs: tier basic is stored as ["set-tier-policy","basic",null,null,null], the journal gives nothing',
      ],
    ],
    [
      'an attestation nobody gave',
      "INSERT INTO attestation VALUES ('meal', 'fed', 'pupil-1')",
      ['attestation-differs: condition meal/fed/pupil-1 is stored as attested, the journal gives nothing'],
    ],
    [
      'a day total nobody spent',
      "INSERT INTO spending VALUES ('aru', 'meal', 0, 7, 1)",
      [
        'spending-differs: day total aru/meal is stored as 7 tiyn in 1 payments on day 0, the journal gives nothing',
      ],
    ],
  ])('finds %s and names its place', (_, tampering, findings) => {
    db.exec(tampering);
    expect(found()).toEqual(findings);
    expect(auditLedger(db).ok).toBe(false);
  });

  it('names the cause first when much follows from it', () => {
    db.exec('DELETE FROM journal WHERE sequence = 1');
    const [first, second] = found();
    expect(first).toBe('sequence-gap: entry 1 is missing: 0 is followed by 2');
    expect(second).toBe(
      'verdict-differs: entry 3 is stored as ["ok"], the rules give ["unknown-account","aru"]',
    );
  });

  it('names account, label, hold and sequence apart from the sentence', () => {
    db.exec(
      "UPDATE hold SET remaining = 49 WHERE id = 'h2'; UPDATE purse SET held = 49 WHERE account = 'aru' AND label = ''",
    );
    db.exec('UPDATE journal SET at_ms = 7 WHERE sequence = 2');
    expect(auditLedger(db).findings.map(({ message: _, ...place }) => place)).toEqual([
      { code: 'hash-mismatch', sequence: 2 },
      { code: 'purse-differs', account: 'aru', label: '' },
      { code: 'hold-differs', hold: 'h2', account: 'aru', label: '' },
      { code: 'supply-broken', label: '' },
    ]);
  });

  it('lists the first findings and counts them all', () => {
    for (let index = 0; index <= AUDIT_FINDINGS_MAX; index++) {
      db.exec(`INSERT INTO account VALUES ('ghost-${index}', 'bank', 0, 0, NULL, NULL)`);
    }
    const report = auditLedger(db);
    expect(report.findings).toHaveLength(AUDIT_FINDINGS_MAX);
    expect(report.findingsTotal).toBe(AUDIT_FINDINGS_MAX + 1);
  });
});
