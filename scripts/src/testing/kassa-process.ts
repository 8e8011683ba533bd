import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/kassa.js', import.meta.url));
/** A first run may have to compile. */
const READY_TIMEOUT_MS = 120_000;

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `kassa` command to its end, as a user would. */
export function kassa(...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return output;
}

/** A running `kassa up`. */
export interface RunningKassa {
  readonly url: string;
  readonly isoPort: number;
  readonly pid: number;
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Ctrl-C. @returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing gets a chance to tidy up. */
  kill(): Promise<void>;
}

/** Starts `kassa up` on free ports and waits until it is ready. */
export async function kassaUp(...args: string[]): Promise<RunningKassa> {
  const child = spawn(process.execPath, [BIN, 'up', '--http', '0', '--iso', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`kassa up was not ready: ${output.stderr}`)),
      READY_TIMEOUT_MS,
    );
    child.stdout.on('data', () => {
      const end = output.stdout.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(output.stdout.slice(0, end));
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`kassa up ended with ${code}: ${output.stderr}`));
    });
  });
  const { http, iso } = JSON.parse(line) as { http: string; iso: number };
  return {
    url: http,
    isoPort: iso,
    pid: child.pid ?? -1,
    output,
    async stop() {
      child.kill('SIGINT');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A directory of the test's own, left to the system to clean. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'kassa-test-'));
}

/** A result as `kassa pay --json` prints it. */
export interface PaidResult {
  readonly transactionId: string;
  readonly approved: boolean;
  readonly responseCode: string;
  readonly approvalCode: string | null;
  readonly stan: string;
  readonly rrn: string;
  readonly amount: string;
  readonly route: 'direct' | 'convert' | null;
  readonly reason: string | null;
}

/** One payment over the API, as `kassa pay` makes it. */
export async function pay(
  url: string,
  order: {
    card: string;
    amount?: string;
    entry?: 'chip' | 'swipe';
    pin?: string;
    settle?: string;
    terminal?: string;
  },
): Promise<PaidResult> {
  const { terminal = '20000001', amount = '1500.00', entry = 'chip', ...rest } = order;
  const response = await fetch(`${url}/v1/terminals/${terminal}/payments`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ amount, entry, ...rest }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as PaidResult;
}

export interface AuditResult {
  readonly ok: boolean;
  readonly issued: string;
  readonly redeemed: string;
  readonly wallets: string;
  readonly held: string;
  readonly offline: string;
  readonly nonCash: string;
  readonly findings: readonly string[];
}

/** `kassa audit --json` of a data directory. */
export async function audit(directory: string): Promise<{ code: number | null; result: AuditResult }> {
  const { code, stdout, stderr } = await kassa('audit', '--data', directory, '--json');
  if (stdout === '') throw new Error(`kassa audit said nothing: ${stderr}`);
  return { code, result: JSON.parse(stdout) as AuditResult };
}
