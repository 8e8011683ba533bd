import type { JournalHead, Supply } from '../../ledger.ts';
import type { Changed } from '../../overlay.ts';
import type { AuditOptions } from '../audit-ledger.ts';
import { type AuditReport, createFindings, type Note } from '../audit-report.ts';
import { compareHold } from '../replay-journal.ts';
import { compareTables } from './compare-tables.ts';
import { pagesOf } from './cursor-rows.ts';
import { type PostgresPlaceOptions, placeOf } from './postgres-place.ts';
import { type Read, supplyOf } from './postgres-queries.ts';
import { onLedger } from './postgres-reader.ts';
import { type Replayed, replayPages, selectHolds, storedHoldOf } from './replay-pages.ts';
import type { Session } from './session.ts';

/** Sorting the lines of a large ledger takes the server more than a batch may. */
const AUDIT_TIMEOUT_MS = 10 * 60_000;

/**
 * Computes everything again from the journal, as of one committed state and beside a running writer: what `auditLedger` checks,
 * with the same findings. Reads by cursors, a few rows at a time.
 * @throws (rejects) as `openPostgresReader`.
 */
export function auditPostgresLedger(options: PostgresPlaceOptions & AuditOptions): Promise<AuditReport> {
  const place = placeOf({ statementTimeoutMs: AUDIT_TIMEOUT_MS, ...options });
  return onLedger(place, async (session) => {
    await session.query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    const report = await audit(session, place.schema, options.reached);
    await session.query({ text: 'COMMIT' });
    return report;
  });
}

async function audit(
  session: Session,
  schema: string,
  reached: JournalHead | undefined,
): Promise<AuditReport> {
  const findings = createFindings();
  const { note } = findings;
  const replayed = await replayPages(session, schema, note);
  const changed = replayed.state.changed();
  await checkHead(session, schema, replayed, note);
  if (reached) await checkReached(session, schema, replayed, reached, note);
  await compareTables(session, schema, changed, note);
  await compareHolds(session, schema, changed, replayed.head.sequence, note);
  const read: Read = (text, values) => session.query({ text, values });
  const supply = await supplyOf(read, schema);
  await checkSupply(read, schema, supply, note);
  const { entries, head } = replayed;
  const { list, total } = findings;
  return { ok: total === 0, entries, head, supply, findings: list, findingsTotal: total };
}

async function checkHead(session: Session, schema: string, { head }: Replayed, note: Note): Promise<void> {
  const [stored] = await session.query<{ sequence: bigint; hash: string }>({
    text: `SELECT sequence, hash FROM ${schema}.head`,
  });
  const written = Number(stored?.sequence ?? -1n);
  if (written === head.sequence && stored?.hash === head.hash) return;
  const message =
    written === head.sequence
      ? `entry ${head.sequence} has another hash than the head last written`
      : `the journal ends at ${head.sequence}, it was last written to ${written}`;
  note({ code: 'head-differs', sequence: head.sequence, message });
}

/** Whether the journal still is the one that was seen before. */
async function checkReached(
  session: Session,
  schema: string,
  { head }: Replayed,
  { sequence, hash }: JournalHead,
  note: Note,
): Promise<void> {
  if (head.sequence < sequence) {
    const message = `the journal ends at ${head.sequence}, it had reached ${sequence} before`;
    note({ code: 'head-differs', sequence: head.sequence, message });
    return;
  }
  const [row] = await session.query<{ hash: string }>({
    text: `SELECT hash FROM ${schema}.journal WHERE sequence = $1`,
    values: [sequence],
  });
  if (sequence === 0 || row?.hash === hash) return;
  const message = `entry ${sequence} has another hash than the one it was exported with`;
  note({ code: 'head-differs', sequence, message });
}

/** Closed holds were compared as they closed; here the open ones, and those that the journal does not know. */
async function compareHolds(
  session: Session,
  schema: string,
  changed: Changed,
  lastSequence: number,
  note: Note,
): Promise<void> {
  const expected = new Map(changed.holds.map((hold) => [hold.id, hold]));
  for await (const rows of pagesOf(session, 'audit_holds', selectHolds(schema))) {
    for (const { hold, madeAt } of rows.map(storedHoldOf)) {
      const wanted = expected.get(hold.id);
      expected.delete(hold.id);
      if (wanted) compareHold(wanted, hold, note);
      else if (madeAt === undefined || madeAt > lastSequence || hold.state === 'open') {
        const message = `hold ${hold.id} is stored as ${hold.state}, the journal gives no such hold`;
        note({ code: 'hold-differs', hold: hold.id, account: hold.payer, label: hold.label, message });
      }
    }
  }
  for (const hold of expected.values()) compareHold(hold, undefined, note);
}

/** By label of every purse, so that money without a circulation row is found too. */
async function checkSupply(read: Read, schema: string, supply: Supply, note: Note): Promise<void> {
  const known = new Set<string>(supply.labels.map(({ label }) => label));
  const sums = await read<{ label: Supply['labels'][number]['label']; wallets: string; held: string }>(
    `SELECT label, sum(available)::text AS wallets, sum(held)::text AS held FROM ${schema}.purse GROUP BY label`,
    [],
  );
  const lines = [
    ...supply.labels,
    ...sums
      .filter(({ label }) => !known.has(label))
      .map(({ label, wallets, held }) => ({
        label,
        wallets: BigInt(wallets),
        held: BigInt(held),
        issued: 0n,
        redeemed: 0n,
      })),
  ];
  for (const { label, wallets, held, issued, redeemed } of lines) {
    if (wallets + held === issued - redeemed) continue;
    const message = `label "${label}": ${wallets} in wallets + ${held} held is not ${issued} issued − ${redeemed} redeemed`;
    note({ code: 'supply-broken', label, message });
  }
}
