import type { Block } from '../../block.ts';
import { encodeLabelPolicy, encodeTierPolicy } from '../../canonical.ts';
import { rowOf } from '../../chain.ts';
import type { JournalHead } from '../../ledger.ts';
import type { Changed } from '../../overlay.ts';
import { postingKey } from '../../posting.ts';
import { chainHash } from '../chain-hash.ts';
import type { SqlStatement } from './session.ts';

/** Where the journal has to end, and who has to be the writer, for a batch to be written. */
export interface Expected extends JournalHead {
  readonly epoch: bigint;
}

/** A batch as one statement, which gives one row when it was written and none when the head was not the expected one. */
export interface BatchWrite {
  readonly statement: SqlStatement;
  readonly head: JournalHead;
}

type Column = 'int8' | 'text' | 'boolean';

/** Rows for one table: how they are put, and their columns' types. */
interface Target {
  readonly table: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** What a row that exists already becomes; the empty text adds only. */
  readonly onConflict: string;
}

// In this order the statement names them; the keys of a name in the plan cache are their places here.
const TARGETS = {
  journal: {
    table: 'journal',
    columns: {
      sequence: 'int8',
      group_sequence: 'int8',
      id: 'text',
      at_ms: 'int8',
      content: 'text',
      verdict: 'text',
      hash: 'text',
    },
    onConflict: '',
  },
  posting: {
    table: 'posting',
    columns: {
      key: 'int8',
      account: 'text',
      label: 'text',
      amount: 'int8',
      balance: 'int8',
      counter_account: 'text',
    },
    onConflict: '',
  },
  purse: {
    table: 'purse',
    columns: { account: 'text', label: 'text', available: 'int8', held: 'int8' },
    onConflict: '(account, label) DO UPDATE SET available = excluded.available, held = excluded.held',
  },
  hold: {
    table: 'hold',
    columns: {
      id: 'text',
      payer: 'text',
      label: 'text',
      amount: 'int8',
      remaining: 'int8',
      expires_at_ms: 'int8',
      state: 'text',
      counted_day: 'int8',
    },
    onConflict: '(id) DO UPDATE SET remaining = excluded.remaining, state = excluded.state',
  },
  circulation: {
    table: 'circulation',
    columns: { label: 'text', issued: 'int8', redeemed: 'int8' },
    onConflict: '(label) DO UPDATE SET issued = excluded.issued, redeemed = excluded.redeemed',
  },
  spending: {
    table: 'spending',
    columns: { account: 'text', label: 'text', day: 'int8', amount: 'int8', count: 'int8' },
    onConflict:
      '(account, label) DO UPDATE SET day = excluded.day, amount = excluded.amount, count = excluded.count',
  },
  account: {
    table: 'account',
    columns: {
      id: 'text',
      kind: 'text',
      frozen: 'boolean',
      closed: 'boolean',
      category: 'text',
      tier: 'text',
    },
    onConflict: '(id) DO UPDATE SET frozen = excluded.frozen, closed = excluded.closed, tier = excluded.tier',
  },
  tierPolicy: {
    table: 'tier_policy',
    columns: { tier: 'text', policy: 'text' },
    onConflict: '(tier) DO UPDATE SET policy = excluded.policy',
  },
  labelPolicy: {
    table: 'label_policy',
    columns: { label: 'text', policy: 'text' },
    onConflict: '(label) DO UPDATE SET policy = excluded.policy',
  },
  attestation: {
    table: 'attestation',
    columns: { label: 'text', condition: 'text', subject: 'text' },
    onConflict: 'DO NOTHING',
  },
} as const satisfies Readonly<Record<string, Target>>;

type TargetName = keyof typeof TARGETS;
const TARGET_NAMES = Object.keys(TARGETS) as readonly TargetName[];

type Cell = string | number | bigint | boolean | null;
type RowsByTarget = Readonly<Record<TargetName, readonly (readonly Cell[])[]>>;

/** The journal's rows must not be empty. */
export function writeBatch(
  schema: string,
  expected: Expected,
  block: Pick<Block, 'entries' | 'postings'>,
  changed: Changed,
): BatchWrite {
  const journal = journalRows(expected.hash, block);
  const head = { sequence: expected.sequence + block.entries.length, hash: journal.at(-1)?.[6] ?? '' };
  const rows: RowsByTarget = { journal, ...otherRows(block, changed) };
  const present = TARGET_NAMES.filter((name) => rows[name].length > 0);
  const values: unknown[] = [head.sequence, head.hash, expected.epoch, expected.sequence, expected.hash];
  for (const name of present) {
    const width = Object.keys(TARGETS[name].columns).length;
    for (let column = 0; column < width; column++) {
      values.push(arrayText(rows[name], column));
    }
  }
  return { statement: { ...textOf(schema, present), values }, head };
}

