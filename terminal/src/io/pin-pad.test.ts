import { decodePinBlock0, dukptInitialKey, dukptPinKey, tdesDecrypt } from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { afterAll, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { createPinPad } from './pin-pad.ts';
import { openTerminalStore } from './terminal-store.ts';
import { BDK } from './testing/sample-keys.ts';
import { sampleSecurity } from './testing/sample-security.ts';
import { openShelf } from './testing/test-terminal.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const security = sampleSecurity();
const PIN = '4321';

test('each PIN gets a key of its own that the acquirer derives from the serial number', async () => {
  const store = openTerminalStore(':memory:');
  const pad = createPinPad(security, store);
  const made = [await pad.encipher(PIN, SAMPLE_PAN), await pad.encipher(PIN, SAMPLE_PAN)];
  expect(made.map((pin) => pin?.ksnHex)).toEqual(['FFFF4B53000001200001', 'FFFF4B53000001200002']);
  for (const pin of made) {
    const acquirerKey = dukptPinKey(dukptInitialKey(BDK, pin!.ksn), pin!.ksn);
    expect(decodePinBlock0(tdesDecrypt(acquirerKey, pin!.block), SAMPLE_PAN)).toBe(PIN);
  }
  expect(toHex(made[0]!.block)).not.toBe(toHex(made[1]!.block));
  await store.close();
});

test('a key is used only after its number is on disk: no restart uses it again', async () => {
  const path = shelf.file('pin-pad.db');
  const store = openTerminalStore(path);
  const first = await createPinPad(security, store).encipher(PIN, SAMPLE_PAN);
  const survivor = openTerminalStore(shelf.crash(path));
  const second = await createPinPad(security, survivor).encipher(PIN, SAMPLE_PAN);
  expect([first?.ksnHex, second?.ksnHex]).toEqual(['FFFF4B53000001200001', 'FFFF4B53000001200002']);
  await Promise.all([store.close(), survivor.close()]);
});

test('used up, it gives none', async () => {
  const store = openTerminalStore(':memory:');
  // The largest counter with ten one bits: none follows (ANSI X9.24-1).
  const last = sampleSecurity({ keySerial: fromHex('FFFF4B530000013FF800') });
  expect(await createPinPad(last, store).encipher(PIN, SAMPLE_PAN)).toBeUndefined();
  await store.close();
});
