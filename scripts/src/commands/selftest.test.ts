import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tdesCmac } from '@kassa/emv';
import { toHex } from '@kassa/primitives';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../main.ts';
import { KNOWN_ANSWERS } from '../selftest/run-selftest.ts';

let out: string;

beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('kassa selftest prints a line for each group', async () => {
  expect(await main(['selftest'])).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(KNOWN_ANSWERS.length);
  expect(lines[1]).toBe('AES                  3 of 3   FIPS 197, appendix C');
  out = '';
  expect(await main(['selftest', '--json'])).toBe(0);
  expect(JSON.parse(out)).toHaveLength(KNOWN_ANSWERS.length);
});

test('kassa conformance counts each kind of a file that names kinds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kassa-kinds-'));
  const key = '0123456789ABCDEFFEDCBA9876543210';
  const mac = toHex(tdesCmac(Uint8Array.from(Buffer.from(key, 'hex')), new Uint8Array()));
  const vector = (id: string, expected: string) => ({
    id,
    kind: 'mac.cmac_tdes',
    inputs: { key, data: '' },
    expected: { mac: expected },
  });
  const vectors = [vector('right', mac), vector('wrong', '00')];
  writeFileSync(join(folder, 'crypto.json'), JSON.stringify({ vectors }));
  expect(await main(['conformance', '--vectors', folder])).toBe(1);
  rmSync(folder, { recursive: true });
  expect(out).toBe(
    'crypto.json: 1 of 2 passed\n  mac.cmac_tdes               1 of 2\n  wrong: mac: differs\n',
  );
});
