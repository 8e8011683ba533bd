import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromLatin1, tiyn, toHex } from '@kassa/primitives';
import { type Database, openDatabase } from '@kassa/storage';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { chip, PAN, PIN, security, stripe } from '../testing/issuer.ts';
import { AMOUNT, MERCHANT_IBAN, openTestBank, SETTLEMENT_IBAN } from '../testing/test-bank.ts';
import { auditBank } from './bank-store.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-bank-'));
  path = join(directory, 'bank-test.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A bank that has converted two payments and taken one back, closed. */
async function writeBooks(): Promise<void> {
  const { bank, close } = await openTestBank(path);
  const order = { iban: MERCHANT_IBAN, amount: AMOUNT };
  for (const transactionId of ['T1-1', 'T1-2']) {
    await bank.nonCash.credit({ ...order, transactionId, instructionId: `${transactionId}:credit` });
  }
  await bank.nonCash.debit({ ...order, transactionId: 'T1-2', instructionId: 'T1-2:debit' });
  await close();
}

/** Writes past the bank, as somebody with the file at hand could. */
function tamper(write: (db: Database) => void): void {
  const db = openDatabase(path, { application: 'bank', schemaVersion: 1, migrations: [''] });
  db.pragma('foreign_keys = OFF');
  write(db);
  db.close();
}

describe('auditBank', () => {
  it('recomputes what is on the accounts and what each payment came to', async () => {
    await writeBooks();
    expect(auditBank(path)).toEqual({
      balances: new Map([[MERCHANT_IBAN, 150_000n]]),
      convertedByTransaction: new Map([
        ['T1-1', 150_000n],
        ['T1-2', 0n],
      ]),
      findings: [],
    });
  });

  it('reads beside a running bank', async () => {
    const { bank, close } = await openTestBank(path);
    const order = { transactionId: 'T1-1', instructionId: 'T1-1:credit', iban: MERCHANT_IBAN };
    await bank.nonCash.credit({ ...order, amount: tiyn(5n) });
    expect(auditBank(path).balances.get(MERCHANT_IBAN)).toBe(5n);
    await close();
  });

  const account = (balance: number, sum: number, iban = MERCHANT_IBAN): string =>
    `account ${iban}: its balance is ${balance}, its entries add up to ${sum}`;
  const table: readonly [name: string, sql: string, findings: string[]][] = [
    [
      'a changed balance',
      `UPDATE accounts SET balance = 150001 WHERE iban = '${MERCHANT_IBAN}'`,
      [account(150_001, 150_000)],
    ],
    [
      'a deleted entry',
      'DELETE FROM entries WHERE seq = 2',
      ['non-cash entry 2 is missing', account(150_000, 0), account(-150_000, 0, SETTLEMENT_IBAN)],
    ],
    [
      'the newest entry deleted',
      'DELETE FROM entries WHERE seq = 3',
      [account(150_000, 300_000), account(-150_000, -300_000, SETTLEMENT_IBAN)],
    ],
    [
      'a changed amount',
      'UPDATE entries SET amount = 1 WHERE seq = 1',
      [account(150_000, 1), account(-150_000, -1, SETTLEMENT_IBAN)],
    ],
    [
      'a deleted account',
      `DELETE FROM accounts WHERE iban = '${MERCHANT_IBAN}'`,
      [`account ${MERCHANT_IBAN}: it has entries and does not exist`],
    ],
  ];
  test.each(table)('finds %s and names the account', async (_name, sql, findings) => {
    await writeBooks();
    tamper((db) => db.exec(sql));
    expect([...auditBank(path).findings].sort()).toEqual([...findings].sort());
  });

  it('refuses a file that is not there', () => {
    expect(() => auditBank(path)).toThrow('does not exist');
  });
});

describe('a bank that starts again', () => {
  it('knows its cards, counters, verdicts and accounts', async () => {
    const first = await openTestBank(path);
    const refused = await first.authorise({ evidence: chip({ pin: '4272' }) });
    await first.close();
    const again = await openTestBank(path);
    // The same transaction: its stored verdict, not a second wrong PIN.
    expect(await again.authorise({ evidence: chip({ pin: '4272' }) })).toEqual(refused);
    expect(again.store.read.card(security.indexOf(PAN))).toMatchObject({ pinTriesLeft: 2, lastAtc: 7 });
    // The counter is used up for any other transaction.
    expect(await again.authorise({ transactionId: 'T1-000000000002' })).toMatchObject({
      refusal: 'atc-replayed',
    });
    await again.close();
  });
});

it('keeps no card number, PIN, track or cryptogram in its files', async () => {
  const { authorise, close } = await openTestBank(path);
  await authorise({ evidence: chip({ pin: PIN }) });
  await authorise({ transactionId: 'T1-000000000002', evidence: stripe({ pin: PIN }) });
  await authorise({ transactionId: 'T1-000000000003', evidence: stripe({ verificationValue: '000' }) });
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
  await close();
  files.push(readFileSync(path));
  const { pinBlock, emvData } = chip({ pin: PIN });
  const verificationValue = security.stripeVerificationValue(PAN, '3112', '201');
  const secrets: Record<string, Uint8Array> = {
    'card number': fromLatin1(PAN),
    'packed card number': Uint8Array.from(PAN.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    'number without its check digit': fromLatin1(PAN.slice(0, -1)),
    track: fromLatin1(`3112201`),
    'discretionary data': fromLatin1(`00000${verificationValue}`),
    PIN: fromLatin1(PIN),
    'PIN block': pinBlock ?? new Uint8Array(8),
    'PIN block in hexadecimal': fromLatin1(toHex(pinBlock ?? new Uint8Array(8))),
    cryptogram: emvData.slice(-8),
    'cryptogram in hexadecimal': fromLatin1(toHex(emvData.slice(-8))),
  };
  for (const [name, bytes] of Object.entries(secrets)) {
    expect(
      files.some((file) => file.includes(Buffer.from(bytes))),
      name,
    ).toBe(false);
  }
  // The search itself works: what the bank does keep is found.
  expect(files.some((file) => file.includes(security.indexOf(PAN)))).toBe(true);
});
