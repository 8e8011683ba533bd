import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { loadFixtures } from '@kassa/fixtures';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  audit,
  kassa,
  kassaUp,
  type PaidResult,
  type RunningKassa,
  temporaryDirectory,
} from '../testing/kassa-process.ts';

let directory: string;
let running: RunningKassa;

beforeAll(async () => {
  directory = temporaryDirectory();
  running = await kassaUp('--data', directory);
}, 150_000);

afterAll(async () => {
  expect(await running.stop()).toBe(0);
});

async function payByCommand(
  ...args: string[]
): Promise<{ code: number | null; result: PaidResult; stderr: string }> {
  const { code, stdout, stderr } = await kassa('pay', '--url', running.url, '--json', ...args);
  return { code, result: stdout === '' ? ({} as PaidResult) : (JSON.parse(stdout) as PaidResult), stderr };
}

const CHIP = ['--amount', '1500.00', '--card', 'halyk-visa', '--entry', 'chip'];

describe('kassa pay', () => {
  test('approves a chip payment with every field a cash register needs', async () => {
    const { code, result } = await payByCommand(...CHIP, '--pin', '1234', '--settle', 'digital');
    expect(code).toBe(0);
    expect(result).toEqual({
      transactionId: `20000001-${result.rrn}`,
      approved: true,
      responseCode: '00',
      approvalCode: expect.stringMatching(/^[0-9A-Z]{6}$/),
      stan: expect.stringMatching(/^\d{6}$/),
      rrn: expect.stringMatching(/^\d{12}$/),
      amount: '1500.00',
      route: 'direct',
      reason: null,
    });
    expect(Object.keys(result)).toEqual([
      'transactionId',
      'approved',
      'responseCode',
      'approvalCode',
      'stan',
      'rrn',
      'amount',
      'route',
      'reason',
    ]);
  });

  test('DIRECT raises the merchant and leaves the supply; CONVERT redeems and credits the IBAN', async () => {
    const start = (await audit(directory)).result;
    await payByCommand(...CHIP, '--settle', 'digital');
    const direct = (await audit(directory)).result;
    expect({ ...direct, payments: 0 }).toEqual({ ...start, payments: 0 });
    await payByCommand(...CHIP, '--settle', 'non-cash');
    const converted = (await audit(directory)).result;
    const plus = (amount: string, tiyn: bigint): string => String(BigInt(amount) + tiyn);
    expect(converted).toMatchObject({
      ok: true,
      issued: direct.issued,
      redeemed: plus(direct.redeemed, 150_000n),
      wallets: plus(direct.wallets, -150_000n),
      held: '0',
      offline: '0',
      nonCash: plus(direct.nonCash, 150_000n),
    });
  });

  test.each([
    [
      'wrong PIN',
      ['--amount', '10', '--card', 'halyk-visa', '--entry', 'chip', '--pin', '9876'],
      '55',
      'the PIN is wrong',
    ],
    [
      'not enough money',
      ['--amount', '100.01', '--card', 'halyk-visa-insufficient', '--entry', 'chip'],
      '51',
      'the digital account does not hold enough',
    ],
    [
      'wrong master key',
      ['--amount', '10', '--card', 'bcc-visa-wrong-key', '--entry', 'chip'],
      '82',
      'the card cryptogram (ARQC) does not verify: wrong key or changed data',
    ],
    [
      'frozen account',
      ['--amount', '10', '--card', 'altyn-visa-frozen', '--entry', 'chip'],
      '62',
      'the digital account is frozen',
    ],
    [
      'no PIN',
      ['--amount', '10', '--card', 'bcc-visa', '--entry', 'chip', '--pin', ''],
      '55',
      'the card asks for its PIN and none was entered',
    ],
  ])('declines for the right reason: %s', async (_name, args, responseCode, reason) => {
    const { code, result } = await payByCommand(...args);
    expect(code).toBe(1);
    expect(result).toMatchObject({ approved: false, responseCode, reason, approvalCode: null, route: null });
  });

  test('declines an expired card without asking the bank', async () => {
    const { code, result } = await payByCommand(
      '--amount',
      '10',
      '--card',
      'eurasian-mastercard-expired',
      '--entry',
      'chip',
    );
    expect(code).toBe(1);
    expect(result.responseCode).toBe('Z1');
    expect(result.reason).toContain('Expired application');
  });

  test.each(['halyk-visa', 'bcc-visa', 'altyn-visa', 'eurasian-mastercard'])(
    'takes %s by chip and by stripe, in both dialects',
    async (card) => {
      for (const terminal of ['20000001', '20000002']) {
        for (const entry of ['chip', 'swipe']) {
          const { code, result } = await payByCommand(
            '--amount',
            '1',
            '--card',
            card,
            '--entry',
            entry,
            '--terminal',
            terminal,
          );
          expect([code, result.approved], `${terminal} ${entry} ${result.reason}`).toEqual([0, true]);
        }
      }
    },
  );

  test('one card, wanted by two terminals at once, pays at one after the other', async () => {
    const both = await Promise.all(
      ['20000001', '20000002'].map((terminal) =>
        payByCommand('--amount', '1', '--card', 'bcc-visa', '--entry', 'chip', '--terminal', terminal),
      ),
    );
    expect(both.map(({ code, result }) => [code, result.reason])).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  test('follows the merchant profile when nothing is asked for', async () => {
    const first = await payByCommand(
      '--amount',
      '1',
      '--card',
      'altyn-visa',
      '--entry',
      'chip',
      '--terminal',
      '20000001',
    );
    const second = await payByCommand(
      '--amount',
      '1',
      '--card',
      'altyn-visa',
      '--entry',
      'chip',
      '--terminal',
      '20000002',
    );
    expect([first.result.route, second.result.route]).toEqual(['direct', 'convert']);
  });

  test.each([
    [
      ['--amount', '1500.005', '--card', 'halyk-visa', '--entry', 'chip'],
      /amount: "1500\.005" is not an amount in tenge/,
    ],
    [['--amount', '0', '--card', 'halyk-visa', '--entry', 'chip'], /amount: the amount is zero/],
    [['--amount', '1', '--card', 'nobody', '--entry', 'chip'], /there is no test card "nobody"/],
    [
      ['--amount', '1', '--card', 'halyk-visa', '--entry', 'chip', '--terminal', '1'],
      /there is no terminal 1; there are 20000001, 20000002/,
    ],
    [
      ['--amount', '1', '--card', 'halyk-visa', '--entry', 'chip', '--pin', 'abcd'],
      /pin: 4 to 12 digits, or nothing/,
    ],
    [['--amount', '1', '--card', 'halyk-visa', '--entry', 'wave'], /Allowed choices are chip, swipe, tap/],
    [['--amount', '1', '--card', 'halyk-visa'], /which card and how: give --card ID with --entry/],
    [['--amount', '1', '--tap', 'halyk-visa', '--entry', 'chip'], /or --tap ID alone/],
    [['--card', 'halyk-visa', '--entry', 'chip'], /required option '--amount <tenge>'/],
  ])('could not run: %j', async (args, message) => {
    const { code, stderr } = await payByCommand(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('taps a card', async () => {
    const { code, result } = await payByCommand('--amount', '500.00', '--tap', 'halyk-visa');
    expect(result).toMatchObject({ approved: true, responseCode: '00', amount: '500.00' });
    expect(code).toBe(0);
  });

  test('says where kassa should be when it is not running', async () => {
    const { code, stderr } = await kassa('pay', '--url', 'http://127.0.0.1:1', ...CHIP);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'kassa: cannot reach kassa at http://127.0.0.1:1.\nRemedy: start it with "npm start" or "npx kassa up", or give its address with --url\n',
    );
  });
});

test('no card number, track or PIN is in any file of the data directory', () => {
  const { cards } = loadFixtures();
  for (const name of readdirSync(directory)) {
    const text = readFileSync(join(directory, name), 'latin1');
    for (const { pan } of cards) {
      expect(text.includes(pan), `${name} holds a card number`).toBe(false);
      const packed = Buffer.from(pan, 'hex').toString('latin1');
      expect(text.includes(packed), `${name} holds a packed card number`).toBe(false);
    }
  }
});

describe('kassa up refuses to start with a remedy', () => {
  test('when a port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const [option, what] of [
      ['--http', 'the page and API'],
      ['--iso', 'ISO 8583'],
    ] as const) {
      const other = option === '--http' ? '--iso' : '--http';
      const { code, stderr } = await kassa('up', '--memory', option, String(port), other, '0');
      expect(code).toBe(2);
      expect(stderr).toBe(
        `kassa: port ${port} for ${what} is taken by another program.\nRemedy: stop it, or choose another port: kassa up ${option} 0 takes any free one\n`,
      );
    }
    server.close();
  });

  test('when another kassa runs on the data directory', async () => {
    const { code, stderr } = await kassa('up', '--data', directory, '--http', '0', '--iso', '0');
    expect(code).toBe(2);
    expect(stderr).toContain(`process ${running.pid}`);
  });

  test.each([
    ['a newer file', (path: string) => setVersion(path, 999), /was written by a newer Kassa \(schema 999/],
    [
      'a file that is not a database',
      (path: string) => writeFileSync(path, 'not a database at all'.repeat(500)),
      /is not a Kassa database/,
    ],
    ['a damaged file', damage, /damaged/],
  ])('on %s', async (_name, spoil, message) => {
    const spoilt = temporaryDirectory();
    const once = await kassaUp('--data', spoilt);
    await once.stop();
    spoil(join(spoilt, 'ledger.db'));
    const { code, stderr } = await kassa('up', '--data', spoilt, '--http', '0', '--iso', '0');
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});

function setVersion(path: string, version: number): void {
  const db = new Sqlite(path);
  db.pragma(`user_version = ${version}`);
  db.close();
}

/** Overwrites the middle of every page after the first, as a failing disk would. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  for (let offset = 4096; offset < bytes.length; offset += 4096) bytes.fill(0xa5, offset, offset + 2048);
  writeFileSync(path, bytes);
}

describe('kassa audit', () => {
  test('balances beside the running system, in words too', async () => {
    const { code, stdout } = await kassa('audit', '--data', directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The books balance\.\n {2}issued/);
  });

  test.each([
    [
      'ledger.db',
      "UPDATE purse SET available = available + 1 WHERE account = 'dt-merchant-000001'",
      /dt-merchant-000001/,
    ],
    [
      'bank-halyk.db',
      "UPDATE account SET balance = balance + 1 WHERE owner = 'kofe-abay'",
      /account KZ71601KZT1000000001: its balance is/,
    ],
    [
      'acquirer.db',
      "UPDATE payments SET amount = amount + 1 WHERE state = 'settled'",
      /payment 20000001-\d+: settled over \d+ tiyn/,
    ],
  ])('finds what was changed in %s and names it', async (file, sql, message) => {
    const copy = join(temporaryDirectory(), 'data');
    mkdirSync(copy);
    cpSync(directory, copy, { recursive: true });
    const db = new Sqlite(join(copy, file));
    expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
    db.close();
    const { code, result } = await audit(copy);
    expect(code).toBe(1);
    expect(result.ok).toBe(false);
    expect(result.findings.join('\n')).toMatch(message);
  });

  test('says so when there is nothing to audit', async () => {
    const { code, stderr } = await kassa('audit', '--data', join(temporaryDirectory(), 'nothing'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no data directory .*\nRemedy:/);
  });
});

test('npm start prints the addresses and stops cleanly on Ctrl-C', async () => {
  const bin = new URL('../../bin/kassa.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [bin, 'up', '--memory', '--http', '0', '--iso', '0']);
  let stdout = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (stdout.includes('Stop with Ctrl-C')) resolve();
    }),
  );
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(stdout).toMatch(/Terminal and live trace {3}http:\/\/127\.0\.0\.1:\d+\n/);
  expect(stdout).toMatch(/ISO 8583 host {13}127\.0\.0\.1:\d+ /);
});
