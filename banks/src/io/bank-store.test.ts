import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromLatin1, toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chip, PAN, PIN, security, stripe } from '../testing/issuer.ts';
import { openTestBank } from '../testing/test-bank.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-bank-'));
  path = join(directory, 'bank-test.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

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
