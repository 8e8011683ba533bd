import { hasBit, runContactTransaction, TERMINAL_CAPABILITY_BITS } from '@kassa/emv';
import { fromHex, tiyn, toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { kernelConfig, purchaseData } from './kernel-config.ts';

const CLAIMED = new Set([
  'manualKeyEntry',
  'magneticStripe',
  'contacts',
  'plaintextOfflinePin',
  'onlinePin',
  'signature',
  'encipheredOfflinePin',
  'noCvm',
  'sda',
  'dda',
  'cda',
]);
const RANDOM = { unpredictableNumber: fromHex('0BADCAFE'), selection: 50 };

test('a purchase is dated in Almaty', () => {
  expect(purchaseData(tiyn(150_000n), '000042', Date.UTC(2026, 11, 31, 19, 0, 1), RANDOM)).toEqual({
    amount: 150_000n,
    currencyCode: '398',
    currencyExponent: 2,
    type: '00',
    date: '270101',
    time: '000001',
    sequenceCounter: 42,
    unpredictableNumber: fromHex('0BADCAFE'),
    randomSelectionNumber: 50,
  });
});

test('the terminal claims what it does: stripe, chip, every PIN, signature, no CVM, authentication, goods and services', () => {
  const { capabilities, additionalCapabilities, applications, terminalType } = kernelConfig('KS000001');
  expect(terminalType).toBe('22');
  for (const name of Object.keys(TERMINAL_CAPABILITY_BITS) as (keyof typeof TERMINAL_CAPABILITY_BITS)[]) {
    expect(hasBit(capabilities, TERMINAL_CAPABILITY_BITS[name]), name).toBe(CLAIMED.has(name));
  }
  // EMV 4.4 Book 4, annex A3: no cash, no cashback.
  expect(toHex(additionalCapabilities)).toBe('6000B0F010');
  expect(
    applications.map(({ aid, version, floorLimit }) => [toHex(aid), toHex(version), floorLimit]),
  ).toEqual([
    ['A0000000031010', '0096', 0n],
    ['A0000000041010', '0002', 0n],
  ]);
});

test('the kernel takes the configuration and begins with the directory of the card', () => {
  const purchase = purchaseData(tiyn(150_000n), '000042', 0, RANDOM);
  const first = runContactTransaction(kernelConfig('KS000001'), purchase).next();
  expect(first.done).toBe(false);
  expect(first.value).toEqual({
    kind: 'transmit',
    command: fromHex('00A404000E315041592E5359532E444446303100'),
  });
});
