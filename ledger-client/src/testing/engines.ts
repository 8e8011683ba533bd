import { assert } from '@kassa/primitives';
import { openDatabase } from '@kassa/storage';
import { accountId } from '../identifiers.ts';
import { createInMemoryLedger } from '../in-memory-ledger.ts';
import { auditLedger } from '../io/audit-ledger.ts';
import { sha256Hex } from '../io/chain-hash.ts';
import { LEDGER_DATABASE } from '../io/schema.ts';
import { createLedger } from '../io/sqlite-ledger.ts';
import type { Ledger } from '../ledger.ts';
import type { Operation } from '../operation.ts';
import type { Outcome, Refusal } from '../outcome.ts';
import { issue, open, setLabelPolicy } from './operations.ts';
import { startPostgres } from './postgres-engine.ts';
import { createReferenceLedger } from './reference-ledger.ts';

/** One way to keep a ledger. A new one joins {@link ENGINES} and is done when the whole contract passes. */
export interface Engine {
  readonly name: string;
  start(clock: () => number): Started | Promise<Started>;
}

interface Started {
  readonly ledger: Ledger;
  end(): Promise<void>;
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'reference',
    start: (clock) => ({ ledger: createReferenceLedger(clock), end: async () => undefined }),
  },
  {
    name: 'in-memory',
    start: (clock) => ({
      ledger: createInMemoryLedger({ clock, sha256: sha256Hex }),
      end: async () => undefined,
    }),
  },
  {
    name: 'sqlite',
    start: (clock) => {
      const db = openDatabase(':memory:', LEDGER_DATABASE);
      const ledger = createLedger(db, { clock });
      const end = async (): Promise<void> => {
        const [finding] = auditLedger(db).findings;
        assert(finding === undefined, `the audit found: ${finding?.message}`);
        await ledger.close();
      };
      return { ledger, end };
    },
  },
  { name: 'postgres', start: startPostgres },
];

/** What a test of the contract is given. */
export interface Bench {
  readonly ledger: Ledger;
  /** Submits and tells what was said. */
  send(...operations: Operation[]): Promise<Said[]>;
  /** The same, linked. */
  sendLinked(...operations: Operation[]): Promise<Said[]>;
  /** `aru 900+100, aru meal 300, shop 0`: what is available, plus what is held when something is. */
  books(): Promise<string>;
  /** The ledger's clock, to be moved. */
  readonly time: { nowMs: number };
}

/** An outcome without its place in the journal: `ok`, `ok again`, the refusal, `zero-amount again`. */
export type Said = string | Refusal;

export function said(outcome: Outcome | undefined): Said {
  if (!outcome) return 'nothing';
  if (outcome.ok) return outcome.replayed ? 'ok again' : 'ok';
  const { ok: _ok, id: _id, sequence: _sequence, atMs: _atMs, replayed, ...refusal } = outcome;
  return replayed ? `${refusal.code} again` : refusal;
}

/** Operations that make the contract's ledger: Aru has 1 000 tiyn and 300 of `meal`, the shop and Bek have nothing. */
const OPENING: readonly Operation[] = [
  setLabelPolicy('p1', 'meal'),
  open('o1', 'aru'),
  open('o2', 'shop', 'merchant'),
  open('o3', 'bek'),
  issue('i1', 'aru', 1_000),
  issue('i2', 'aru', 300, 'meal'),
];

/** Runs a test on an engine's ledger after {@link OPENING}, the clock at 1 000 ms; whatever it did is audited. */
export async function onBench(engine: Engine, test: (bench: Bench) => Promise<void>): Promise<void> {
  const time = { nowMs: 1_000 };
  const { ledger, end } = await engine.start(() => time.nowMs);
  await ledger.submit(OPENING);
  await test({
    ledger,
    send: async (...operations) => (await ledger.submit(operations)).map(said),
    sendLinked: async (...operations) => (await ledger.submit(operations, { linked: true })).map(said),
    books: () => booksOf(ledger),
    time,
  });
  await end();
}

async function booksOf(ledger: Ledger): Promise<string> {
  const lines: string[] = [];
  for (const name of ['aru', 'shop', 'bek']) {
    for (const { label, available, held } of await ledger.balances(accountId(name))) {
      lines.push(`${name}${label && ` ${label}`} ${available}${held > 0n ? `+${held}` : ''}`);
    }
  }
  return lines.join(', ');
}
