import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** What the commands of one test printed, and a folder for its files. */
export interface CapturedOutput {
  out: string;
  err: string;
  readonly folder: string;
}

/** Keeps what is printed from the terminal, for every test of the file that calls this. */
export function captureOutput(): CapturedOutput {
  const captured = { out: '', err: '', folder: '' };
  beforeEach(() => {
    captured.out = '';
    captured.err = '';
    captured.folder = mkdtempSync(join(tmpdir(), 'kassa-command-'));
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      captured.out += chunk;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      captured.err += chunk;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(captured.folder, { recursive: true });
  });
  return captured;
}
