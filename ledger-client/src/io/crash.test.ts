import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationId } from '../identifiers.ts';
import { auditLedgerFile } from './audit-ledger.ts';
import { openLedger } from './sqlite-ledger.ts';

// A process that pays without end from many callers and writes the id of each payment once it is acknowledged. Node 20
// cannot load the sources themselves, so the test bundles them.
const PAYER = `
  import { writeSync } from 'node:fs';
  import { accountId, label, openLedger, operationId } from '@sources';
  const ledger = openLedger({ path: process.argv[2], clock: () => Date.now() });
  const run = process.argv[3];
  const [aru, shop] = [accountId('aru'), accountId('shop')];
  await ledger.submit([
    { type: 'open', id: operationId('o1'), account: aru, kind: 'person' },
    { type: 'open', id: operationId('o2'), account: shop, kind: 'merchant' },
    { type: 'issue', id: operationId('i1'), account: aru, amount: 999999999999n },
  ]);
  let count = 0;
  const pay = async () => {
    for (;;) {
      const id = run + '-' + count++;
      const hold = operationId(id + '.hold');
      await ledger.submit([{ type: 'hold', id: hold, payer: aru, amount: 3n, expiresAtMs: Date.now() + 60000 }]);
      const [executed] = await ledger.submit(
        [
          { type: 'execute', id: operationId(id), hold, payee: shop, amount: 2n, rest: 'keep' },
          { type: 'execute', id: operationId(id + '.rest'), hold, redeem: true },
        ],
        { linked: true },
      );
      if (!executed.ok) throw new Error(executed.code);
      writeSync(1, id + '\\n');
    }
  };
  for (let caller = 0; caller < 64; caller++) void pay();
`;

const ACKNOWLEDGED_MIN = 400;
const ROUNDS = 4;
let directory: string;
let bundle: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-crash-'));
  const entry = join(directory, 'payer.mjs');
  bundle = join(directory, 'payer-bundle.mjs');
  writeFileSync(entry, PAYER);
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: [library],
    resolve: {
      alias: {
        '@sources': fileURLToPath(new URL('../index.ts', import.meta.url)),
        'better-sqlite3': library,
      },
      conditionNames: ['source', 'node', 'import'],
    },
  });
  await build.write({ file: bundle, format: 'es' });
  await build.close();
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Lets the payer run until enough is acknowledged, kills it, and gives the ids it had acknowledged. */
async function payUntilKilled(path: string, run: string): Promise<string[]> {
  const child = spawn(process.execPath, [bundle, path, run], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  let trouble = '';
  child.stderr.on('data', (chunk) => {
    trouble += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => (trouble ? reject(new Error(trouble)) : resolve()));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.split('\n').length > ACKNOWLEDGED_MIN) child.kill('SIGKILL');
    });
  });
  return text.split('\n').slice(0, -1);
}

it('loses nothing acknowledged when its process is killed under load, again and again', async () => {
  const path = join(directory, 'ledger.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await payUntilKilled(path, `run${round}`)));
    const report = auditLedgerFile(path);
    expect(report.findings).toEqual([]);
    const { wallets, held, issued, redeemed } = report.supply.total;
    expect(wallets + held).toBe(issued - redeemed);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_MIN);
  const ledger = openLedger({ path, clock: () => 1 });
  for (const id of acknowledged) {
    const entry = await ledger.operation(operationId(id));
    expect(entry?.outcome.ok).toBe(true);
  }
  await ledger.close();
});
