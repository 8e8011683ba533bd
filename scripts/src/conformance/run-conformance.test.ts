import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runConformance } from './run-conformance.ts';
import { runIso8583 } from './run-iso8583.ts';

const SPEC = { mti: 'ascii', bitmap: 'hex', fields: { 3: { enc: 'ascii', len: 'fixed', max: 6 } } };
const HEX = Buffer.from('02002000000000000000000000', 'latin1').toString('hex').toUpperCase();
const GOOD = { name: 'good', spec: SPEC, hex: HEX, fields: { 0: '0200', 3: '000000' } };

const linesOf = (...vectors: object[]): string => vectors.map((vector) => JSON.stringify(vector)).join('\n');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-vectors-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('runs the files there are runners for, and names the others', () => {
  writeFileSync(join(directory, 'iso8583.jsonl'), `${linesOf(GOOD)}\n`);
  writeFileSync(join(directory, 'other.json'), '[]');
  writeFileSync(join(directory, 'README.md'), '');
  expect(runConformance(directory)).toEqual({
    runs: [{ file: 'iso8583.jsonl', passed: 1, failures: [] }],
    others: ['other.json'],
  });
  expect(runConformance(join(directory, 'nowhere'))).toBeUndefined();
});

test.each([
  ['another value', { ...GOOD, fields: { 0: '0200', 3: '000001' } }, 'fields: 3 differ'],
  ['another MTI', { ...GOOD, fields: { 0: '0210', 3: '000000' } }, 'mti: expected 0210, found 0200'],
  ['an error that does not come', { ...GOOD, error: 'truncated' }, 'expected truncated, found a message'],
  ['another error', { ...GOOD, hex: HEX.slice(2), error: 'bad-mti' }, 'error: expected bad-mti, found'],
  ['a vector that cannot be run', { ...GOOD, spec: { ...SPEC, mti: 'morse' } }, 'mti: expected ascii'],
  ['nothing to check', { name: 'good', spec: SPEC, hex: HEX }, 'has neither fields nor an error'],
])('fails for %s', (_, vector, problem) => {
  const { passed, failures } = runIso8583(linesOf(vector));
  expect(passed).toBe(0);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain(`good: ${problem}`);
  expect(failures[0]).not.toContain('000000');
});

test('cuts frames out at every split and makes them again', () => {
  const frame = { prefix: '001A', body: HEX, suffix: '' };
  const vector = { ...GOOD, spec: { framing: 'post' }, hex: `001A${HEX}`, frame };
  expect(runIso8583(linesOf(vector))).toEqual({ passed: 1, failures: [] });
  expect(runIso8583(linesOf({ ...vector, spec: { framing: 'raw' } })).failures).toEqual([
    'good: framed again: differs from character 2',
  ]);
});

test('reads bitmaps in small letters, which are written in capitals', () => {
  const small = Buffer.from('0200200000000000000a', 'latin1').toString('hex').toUpperCase();
  const fields = {
    3: { enc: 'ascii', len: 'fixed', max: 6 },
    61: { enc: 'ascii', len: 'fixed', max: 1 },
    63: { enc: 'ascii', len: 'fixed', max: 1 },
  };
  const vector = {
    name: 'small',
    spec: { ...SPEC, fields },
    hex: `${small}${Buffer.from('00000012').toString('hex')}`,
    fields: { 0: '0200', 3: '000000', 61: '1', 63: '2' },
  };
  expect(runIso8583(linesOf(vector))).toEqual({ passed: 1, failures: [] });
});
