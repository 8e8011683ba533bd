import { decodeLabelPolicy, decodeTierPolicy, decodeVerdict } from '../../canonical.ts';
import type { Entry } from '../../entry.ts';
import type { OperationId } from '../../identifiers.ts';
import type { Changed } from '../../overlay.ts';
import type {
  Account,
  Attestation,
  Circulation,
  Hold,
  LabelPolicy,
  Purse,
  Spending,
  TierPolicy,
} from '../../view.ts';
import type { Session, SqlStatement } from './session.ts';
import type { WantedKeys } from './wanted-keys.ts';

/** Rows read for a batch. */
export interface Loaded extends Changed {
  readonly entries: ReadonlyMap<OperationId, Entry>;
}

/** A row of any table: its kind, then its columns as texts, the key first. */
interface AnyRow {
  readonly kind: keyof Loaded;
  readonly a: string;
  readonly b: string | null;
  readonly c: string | null;
  readonly d: string | null;
  readonly e: string | null;
  readonly f: string | null;
  readonly g: string | null;
  readonly h: string | null;
}

/** Everything wanted, in one statement and so as of one state; `loadRows` of nothing asks nothing. */
export async function loadRows(session: Session, schema: string, wanted: WantedKeys): Promise<Loaded> {
  const statement = selectRows(schema, wanted);
  const rows = statement ? await session.query<AnyRow>(statement) : [];
  return rowsByKind(rows);
}

/** One branch of the union: which rows, by which lists of keys. */
interface Branch {
  readonly sql: string;
  readonly keys: readonly (readonly string[])[];
}

const ACCOUNT = 'id, kind, frozen::text, closed::text, category, tier';
const PURSE = 'account, label, available::text, held::text';
const HOLD = 'id, payer, label, amount::text, remaining::text, expires_at_ms::text, state, counted_day::text';
const SPENDING = 'account, label, day::text, amount::text, count::text';

function branchesOf(schema: string, wanted: WantedKeys): readonly Branch[] {
  const one = (kind: keyof Loaded, columns: string, table: string, key: string, keys: Iterable<string>) => ({
    sql: select(kind, columns, `FROM ${schema}.${table} WHERE ${key} = ANY ($::text[])`),
    keys: [[...keys]],
  });
  const pairs = (kind: keyof Loaded, columns: string, table: string, keys: Iterable<readonly string[]>) => ({
    sql: select(
      kind,
      columns,
      `FROM unnest($::text[], $::text[]) AS wanted (first, second) JOIN ${schema}.${table} ON account = first AND label = second`,
    ),
    keys: columnsOf([...keys], 2),
  });
  /** Who pays a hold is not known yet: asked along with it. */
  const ofHolds = (kind: keyof Loaded, columns: string, table: string, on: string) => ({
    sql: select(
      kind,
      qualified(columns),
      `FROM ${schema}.hold JOIN ${schema}.${table} AS t ON ${on} WHERE hold.id = ANY ($::text[])`,
    ),
    keys: [[...wanted.holds]],
  });
  const attestationKeys = columnsOf([...wanted.attestations.values()], 3);
  return [
    one(
      'entries',
      'id, sequence::text, group_sequence::text, at_ms::text, content, verdict',
      'journal',
      'id',
      wanted.entries,
    ),
    one('accounts', ACCOUNT, 'account', 'id', wanted.accounts),
    pairs('purses', PURSE, 'purse', wanted.purses.values()),
    one('purses', PURSE, 'purse', 'account', wanted.pursesOf),
    one('holds', HOLD, 'hold', 'id', wanted.holds),
    ofHolds('accounts', ACCOUNT, 'account', 't.id = hold.payer'),
    ofHolds('purses', PURSE, 'purse', 't.account = hold.payer AND t.label = hold.label'),
    ofHolds('spendings', SPENDING, 'spending', 't.account = hold.payer AND t.label = hold.label'),
    one('circulations', 'label, issued::text, redeemed::text', 'circulation', 'label', wanted.circulations),
    one('tierPolicies', 'tier, policy', 'tier_policy', 'tier', wanted.tierPolicies),
    one('labelPolicies', 'label, policy', 'label_policy', 'label', wanted.labelPolicies),
    {
      sql: select(
        'attestations',
        't.label, t.condition, t.subject',
        `FROM unnest($::text[], $::text[], $::text[]) AS wanted (first, second, third)
         JOIN ${schema}.attestation AS t ON t.label = first AND t.condition = second AND t.subject = third`,
      ),
      keys: attestationKeys,
    },
    pairs('spendings', SPENDING, 'spending', wanted.spendings.values()),
  ];
}

