import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCrypto } from './run-crypto.ts';
import { runIso8583 } from './run-iso8583.ts';
import { runQr } from './run-qr.ts';
import type { VectorRun, VectorRunner } from './vector-run.ts';

/** By name of the file. */
const RUNNERS: Readonly<Record<string, VectorRunner>> = {
  'crypto.json': runCrypto,
  'iso8583.jsonl': runIso8583,
  'qr.json': runQr,
};

export interface FileRun extends VectorRun {
  readonly file: string;
}

export interface Conformance {
  readonly runs: readonly FileRun[];
  /** Files of vectors nothing here can run. */
  readonly others: readonly string[];
}

/** Runs the vectors of a folder, as far as it has them. Undefined where there is no such folder. */
export function runConformance(directory: string): Conformance | undefined {
  if (!existsSync(directory)) return undefined;
  const files = readdirSync(directory).filter((file) => /\.jsonl?$/.test(file));
  const runs = files.flatMap((file) => {
    const run = RUNNERS[file];
    return run === undefined ? [] : [{ file, ...run(readFileSync(join(directory, file), 'utf8')) }];
  });
  return { runs, others: files.filter((file) => RUNNERS[file] === undefined) };
}
