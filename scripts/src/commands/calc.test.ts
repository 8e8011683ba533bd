import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deriveUdk, keyCheckValue, retailMac } from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { CALC_FUNCTIONS } from '../calc/calc-table.ts';
import { main } from '../main.ts';
import { captureOutput } from '../testing/captured-output.ts';

const BIN = fileURLToPath(new URL('../../bin/kassa.js', import.meta.url));
const KEY = '0123456789ABCDEFFEDCBA9876543210';

const printed = captureOutput();

test('answers as a table, or as one JSON object', async () => {
  const udk = deriveUdk(fromHex(KEY), '400000123456', '07');
  const args = ['calc', 'udk', '--imk', KEY, '--pan', '400000123456', '--psn', '07'];
  expect(await main(args)).toBe(0);
  expect(printed.out).toBe(`udk  ${toHex(udk)}\nkcv  ${toHex(keyCheckValue(udk))}\n`);
  printed.out = '';
  expect(await main([...args, '--json'])).toBe(0);
  expect(printed.out).toBe(`{"udk":"${toHex(udk)}","kcv":"${toHex(keyCheckValue(udk))}"}\n`);
});

test('explains each intermediate value, and the last one is the answer', async () => {
  const args = [
    'calc',
    'mac',
    '--algorithm',
    '3',
    '--padding',
    '2',
    '--key',
    KEY,
    '--data',
    '0011223344556677',
  ];
  expect(await main([...args, '--explain'])).toBe(0);
  const mac = toHex(retailMac(fromHex(KEY), fromHex('0011223344556677'), { padding: 'method-2' }));
  const lines = printed.out.trimEnd().split('\n');
  expect(lines[0]).toBe('padded data (method-2)          00112233445566778000000000000000');
  expect(lines.at(-2)).toBe(`enciphered under the left key   ${mac}`);
  expect(lines.at(-1)).toBe(`mac                             ${mac}`);
  printed.out = '';
  expect(await main([...args, '--explain', '--json'])).toBe(0);
  expect(JSON.parse(printed.out)).toMatchObject({
    mac,
    steps: expect.arrayContaining([{ name: 'right key', value: KEY.slice(16) }]),
  });
});

test('the one argument of a short calculation needs no name', async () => {
  expect(await main(['calc', 'luhn', '18'])).toBe(0);
  expect(printed.out).toBe('valid           true\ncheckDigit      8\nnextCheckDigit  2\n');
});

test.each([
  [
    ['calc', 'kcv', '--key', '00'],
    '--key: expected 8 or 16 or 24 or 32 bytes in hexadecimal, found 2 digits',
  ],
  [['calc', 'kcv'], '--key: expected 8 or 16 or 24 or 32 bytes in hexadecimal, found nothing'],
  [['calc', 'rot13'], 'function: expected one of udk, session-key, arqc'],
  [['calc'], 'function: expected one of udk, session-key, arqc'],
  [['calc', '--batch', '/nowhere/at/all'], '--batch: cannot read the file: ENOENT'],
  [['calc', '--batch', tmpdir()], '--batch: cannot read the file: EISDIR'],
  [['calc', 'kcv', '--secret', KEY], "error: unknown option '--secret'"],
])('bad usage %# exits with 2 and says what is expected', async (args, message) => {
  expect(await main(args)).toBe(2);
  expect(printed.err).toContain(message);
  expect(printed.err).not.toContain(KEY);
  expect(printed.out).toBe('');
});

test('with --json an error is an object too', async () => {
  expect(await main(['calc', 'tr31', '--kbpk', KEY, '--block', 'B0016P0TE00E0000', '--json'])).toBe(1);
  expect(JSON.parse(printed.out).error).toContain('bad-length at key-block.encrypted-key');
  printed.out = '';
  expect(await main(['calc', 'kcv', '--json'])).toBe(2);
  expect(JSON.parse(printed.out).error).toBe(
    'key: expected 8 or 16 or 24 or 32 bytes in hexadecimal, found nothing',
  );
});

test('answers a file line by line', async () => {
  const file = join(printed.folder, 'batch.jsonl');
  writeFileSync(
    file,
    '{"id":1,"function":"luhn","pan":"18"}\n\nnonsense\r\n{"id":2,"function":"luhn","pan":"17"}',
  );
  expect(await main(['calc', '--batch', file])).toBe(0);
  expect(
    printed.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { id: 1, valid: true, checkDigit: '8', nextCheckDigit: '2' },
    { id: null, error: 'expected a JSON object, found no JSON' },
    { id: 2, valid: false, checkDigit: '8', nextCheckDigit: '4' },
  ]);
});

test('ends quietly when nobody reads the answers any more', async () => {
  const file = join(printed.folder, 'long.jsonl');
  writeFileSync(file, '{"id":1,"function":"luhn","pan":"18"}\n'.repeat(50_000));
  const child = spawn(process.execPath, [BIN, 'calc', '--batch', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  expect(complaint.replace(/^kassa: compiling.*\n/gm, '')).toBe('');
  expect(code).toBe(0);
}, 150_000);

test('the help of every calculation says it is for test keys', async () => {
  for (const { name } of CALC_FUNCTIONS) {
    printed.out = '';
    expect(await main(['calc', name, '--help'])).toBe(0);
    expect(printed.out).toContain('For TEST keys only');
  }
});
