import {
  decodePinBlock0,
  dukptInitialKey,
  dukptPinKey,
  encodePinBlock0,
  tdesDecrypt,
  tdesEncrypt,
} from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { afterAll, expect, test } from 'vitest';
import { SAMPLE_PAN } from '../testing/sample-pan.ts';
import { createPinPad } from './pin-pad.ts';
import { openTerminalStore } from './terminal-store.ts';
import { BDK, INITIAL_KSN } from './testing/sample-keys.ts';
import { openShelf } from './testing/test-terminal.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const injected = { initialKey: dukptInitialKey(BDK, INITIAL_KSN), ksn: INITIAL_KSN };

test('each PIN gets a key of its own that the acquirer derives from the serial number', async () => {
  const store = openTerminalStore(':memory:');
  const pad = createPinPad(injected, store);
  const keys = [await pad.nextKey(), await pad.nextKey()];
  expect(keys.map((key) => key?.ksnHex)).toEqual(['FFFF4B53000001200001', 'FFFF4B53000001200002']);
  for (const key of keys) {
    const block = tdesEncrypt(key!.pinKey, encodePinBlock0('4321', SAMPLE_PAN));
    const acquirerKey = dukptPinKey(dukptInitialKey(BDK, key!.ksn), key!.ksn);
    expect(decodePinBlock0(tdesDecrypt(acquirerKey, block), SAMPLE_PAN)).toBe('4321');
  }
  expect(toHex(keys[0]!.pinKey)).not.toBe(toHex(keys[1]!.pinKey));
  await store.close();
});

test('a key is used only after its number is on disk: no restart uses it again', async () => {
  const path = shelf.file('pin-pad.db');
  const store = openTerminalStore(path);
  const first = await createPinPad(injected, store).nextKey();
  const survivor = openTerminalStore(shelf.crash(path));
  const second = await createPinPad(injected, survivor).nextKey();
  expect([first?.ksnHex, second?.ksnHex]).toEqual(['FFFF4B53000001200001', 'FFFF4B53000001200002']);
  await Promise.all([store.close(), survivor.close()]);
});

test('used up, it gives none', async () => {
  const store = openTerminalStore(':memory:');
  // The largest counter with ten one bits: none follows (ANSI X9.24-1).
  const last = { ...injected, ksn: fromHex('FFFF4B530000013FF800') };
  expect(await createPinPad(last, store).nextKey()).toBeUndefined();
  await store.close();
});
