import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openLedger } from '@kassa/ledger-client';
import { assert } from '@kassa/primitives';
import { BARE_BATCH, bareTransfers } from './bare-transfers.ts';
import { type BenchRow, percentile, ROUNDS, rowOf } from './measure.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';
import { openBenchLedger, type TransferLoad, transferMany } from './transfer-load.ts';

const ACCOUNTS = 10_000;
const LOADS = {
  one: { callers: 1, transfers: 1_500 },
  some: { callers: 64, transfers: 20_000 },
  many: { callers: 1_024, transfers: 60_000 },
  hot: { callers: 1_024, transfers: 60_000, isHot: true },
} as const satisfies Record<string, TransferLoad>;

/** Worst acceptable, in milliseconds. */
const SOME_P99_MS = 15;
const LOOP_DELAY_P99_MS = 5;

const PROBE_BYTES = 8_192;
const PROBE_MS = 300;

/** One round's figures. */
interface Round {
  readonly perSecond: Record<keyof typeof LOADS, number>;
  readonly someP99Ms: number;
  readonly loopDelayP99Ms: number;
  readonly bare: number;
  readonly probe: number;
}

/**
 * Durable transfers per second through the port – ids, statements, chain and all – beside a bare loop of the statements it
 * needs, on the same tables with the same durability, and beside an fsync probe F.
 */
export async function benchLedger(): Promise<BenchRow[]> {
  return withTemporaryDirectory(async (directory) => {
    const path = join(directory, 'ledger.db');
    const rounds: Round[] = [];
    const ledger = openLedger({ path, clock: Date.now });
    try {
      const accounts = await openBenchLedger(ledger, ACCOUNTS);
      let transfers = 0;
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round++) {
        const run = async (load: TransferLoad) => {
          const figures = await transferMany(ledger, accounts, load, transfers);
          transfers += load.transfers;
          return figures;
        };
        const probe = fsyncProbe(join(directory, 'probe'));
        const one = await run(LOADS.one);
        const some = await run(LOADS.some);
        const loopDelay = monitorEventLoopDelay({ resolution: 1 });
        loopDelay.enable();
        const many = await run(LOADS.many);
        loopDelay.disable();
        const bare = await bareTransfers(directory, ACCOUNTS, LOADS.many.transfers);
        const hot = await run(LOADS.hot);
        if (round === 0) continue;
        rounds.push({
          perSecond: {
            one: one.perSecond,
            some: some.perSecond,
            many: many.perSecond,
            hot: hot.perSecond,
          },
          someP99Ms: percentile(some.latenciesMs, 99),
          loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
          bare,
          probe,
        });
      }
      const { sequence } = await ledger.head();
      assert(sequence === ACCOUNTS * 2 + transfers, 'the journal holds what was counted, and nothing else');
    } finally {
      await ledger.close();
    }
    return rowsOf(rounds);
  });
}

function rowsOf(rounds: readonly Round[]): BenchRow[] {
  const transfers = (
    name: string,
    load: keyof typeof LOADS,
    referenceName: string,
    of: (round: Round) => number,
  ) =>
    rowOf({
      part: 'ledger',
      name,
      unit: 'durable transfers per second',
      referenceName,
      subject: rounds.map(({ perSecond }) => perSecond[load]),
      reference: rounds.map(of),
    });
  const within = (name: string, goalMs: number, of: (round: Round) => number) =>
    rowOf({
      part: 'ledger',
      name,
      unit: 'ms',
      referenceName: 'goal, at most',
      subject: rounds.map(of),
      reference: [goalMs],
    });
  const probe = 'F: 8 KiB write and fdatasync';
  return [
    transfers('1 caller', 'one', probe, (round) => round.probe),
    transfers('64 callers', 'some', probe, (round) => round.probe),
    within('64 callers, p99 of an answer', SOME_P99_MS, ({ someP99Ms }) => someP99Ms),
    transfers('1 024 callers', 'many', `bare loop, ${BARE_BATCH} a commit`, ({ bare }) => bare),
    within('1 024 callers, p99 of the loop delay', LOOP_DELAY_P99_MS, (round) => round.loopDelayP99Ms),
    transfers('1 024 callers, one payee', 'hot', '1 024 callers', ({ perSecond }) => perSecond.many),
  ];
}

/** Writes of 8 KiB made durable one by one, per second: what the disk allows one caller. */
export function fsyncProbe(path: string): number {
  const file = openSync(path, 'w');
  try {
    const bytes = new Uint8Array(PROBE_BYTES).fill(1);
    const startedMs = performance.now();
    let writes = 0;
    while (performance.now() - startedMs < PROBE_MS) {
      writeSync(file, bytes, 0, PROBE_BYTES, (writes % 100) * PROBE_BYTES);
      fdatasyncSync(file);
      writes++;
    }
    return (writes * 1000) / (performance.now() - startedMs);
  } finally {
    closeSync(file);
  }
}
