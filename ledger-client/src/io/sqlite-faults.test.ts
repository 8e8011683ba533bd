import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, StorageError } from '@kassa/storage';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalHead } from '../ledger.ts';
import { said } from '../testing/engines.ts';
import * as make from '../testing/operations.ts';
import { auditLedgerFile } from './audit-ledger.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { type OpenLedger, openLedger } from './sqlite-ledger.ts';

const clock = (): number => 1_000;
const OPENING = [
  make.open('o1', 'aru'),
  make.open('o2', 'shop', 'merchant'),
  make.issue('i1', 'aru', 1_000_000),
];
const codeOf = (reason: unknown): string => (reason instanceof StorageError ? reason.code : String(reason));

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-faults-'));
  path = join(directory, 'ledger.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Transfers of one tiyn, all at once; what each was told. */
function payAtOnce(ledger: OpenLedger, prefix: string, count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      ledger
        .submit([make.transfer(`${prefix}-${index}`, 'aru', 'shop', 1)])
        .then(([outcome]) => String(said(outcome)), codeOf),
    ),
  );
}

function mountSmallDisk(mount: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mount], { stdio: 'ignore' });
}

/** In use still when a test failed. */
function unmount(mount: string): void {
  execFileSync('umount', ['--lazy', mount]);
}

/** Whether this user may: root, and not in every container. */
function mayMount(): boolean {
  const mount = mkdtempSync(join(tmpdir(), 'kassa-mount-'));
  try {
    mountSmallDisk(mount);
    unmount(mount);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mount, { recursive: true, force: true });
  }
}
const ifMayMount = it.runIf(mayMount());

async function onSmallDisk(test: (mount: string) => Promise<void>): Promise<void> {
  const mount = join(directory, 'disk');
  mkdirSync(mount);
  mountSmallDisk(mount);
  try {
    await test(mount);
  } finally {
    unmount(mount);
  }
}

describe.each(['own-thread', 'this-thread'] as const)('with its writer in %s', (writer) => {
  ifMayMount(
    'a full disk (needs root, to mount one): refused by name, and it goes on once there is room',
    async () => {
      await onSmallDisk(async (mount) => {
        const file = join(mount, 'ledger.db');
        const ballast = join(mount, 'ballast');
        writeFileSync(ballast, new Uint8Array(2 * 1024 * 1024));
        const ledger = openLedger({ path: file, clock, writer });
        await ledger.submit(OPENING);
        const answers: string[] = [];
        for (let round = 0; round < 400 && !answers.includes('full'); round++) {
          answers.push(...(await payAtOnce(ledger, `r${round}`, 16)));
        }
        expect(new Set(answers)).toEqual(new Set(['ok', 'full']));
        const paid = answers.filter((answer) => answer === 'ok').length;
        expect(await ledger.head()).toMatchObject({ sequence: 3 + paid });
        rmSync(ballast);
        expect(new Set(await payAtOnce(ledger, 'later', 16))).toEqual(new Set(['ok']));
        await ledger.close();
        expect(auditLedgerFile(file)).toMatchObject({ ok: true, entries: 3 + paid + 16 });
      });
    },
  );

  ifMayMount('a read-only directory (needs root, to mount one): refused as it is opened', async () => {
    await onSmallDisk(async (mount) => {
      const file = join(mount, 'ledger.db');
      const ledger = openLedger({ path: file, clock, writer });
      await ledger.submit(OPENING);
      await ledger.close();
      execFileSync('mount', ['-o', 'remount,ro', mount]);
      expect(() => openLedger({ path: file, clock, writer })).toThrow(
        `${file} cannot be written (EROFS). Give this user write permission`,
      );
    });
  });

  it('a database locked by another: refused by name after a while, and it goes on afterwards', async () => {
    const ledger = openLedger({ path, clock, writer });
    await ledger.submit(OPENING);
    const other = new Sqlite(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await payAtOnce(ledger, 'early', 3)).toEqual(['locked', 'locked', 'locked']);
    other.exec('ROLLBACK');
    other.close();
    expect(await payAtOnce(ledger, 'early', 3)).toEqual(['ok', 'ok', 'ok']);
    await ledger.close();
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 6 });
  }, 20_000);

  it('ids that come again among many new ones: each answered as it was', async () => {
    const ledger = openLedger({ path, clock, writer });
    await ledger.submit(OPENING);
    await payAtOnce(ledger, 'r', 100);
    const again = await payAtOnce(ledger, 'r', 200);
    expect(again.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 'ok again'));
    expect(again.slice(100)).toEqual(Array.from({ length: 100 }, () => 'ok'));
    await ledger.close();
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 203 });
  });
});