const COLUMN_NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

function select(kind: keyof Loaded, columns: string, from: string): string {
  const given = columns.split(', ');
  const all = COLUMN_NAMES.map((name, index) => `${given[index] ?? 'NULL::text'} AS ${name}`);
  return `SELECT '${kind}' AS kind, ${all.join(', ')} ${from}`;
}

function qualified(columns: string): string {
  return columns
    .split(', ')
    .map((column) => `t.${column}`)
    .join(', ');
}

function columnsOf(rows: readonly (readonly string[])[], count: number): string[][] {
  return Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? ''));
}

/** The branches that have keys, prepared under a name that tells which they are. */
function selectRows(schema: string, wanted: WantedKeys): SqlStatement | undefined {
  const texts: string[] = [];
  const values: (readonly string[])[] = [];
  let name = 'load';
  for (const [index, { sql, keys }] of branchesOf(schema, wanted).entries()) {
    if (keys[0]?.length === 0) continue;
    let next = 0;
    texts.push(sql.replace(/\$/g, () => `$${values.length + ++next}`));
    values.push(...keys);
    name += `_${index}`;
  }
  return texts.length === 0 ? undefined : { text: texts.join('\nUNION ALL '), values, name };
}

function rowsByKind(rows: readonly AnyRow[]): Loaded {
  const entries = new Map<OperationId, Entry>();
  const accounts: Account[] = [];
  const purses: Purse[] = [];
  const holds: Hold[] = [];
  const circulations: Circulation[] = [];
  const tierPolicies: TierPolicy[] = [];
  const labelPolicies: LabelPolicy[] = [];
  const attestations: Attestation[] = [];
  const spendings: Spending[] = [];
  const take: Readonly<Record<keyof Loaded, (row: AnyRow) => unknown>> = {
    entries: (row) => entries.set(row.a as OperationId, entryOf(row)),
    accounts: (row) => accounts.push(accountOf(row)),
    purses: (row) => purses.push(purseOf(row)),
    holds: (row) => holds.push(holdOf(row)),
    circulations: (row) => circulations.push(circulationOf(row)),
    tierPolicies: ({ b }) => tierPolicies.push(decodeTierPolicy(b ?? '')),
    labelPolicies: ({ b }) => labelPolicies.push(decodeLabelPolicy(b ?? '')),
    attestations: ({ a, b, c }) => attestations.push({ label: a, condition: b, subject: c } as Attestation),
    spendings: (row) => spendings.push(spendingOf(row)),
  };
  for (const row of rows) take[row.kind](row);
  return {
    entries,
    accounts,
    purses,
    holds,
    circulations,
    tierPolicies,
    labelPolicies,
    attestations,
    spendings,
  };
}

function entryOf({ a, b, c, d, e, f }: AnyRow): Entry {
  return {
    id: a as OperationId,
    sequence: Number(b),
    groupSequence: Number(c),
    atMs: Number(d),
    content: e ?? '',
    refusal: decodeVerdict(f ?? ''),
  };
}

// Brands: the tables hold only what the parsers let in.
function accountOf({ a, b, c, d, e, f }: AnyRow): Account {
  return {
    id: a,
    kind: b,
    frozen: c === 'true',
    closed: d === 'true',
    category: e ?? undefined,
    tier: f ?? undefined,
  } as Account;
}

function purseOf({ a, b, c, d }: AnyRow): Purse {
  return { account: a, label: b, available: BigInt(c ?? 0), held: BigInt(d ?? 0) } as Purse;
}

function holdOf({ a, b, c, d, e, f, g, h }: AnyRow): Hold {
  return {
    id: a,
    payer: b,
    label: c,
    amount: BigInt(d ?? 0),
    remaining: BigInt(e ?? 0),
    expiresAtMs: Number(f),
    state: g,
    countedDay: h === null ? undefined : Number(h),
  } as Hold;
}

function circulationOf({ a, b, c }: AnyRow): Circulation {
  return { label: a, issued: BigInt(b ?? 0), redeemed: BigInt(c ?? 0) } as Circulation;
}

function spendingOf({ a, b, c, d, e }: AnyRow): Spending {
  return { account: a, label: b, day: Number(c), amount: BigInt(d ?? 0), count: Number(e) } as Spending;
}
