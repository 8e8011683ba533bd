import { type Database, openReadOnly } from '@kassa/storage';
import { encodeVerdict } from '../canonical.ts';
import type { JournalHead, Supply } from '../ledger.ts';
import { type Changed, purseKey } from '../overlay.ts';
import type { Account, Circulation, Purse } from '../view.ts';
import { type AuditReport, createFindings, type Note } from './audit-report.ts';
import { comparePolicies } from './compare-policies.ts';
import { accountOf, holdOf, type LedgerTables, readTables } from './ledger-tables.ts';
import { compareHold, type Replayed, replayJournal } from './replay-journal.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { supplyOf } from './supply-of.ts';

export interface AuditOptions {
  /** A head the ledger had before, from an export or an event: a journal that was cut short agrees with itself. */
  readonly reached?: JournalHead;
}

/**
 * Checks a ledger's file, also beside a running writer: see {@link auditLedger}.
 * @throws StorageError as `openReadOnly`.
 */
export function auditLedgerFile(path: string, options: AuditOptions = {}): AuditReport {
  const db = openReadOnly(path, LEDGER_DATABASE);
  try {
    return auditLedger(db, options);
  } finally {
    db.close();
  }
}

/**
 * Computes everything again from the journal, as of one committed state: sequence, chain, every answer, accounts, balances,
 * holds, policies, day totals, lines of statements, and per label `wallets + held = issued − redeemed`. Only reads; takes the thread until it is done.
 */
export function auditLedger(db: Database, { reached }: AuditOptions = {}): AuditReport {
  const tables = readTables(db);
  const findings = createFindings();
  db.exec('BEGIN');
  try {
    const replayed = replayJournal(tables, findings.note);
    checkHead(tables, replayed, findings.note);
    if (reached) checkReached(tables, replayed, reached, findings.note);
    const changed = replayed.state.changed();
    compareAccounts(tables, changed, findings.note);
    comparePurses(tables, changed, replayed.tailOf, findings.note);
    compareHolds(tables, changed, replayed.head.sequence, findings.note);
    compareCirculations(tables, changed, findings.note);
    comparePolicies(tables, changed, findings.note);
    const supply = supplyOf(tables);
    checkSupply(tables, supply, findings.note);
    const { entries, head } = replayed;
    return {
      ok: findings.total === 0,
      entries,
      head,
      supply,
      findings: findings.list,
      findingsTotal: findings.total,
    };
  } finally {
    db.exec('COMMIT');
  }
}

function checkHead(tables: LedgerTables, { head }: Replayed, note: Note): void {
  const stored = tables.head();
  if (Number(stored.sequence) === head.sequence && stored.hash === head.hash) return;
  const message =
    Number(stored.sequence) === head.sequence
      ? `entry ${head.sequence} has another hash than the head last written`
      : `the journal ends at ${head.sequence}, it was last written to ${stored.sequence}`;
  note({ code: 'head-differs', sequence: head.sequence, message });
}

function checkReached(tables: LedgerTables, { head }: Replayed, reached: JournalHead, note: Note): void {
  const { sequence, hash } = reached;
  if (head.sequence < sequence) {
    const message = `the journal ends at ${head.sequence}, it had reached ${sequence} before`;
    note({ code: 'head-differs', sequence: head.sequence, message });
    return;
  }
  const [row] = tables.journalPage(sequence, 1);
  if (sequence === 0 || row?.hash === hash) return;
  const message = `entry ${sequence} has another hash than the one it was exported with`;
  note({ code: 'head-differs', sequence, message });
}

function compareAccounts(tables: LedgerTables, changed: Changed, note: Note): void {
  const expected = new Map(changed.accounts.map((account) => [account.id, account]));
  const describe = ({ kind, frozen, closed, category, tier }: Account): string =>
    [
      kind,
      ...(frozen ? ['frozen'] : []),
      ...(closed ? ['closed'] : []),
      ...(category === undefined ? [] : [`category ${category}`]),
      ...(tier === undefined ? [] : [`tier ${tier}`]),
    ].join(', ');
  for (const row of tables.accounts()) {
    const account = expected.get(row.id);
    const found = describe(accountOf(row));
    const wanted = account ? describe(account) : 'nothing';
    expected.delete(row.id);
    if (found === wanted) continue;
    const message = `account ${row.id} is stored as ${found}, the journal gives ${wanted}`;
    note({ code: 'account-differs', account: row.id, message });
  }
  for (const account of expected.values()) {
    const message = `account ${account.id} is not stored, the journal gives ${describe(account)}`;
    note({ code: 'account-differs', account: account.id, message });
  }
}

