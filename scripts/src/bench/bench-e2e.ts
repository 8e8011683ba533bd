import { join } from 'node:path';
import { assert, tiyn } from '@kassa/primitives';
import type { Terminal } from '@kassa/terminal';
import Sqlite from 'better-sqlite3';
import { auditSystem } from '../system/audit-system.ts';
import { type System, startSystem } from '../system/start-system.ts';
import { alternate, type BenchRow, percentile, rowOf } from './measure.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';

const PAYMENTS_PER_TERMINAL = 100;
/** A card that asks for no PIN, on each terminal, and one that does. */
const CARDS = ['altyn-visa', 'halyk-visa'];
/**
 * What a chip payment commits one after the other: terminal 3 (trace number, intent, result), card 3 (counter, two
 * cryptograms), acquirer 3 (received, authorised, settled), bank 1 (verdict), ledger 2 (hold, execute).
 */
const COMMITS_PER_PAYMENT = 12;

/** Whole chip purchases – kernel, card, ISO 8583 over TCP with MAC, ARQC, hold, execution – everything durable. */
export async function benchEndToEnd(): Promise<BenchRow[]> {
  return withTemporaryDirectory(async (directory) => {
    const system = await startSystem({
      directory: join(directory, 'data'),
      isoPort: 0,
      address: '127.0.0.1',
      clock: Date.now,
      onTrouble: (error) => {
        throw error;
      },
    });
    const latencies: { p50: number[]; p99: number[] } = { p50: [], p99: [] };
    const bare: { p50: number[]; p99: number[] } = { p50: [], p99: [] };
    const rates = await alternate(
      () => payOnAll(system, latencies),
      () => bareCommits(join(directory, 'bare.db'), bare),
    );
    await system.close();
    const audit = await auditSystem(join(directory, 'data'));
    assert(audit.ok, `the books of the benchmark do not balance: ${audit.findings.join('; ')}`);
    const referenceName = `${COMMITS_PER_PAYMENT} bare SQLite commits, one after the other`;
    const common = { part: 'e2e', referenceName };
    const counted = (figures: readonly number[]): readonly number[] => figures.slice(1);
    return [
      rowOf({
        ...common,
        name: `chip purchases, ${CARDS.length} terminals`,
        unit: 'payments per second',
        ...rates,
      }),
      rowOf({
        ...common,
        name: 'chip purchase p50',
        unit: 'ms',
        subject: counted(latencies.p50),
        reference: counted(bare.p50),
      }),
      rowOf({
        ...common,
        name: 'chip purchase p99',
        unit: 'ms',
        subject: counted(latencies.p99),
        reference: counted(bare.p99),
      }),
    ];
  });
}

async function payOnAll(system: System, latencies: { p50: number[]; p99: number[] }): Promise<number> {
  const tookMs: number[] = [];
  const startedMs = performance.now();
  await Promise.all(
    [...system.terminals.values()].map((terminal, index) => payRepeatedly(system, terminal, index, tookMs)),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  latencies.p50.push(percentile(tookMs, 50));
  latencies.p99.push(percentile(tookMs, 99));
  return tookMs.length / seconds;
}

async function payRepeatedly(
  system: System,
  terminal: Terminal,
  index: number,
  tookMs: number[],
): Promise<void> {
  const cardId = CARDS[index % CARDS.length] ?? '';
  for (let count = 0; count < PAYMENTS_PER_TERMINAL; count++) {
    const startedMs = performance.now();
    const taken = system.tray.present(cardId, 'chip');
    assert(taken !== undefined, `the tray holds ${cardId}`);
    const id = await terminal.startPayment(tiyn(100n), null);
    terminal.onPinPrompt(id, () => terminal.enterPin(taken.pin));
    terminal.presentCard(taken.card);
    const { approved, reason } = await terminal.ended(id);
    assert(approved, `a payment of the benchmark was declined: ${reason}`);
    terminal.removeCard();
    tookMs.push(performance.now() - startedMs);
  }
}

function bareCommits(path: string, latencies: { p50: number[]; p99: number[] }): number {
  const db = new Sqlite(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, content TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO rows (content) VALUES (?)');
  const tookMs: number[] = [];
  const startedMs = performance.now();
  for (let payment = 0; payment < PAYMENTS_PER_TERMINAL; payment++) {
    const paymentStartedMs = performance.now();
    for (let commit = 0; commit < COMMITS_PER_PAYMENT; commit++) insert.run('x'.repeat(300));
    tookMs.push(performance.now() - paymentStartedMs);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  db.close();
  latencies.p50.push(percentile(tookMs, 50));
  latencies.p99.push(percentile(tookMs, 99));
  return tookMs.length / seconds;
}