describe('every commit is on disk', () => {
  it.each([1, 2, 3])('also after opening %i times', (times) => {
    for (let time = 1; time < times; time++) openDatabase(path, LEDGER_DATABASE).close();
    const db = openDatabase(path, LEDGER_DATABASE);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2n);
    db.close();
  });
});

describe('a torn log', () => {
  /** A frame of the log: 24 bytes before each page (sqlite.org/fileformat.html, 4.1). */
  const FRAME_BYTES = 24 + 4_096;
  const STEP_BYTES = 103;

  it('cut at any length of its last frames opens to what was before, and the head exported earlier tells', async () => {
    const ledger = openLedger({ path, clock, writer: 'this-thread' });
    await ledger.submit(OPENING);
    for (let round = 0; round < 6; round++) await payAtOnce(ledger, `r${round}`, 5);
    const exported = await ledger.head();
    const heads = new Map<number, string>();
    for (const { sequence, hash } of await ledger.readJournal(1)) heads.set(sequence, hash);
    const whole = statSync(`${path}-wal`).size;
    const lengths = [
      ...Array.from(
        { length: Math.floor((3 * FRAME_BYTES) / STEP_BYTES) },
        (_, step) => whole - step * STEP_BYTES,
      ),
      ...[0, 1, 2, 3].flatMap((frame) => [-1, 0, 1].map((byte) => whole - frame * FRAME_BYTES + byte)),
    ].filter((length) => length <= whole);
    const seen = new Set<number>();
    const copy = join(directory, 'copy.db');
    for (const length of lengths) {
      const head = reopened(copy, length);
      expect(head.hash, `cut to ${length}`).toBe(heads.get(head.sequence));
      const report = auditLedgerFile(copy, { reached: exported });
      expect(report.entries).toBe(head.sequence);
      expect(report.findings.map(({ message }) => message)).toEqual(
        head.sequence === exported.sequence
          ? []
          : [`the journal ends at ${head.sequence}, it had reached ${exported.sequence} before`],
      );
      seen.add(head.sequence);
    }
    expect([...seen].sort((left, right) => left - right)).toContain(exported.sequence);
    expect(seen.size).toBeGreaterThan(1);
    await ledger.close();
  }, 60_000);

  /** The head of a ledger whose log was cut to a length, opened again. */
  function reopened(copy: string, length: number): JournalHead {
    rmSync(`${copy}-shm`, { force: true });
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    truncateSync(`${copy}-wal`, length);
    const db = openDatabase(copy, LEDGER_DATABASE);
    try {
      const row = db.prepare<[], { sequence: bigint; hash: string }>('SELECT sequence, hash FROM head').get();
      return { sequence: Number(row?.sequence), hash: row?.hash ?? '' };
    } finally {
      db.close();
    }
  }

  it('tells another journal from the one that was exported', async () => {
    const ledger = openLedger({ path, clock });
    await ledger.submit(OPENING);
    const head = await ledger.head();
    await ledger.close();
    expect(auditLedgerFile(path, { reached: head }).ok).toBe(true);
    const other = auditLedgerFile(path, { reached: { sequence: 2, hash: 'f'.repeat(64) } });
    expect(other.findings).toEqual([
      {
        code: 'head-differs',
        sequence: 2,
        message: 'entry 2 has another hash than the one it was exported with',
      },
    ]);
  });
});