function comparePurses(tables: LedgerTables, changed: Changed, tailOf: Replayed['tailOf'], note: Note): void {
  const describe = ({ available, held }: Purse): string => `${available} available and ${held} held`;
  const expected = new Map(changed.purses.map((purse) => [purseKey(purse.account, purse.label), purse]));
  const compare = ({ account, label }: Purse, found: string, wanted: string): void => {
    if (found === wanted) return;
    const message = `account ${account}, label "${label}", is stored with ${found}, the journal gives ${wanted}`;
    note({ code: 'purse-differs', account, label, message });
  };
  for (const stored of tables.allPurses()) {
    const key = purseKey(stored.account, stored.label);
    const purse = expected.get(key);
    const tail = tailOf(stored.account, stored.label);
    expected.delete(key);
    compare(stored, describe(stored), purse ? describe(purse) : 'nothing');
    if (!tail) continue;
    const place = (number: number | bigint, last: number | bigint): string =>
      `number ${number} and last line ${last}`;
    compare(stored, place(stored.number, stored.lastLine), place(tail.purse, tail.path.at(-1) ?? 0));
  }
  for (const purse of expected.values()) compare(purse, 'nothing', describe(purse));
}

/** Closed holds were compared as they closed; here the open ones, and those that the journal does not know. */
function compareHolds(tables: LedgerTables, changed: Changed, lastSequence: number, note: Note): void {
  const expected = new Map(changed.holds.map((hold) => [hold.id, hold]));
  const accepted = encodeVerdict(undefined);
  for (const row of tables.holds()) {
    const hold = expected.get(row.id);
    expected.delete(row.id);
    if (hold) {
      compareHold(hold, holdOf(row), note);
      continue;
    }
    const made = tables.journalRow(row.id);
    const wasMade = made?.verdict === accepted && made.sequence <= lastSequence;
    if (wasMade && made.content.startsWith('["hold"') && row.state !== 'open') continue;
    const message = `hold ${row.id} is stored as ${row.state}, the journal gives no such hold`;
    note({ code: 'hold-differs', hold: row.id, account: row.payer, label: row.label, message });
  }
  for (const hold of expected.values()) compareHold(hold, undefined, note);
}

function compareCirculations(tables: LedgerTables, changed: Changed, note: Note): void {
  const describe = ({ issued, redeemed }: Circulation): string => `${issued} issued and ${redeemed} redeemed`;
  const expected = new Map(changed.circulations.map((circulation) => [circulation.label, circulation]));
  const compare = (found: string, wanted: string, { label }: Circulation): void => {
    if (found === wanted) return;
    const message = `label "${label}" is stored with ${found}, the journal gives ${wanted}`;
    note({ code: 'circulation-differs', label, message });
  };
  for (const stored of tables.circulations()) {
    const circulation = expected.get(stored.label);
    expected.delete(stored.label);
    compare(describe(stored), circulation ? describe(circulation) : 'nothing', stored);
  }
  for (const circulation of expected.values()) compare('nothing', describe(circulation), circulation);
}

/** By label of every purse, so that money without a circulation row is found too. */
function checkSupply(tables: LedgerTables, supply: Supply, note: Note): void {
  const issuedLabels = new Set(supply.labels.map((line) => line.label));
  const lines = [
    ...supply.labels,
    ...tables
      .walletSums()
      .filter((sum) => !issuedLabels.has(sum.label))
      .map((sum) => ({ ...sum, issued: 0n, redeemed: 0n })),
  ];
  for (const { label, wallets, held, issued, redeemed } of lines) {
    if (wallets + held === issued - redeemed) continue;
    const message = `label "${label}": ${wallets} in wallets + ${held} held is not ${issued} issued − ${redeemed} redeemed`;
    note({ code: 'supply-broken', label, message });
  }
}
