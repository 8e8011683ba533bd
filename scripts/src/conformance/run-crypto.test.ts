import { deriveUdk, encodePinBlock0, keyCheckValue, tdesCmac } from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { runCrypto } from './run-crypto.ts';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const NUMBER = '400000123456';
const UDK = deriveUdk(fromHex(KEY), NUMBER, '07');

const GOOD = {
  id: 'udk',
  kind: 'emv.udk.optionA',
  inputs: { imk: KEY, pan: NUMBER, psn: '07' },
  expected: { udk: toHex(UDK), kcv: toHex(keyCheckValue(UDK, 2)) },
};
const MAC = {
  id: 'mac',
  kind: 'mac.cmac_tdes',
  inputs: { key: KEY.toLowerCase(), data: '00' },
  expected: { mac: toHex(tdesCmac(fromHex(KEY), Uint8Array.of(0))).toLowerCase() },
};

const run = (...vectors: object[]) => runCrypto(JSON.stringify({ vectors }));

test('calculates every vector and counts each kind', () => {
  expect(run(MAC, GOOD, { ...MAC, id: 'again' })).toEqual({
    passed: 3,
    failures: [],
    kinds: [
      { kind: 'emv.udk.optionA', passed: 1, total: 1 },
      { kind: 'mac.cmac_tdes', passed: 2, total: 2 },
    ],
  });
});

const refusedBlock = (block: string) => ({
  id: 'block',
  kind: 'pinblock.iso0.negative',
  inputs: { block, pan: '4012345678901' },
  expected: { error: 'filler' },
});

describe('a vector fails', () => {
  test.each([
    ['for another answer', { ...GOOD, expected: { ...GOOD.expected, kcv: '0000' } }, 'udk: kcv: differs'],
    [
      'for an answer nobody calculates',
      { ...GOOD, expected: { color: 'red' } },
      'udk: color: not calculated',
    ],
    ['when it expects nothing', { ...GOOD, expected: {} }, 'udk: expects nothing'],
    ['for an input that is missing', { ...GOOD, inputs: {} }, 'udk: has no imk'],
    ['for a kind nobody knows', { ...GOOD, kind: 'quantum' }, 'udk: nothing here calculates quantum'],
    [
      'when what has to be refused is accepted',
      refusedBlock(toHex(encodePinBlock0('1234', '4012345678901'))),
      'block: was not refused',
    ],
  ])('%s', (_, vector, failure) => {
    const { passed, failures } = run(vector);
    expect({ passed, failures }).toEqual({ passed: 0, failures: [failure] });
    expect(failures.join()).not.toContain(NUMBER);
  });
});

test('what has to be refused is refused', () => {
  expect(run(refusedBlock('0412341111111111')).failures).toEqual([]);
});