const texts = new Map<string, { readonly text: string; readonly name: string }>();

/**
 * One statement is one transaction and one round trip. Its first part moves the head when that is where it should be, and
 * locks it until the end; every other part writes only when the head has moved.
 */
function textOf(schema: string, present: readonly TargetName[]): { text: string; name: string } {
  const name = `write_${schema}_${present.map((each) => TARGET_NAMES.indexOf(each)).join('_')}`;
  const known = texts.get(name);
  if (known) return known;
  let last = 5;
  const parts = present.map((each) => {
    const { table, columns, onConflict } = TARGETS[each];
    const names = Object.keys(columns).join(', ');
    const arrays = Object.values(columns).map((type) => `$${++last}::${type}[]`);
    const conflict = onConflict === '' ? '' : ` ON CONFLICT ${onConflict}`;
    return `put_${table} AS (
      INSERT INTO ${schema}.${table} (${names})
      SELECT ${names} FROM unnest(${arrays.join(', ')}) AS given (${names})
      WHERE EXISTS (SELECT 1 FROM moved)${conflict}
      RETURNING 1)`;
  });
  const text = `WITH moved AS (
      UPDATE ${schema}.head SET sequence = $1::int8, hash = $2::text
      WHERE only_row = 1 AND epoch = $3::int8 AND sequence = $4::int8 AND hash = $5::text
      RETURNING 1 AS one),
    ${parts.join(',\n    ')}
    SELECT one FROM moved`;
  const made = { text, name: name.length < 63 ? name : name.slice(-62) };
  texts.set(name, made);
  return made;
}

type JournalCells = readonly [
  number | bigint,
  number | bigint,
  string,
  number | bigint,
  string,
  string,
  string,
];

function journalRows(previous: string, { entries }: Pick<Block, 'entries'>): readonly JournalCells[] {
  let hash = previous;
  return entries.map((entry) => {
    const row = rowOf(entry);
    hash = chainHash(hash, row);
    return [row.sequence, row.groupSequence, row.id, row.atMs, row.content, row.verdict, hash];
  });
}

/** In the order of their keys, so that two writers could never wait for each other. */
function otherRows({ postings }: Pick<Block, 'postings'>, changed: Changed): Omit<RowsByTarget, 'journal'> {
  return {
    posting: postings.map(({ sequence, line, account, label, amount, balance, counterAccount }) => [
      postingKey(sequence, line),
      account,
      label,
      amount,
      balance,
      counterAccount ?? null,
    ]),
    purse: sorted(
      changed.purses.map(({ account, label, available, held }) => [account, label, available, held]),
    ),
    hold: sorted(
      changed.holds.map(({ id, payer, label, amount, remaining, expiresAtMs, state, countedDay }) => [
        id,
        payer,
        label,
        amount,
        remaining,
        expiresAtMs,
        state,
        countedDay ?? null,
      ]),
    ),
    circulation: sorted(changed.circulations.map(({ label, issued, redeemed }) => [label, issued, redeemed])),
    spending: sorted(
      changed.spendings.map(({ account, label, day, amount, count }) => [account, label, day, amount, count]),
    ),
    account: sorted(
      changed.accounts.map(({ id, kind, frozen, closed, category, tier }) => [
        id,
        kind,
        frozen,
        closed,
        category ?? null,
        tier ?? null,
      ]),
    ),
    tierPolicy: sorted(changed.tierPolicies.map((policy) => [policy.tier, encodeTierPolicy(policy)])),
    labelPolicy: sorted(changed.labelPolicies.map((policy) => [policy.label, encodeLabelPolicy(policy)])),
    attestation: sorted(
      changed.attestations.map(({ label, condition, subject }) => [label, condition, subject]),
    ),
  };
}

function sorted(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  const keyOf = (row: readonly Cell[]): string => `${row[0]}/${row[1]}`;
  return [...rows].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

/** A column as the text of an array (PostgreSQL 15 manual, 8.15.2). */
function arrayText(rows: readonly (readonly Cell[])[], column: number): string {
  let text = '{';
  for (const row of rows) {
    const cell = row[column] ?? null;
    if (text.length > 1) text += ',';
    text += typeof cell === 'string' ? quoted(cell) : cell === null ? 'NULL' : String(cell);
  }
  return `${text}}`;
}

function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
