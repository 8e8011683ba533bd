import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { kassa } from '../testing/kassa-process.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs in a process of its own, on the built packages: random keys and a random PIN of 12 digits that were never text go
 * through a security module; then every string of the heap is looked through. Prints what it found.
 */
const PROGRAM = `
import { randomBytes } from 'node:crypto';
import { getHeapSnapshot } from 'node:v8';
import { SecurityModule } from '@kassa/banks';
import { dukptInitialKey, dukptPinKey, tdesEncrypt } from '@kassa/emv';
import { fromHex, xorBytes } from '@kassa/primitives';

const PAN = '4' + '0'.repeat(14) + '2';
const KSN = fromHex('FFFF9876543201E00001');
const [bdk, mac, zone, pvk] = Array.from({ length: 4 }, () => new Uint8Array(randomBytes(16)));
const localMasterKey = new Uint8Array(randomBytes(32));
const pin = Uint8Array.from(randomBytes(6), (byte) => ((byte >> 4) % 10) * 16 + ((byte & 15) % 10));
const module = new SecurityModule({ localMasterKey, records: [], save() {}, random: randomBytes, clock: () => 0 });
module.enterKey('bdk', 'base-derivation', bdk);
module.enterKey('mac', 'mac', mac);
module.enterKey('zone', 'zone-pin', zone);
module.enterKey('pvk', 'pin-verification-visa', pvk);
module.deriveTerminalKey('initial', 'bdk', KSN);
module.makeMac('mac', KSN);
const initialKey = dukptInitialKey(bdk, KSN);
const account = fromHex(PAN.slice(0, -1).slice(-12).padStart(16, '0'));
const clear = xorBytes(Uint8Array.of(0x0c, ...pin, 0xff), account);
const block = tdesEncrypt(dukptPinKey(initialKey, KSN), clear);
const translated = module.translatePin({ key: 'initial', ksn: KSN, block, pan: PAN }, 'zone');
const received = { key: 'zone', block: translated, pan: PAN };
module.verifyPin(received, { method: 'visa', key: 'pvk', keyIndex: '1', value: '0000' });
const control = randomBytes(16).toString('hex');

const chunks = [];
for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk));
const heap = Buffer.concat(chunks);
const forms = (bytes) => {
  const buffer = Buffer.from(bytes);
  return [buffer.toString('hex'), buffer.toString('hex').toUpperCase(), buffer.toString('base64')];
};
const secrets = { bdk, mac, zone, pvk, localMasterKey, initialKey, pin };
const found = Object.keys(secrets).filter((name) => forms(secrets[name]).some((form) => heap.includes(form)));
const controlFound = heap.includes(control);
console.log(JSON.stringify({ translated: translated.length, found, controlFound, inUse: [module.has('mac'), control.length] }));
`;

test('no key and no PIN is text on the heap of a process that has used them', async () => {
  // Builds what changed.
  await kassa('--version');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    translated: 8,
    found: [],
    controlFound: true,
    inUse: [true, 32],
  });
});
