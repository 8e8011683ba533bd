import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../fuzz/seeded-random.ts';
import { checkLedger, readAcknowledged } from './check-ledger.ts';
import type { TortureArguments } from './torture-child.ts';

/** What a run came to. */
export interface TortureReport {
  readonly kills: number;
  /** Kills before the process had its ledger open. */
  readonly early: number;
  readonly acknowledged: number;
  /** Entries of all journals together. */
  readonly entries: number;
  /** One sentence each: what was lost, done twice or found by the audit. */
  readonly failures: readonly string[];
}

export interface TortureOptions {
  readonly kills: number;
  /** Chooses payments and the moments of the kills; the machine's own timing is not under its rule. */
  readonly seed: number;
  /** After each kill. */
  readonly onProgress: (kills: number, acknowledged: number) => void;
}

/** A new ledger after so many kills, since each is audited whole after each. */
const KILLS_PER_LEDGER = 20;
/** A tenth is killed as it starts, before or while it opens the file. */
const EARLY_MS_MAX = 150;
const LATE_MS_MAX = 250;
/** Longer than a file's busy timeout. */
const CHILD_TIMEOUT_MS = 60_000;
const CHILD = fileURLToPath(new URL('./torture-child.js', import.meta.url));

/** Kills a process that pays without a pause, again and again, and looks after each for what it had acknowledged. */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const random = seededRandom(options.seed);
  const total = { kills: 0, early: 0, acknowledged: 0, entries: 0, failures: [] as string[] };
  while (total.kills < options.kills && total.failures.length === 0) {
    const directory = mkdtempSync(join(tmpdir(), 'kassa-torture-'));
    try {
      const path = join(directory, 'ledger.db');
      const known = new Map<string, number>();
      const rounds = Math.min(KILLS_PER_LEDGER, options.kills - total.kills);
      let entries = 0;
      let retried = 0;
      for (let round = 0; round < rounds && total.failures.length === 0; round++) {
        const delayMs = random.below(10) === 0 ? -random.below(EARLY_MS_MAX) : random.below(LATE_MS_MAX);
        const lines = await payUntilKilled(
          [path, `${options.seed}`, `${total.kills}`, `${retried}`],
          delayMs,
        );
        total.kills++;
        if (lines.length === 0) total.early++;
        const acknowledged = readAcknowledged(lines, known, total.failures);
        total.acknowledged += acknowledged.fresh;
        retried = acknowledged.own + RETRIED_MORE;
        // The first may be killed before it has made the file.
        if (lines.length > 0 || known.size > 0) entries = checkLedger(path, known, total.failures);
        options.onProgress(total.kills, total.acknowledged);
      }
      total.entries += entries;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return total;
}

/** Submitted and not acknowledged at the kill, and some that were not submitted at all. */
const RETRIED_MORE = 100;

/** Gives the whole lines it wrote. A negative delay counts from its start, others from when it was ready. */
async function payUntilKilled(args: TortureArguments, delayMs: number): Promise<readonly string[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  const timers = [setTimeout(kill, CHILD_TIMEOUT_MS)];
  if (delayMs < 0) timers.push(setTimeout(kill, -delayMs));
  let text = '';
  let trouble = '';
  child.stderr?.on('data', (chunk) => {
    trouble += chunk;
  });
  child.stdout?.on('data', (chunk) => {
    if (text === '' && delayMs >= 0) timers.push(setTimeout(kill, delayMs));
    text += chunk;
  });
  try {
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  if (trouble) throw new Error(`the process that is to be killed ended by itself: ${trouble}`);
  return text.split('\n').slice(0, -1);
}
