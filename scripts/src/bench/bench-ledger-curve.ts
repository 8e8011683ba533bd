import { join } from 'node:path';
import { auditLedgerFile, exportJournal, openLedger, openLedgerReader } from '@kassa/ledger-client';
import { assert } from '@kassa/primitives';
import { bareTransfers } from './bare-transfers.ts';
import type { BenchRow } from './measure.ts';
import { rowOf } from './measure.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';
import { openBenchLedger, transferMany } from './transfer-load.ts';

const ACCOUNTS = 10_000;
const CALLERS = 1_024;
const SAMPLE = 30_000;
const ENTRIES = [50_000, 100_000, 300_000, 1_000_000] as const;
const PAGES = 200;
const MIB = 1024 * 1024;

/**
 * Whether anything costs more as the journal grows: transfers beside a bare loop of a new file, a page of a statement, and,
 * over the longest journal, audit and export with the memory they take.
 */
export async function benchLedgerCurve(): Promise<BenchRow[]> {
  return withTemporaryDirectory(async (directory) => {
    const path = join(directory, 'ledger.db');
    const rows: BenchRow[] = [];
    const ledger = openLedger({ path, clock: Date.now });
    try {
      const accounts = await openBenchLedger(ledger, ACCOUNTS);
      let transfers = 0;
      const grow = async (count: number) => {
        const figures = await transferMany(
          ledger,
          accounts,
          { callers: CALLERS, transfers: count },
          transfers,
        );
        transfers += count;
        return figures.perSecond;
      };
      for (const entries of ENTRIES) {
        const { sequence } = await ledger.head();
        process.stderr.write(`kassa: ${sequence} of ${ENTRIES.at(-1)} entries …\n`);
        if (entries - SAMPLE > sequence) await grow(entries - SAMPLE - sequence);
        const perSecond = await grow(SAMPLE);
        const bare = await bareTransfers(directory, ACCOUNTS, SAMPLE);
        rows.push(
          rowOf({
            part: 'ledger-curve',
            name: `transfers at ${entries} entries`,
            unit: 'durable transfers per second',
            referenceName: 'bare loop on a new file',
            subject: [perSecond],
            reference: [bare],
          }),
        );
        const startedMs = performance.now();
        for (let page = 0; page < PAGES; page++) {
          const account = accounts[page * 37];
          assert(account !== undefined, 'there are so many accounts');
          await ledger.statement(account, { fromSequence: Math.floor(entries / 2), limit: 10 });
        }
        rows.push(
          perRow(
            `statement page at ${entries} entries`,
            'µs',
            ((performance.now() - startedMs) * 1000) / PAGES,
            1_000,
          ),
        );
      }
    } finally {
      await ledger.close();
    }
    return [...rows, ...(await readWhole(path))];
  });
}

/** Audit and export of the whole journal. */
async function readWhole(path: string): Promise<BenchRow[]> {
  const memoryBefore = process.memoryUsage.rss();
  let startedMs = performance.now();
  const report = auditLedgerFile(path);
  const auditSeconds = (performance.now() - startedMs) / 1000;
  assert(report.ok, `the audit finds nothing; found ${report.findings[0]?.message}`);
  const auditMiB = (process.memoryUsage.rss() - memoryBefore) / MIB;
  const reader = openLedgerReader(path);
  startedMs = performance.now();
  let lines = 0;
  try {
    for await (const line of exportJournal(reader)) if (line !== '') lines++;
  } finally {
    reader.close();
  }
  const exportSeconds = (performance.now() - startedMs) / 1000;
  const bothMiB = (process.memoryUsage.rss() - memoryBefore) / MIB;
  assert(lines === report.entries, 'the export has every entry');
  const million = 1_000_000 / report.entries;
  return [
    perRow('audit of 1 000 000 entries', 's', auditSeconds * million, 10),
    perRow('audit, memory it added', 'MiB', auditMiB, 200),
    perRow('export of 1 000 000 entries', 's', exportSeconds * million, 10),
    perRow('audit and export, memory they added', 'MiB', bothMiB, 200),
  ];
}

function perRow(name: string, unit: string, figure: number, goal: number): BenchRow {
  return rowOf({
    part: 'ledger-curve',
    name,
    unit,
    referenceName: 'goal, at most',
    subject: [figure],
    reference: [goal],
  });
}
