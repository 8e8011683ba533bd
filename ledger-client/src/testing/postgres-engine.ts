import { assert } from '@kassa/primitives';
import { EMPTY_HASH } from '../chain.ts';
import { auditPostgresLedger } from '../io/postgres/audit-postgres.ts';
import { openPostgresLedger } from '../io/postgres/postgres-ledger.ts';
import type { Session } from '../io/postgres/session.ts';
import type { Ledger } from '../ledger.ts';
import { nextSchema, postgresForTests } from './postgres-for-tests.ts';
import { openSql } from './postgres-sql.ts';

const TABLES = [
  'journal',
  'account',
  'purse',
  'hold',
  'circulation',
  'tier_policy',
  'label_policy',
  'attestation',
  'spending',
  'posting',
];

/** Schemas that were emptied: to make the tables takes ten times as long. */
const emptied: string[] = [];
let sweeper: Promise<Session> | undefined;

/** A ledger in a schema of its own, which is audited at the end. */
export async function startPostgres(
  clock: () => number,
): Promise<{ readonly ledger: Ledger; end(): Promise<void> }> {
  const place = { url: await postgresForTests(), schema: emptied.pop() ?? nextSchema() };
  const ledger = await openPostgresLedger({ ...place, clock });
  return {
    ledger,
    end: async () => {
      await ledger.close();
      const [finding] = (await auditPostgresLedger(place)).findings;
      assert(finding === undefined, `the audit found: ${finding?.message}`);
      await leave(place);
    },
  };
}

/** On a server that outlives the tests nothing is left. */
async function leave(place: { readonly url: string; readonly schema: string }): Promise<void> {
  const { schema } = place;
  sweeper ??= openSql(place);
  const session = await sweeper;
  if (process.env.KASSA_POSTGRES_URL) {
    await session.query({ text: `DROP SCHEMA ${schema} CASCADE` });
    return;
  }
  const deletions = TABLES.map((table) => `DELETE FROM ${schema}.${table}`);
  const head = `UPDATE ${schema}.head SET sequence = 0, hash = '${EMPTY_HASH}'`;
  await session.query({ text: [...deletions, head].join(';') });
  emptied.push(schema);
}
