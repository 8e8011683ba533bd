import {
  encodePinBlock0,
  ibm3624Offset,
  keyCheckValue,
  readKeyBlock,
  tdesEncrypt,
  withOddParity,
} from '@kassa/emv';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, it, test } from 'vitest';
import { KEYS, OTHER_PAN, PAN, PIN } from '../testing/issuer.ts';
import { CREATED_MS, emptyModule, issuerModule, restartableModule } from '../testing/modules.ts';
import { KEY_TYPES, type KeyType } from './key-types.ts';
import { nextKeyVersion } from './key-version.ts';
import type { SecurityModule } from './security-module.ts';

const TYPES = Object.keys(KEY_TYPES) as KeyType[];

/** A module with a key of each type under the type's own name. */
function fullModule(): SecurityModule {
  const module = emptyModule();
  for (const type of TYPES) module.generateKey(type, type);
  return module;
}

describe('key usage', () => {
  const module = fullModule();
  const block = new Uint8Array(8);
  const ksn = fromHex('FFFF9876543201E00001');
  const chip = { pan: PAN, psn: '01', tags: new Map<string, Uint8Array>() };
  /** Each operation, done with a key of the given name, and the type it takes. */
  const table: readonly [string, KeyType, (key: string) => unknown][] = [
    ['a MAC', 'mac', (key) => module.makeMac(key, fromLatin1('message'))],
    ['checking a MAC', 'mac', (key) => module.verifyMac(key, fromLatin1('message'), block)],
    ['deriving a terminal’s key', 'base-derivation', (key) => module.deriveTerminalKey('t', key, ksn)],
    ['enciphering a PIN', 'terminal-initial', (key) => module.encipherPin(key, ksn, PIN, PAN)],
    [
      'deciphering a terminal’s PIN',
      'terminal-initial',
      (key) => module.translatePin({ key, ksn, block, pan: PAN }, 'zone-pin'),
    ],
    [
      'deciphering a zone’s PIN',
      'zone-pin',
      (key) => module.translatePin({ key, block, pan: PAN }, 'zone-pin'),
    ],
    ['a PVV', 'pin-verification-visa', (key) => module.pinVerificationValue(key, '1', PAN, PIN)],
    ['an offset', 'pin-verification-ibm3624', (key) => module.pinOffset(key, PAN, PIN)],
    ['a CVV', 'card-verification', (key) => module.cardVerificationValue(key, PAN, '3112', '201')],
    ['a cryptogram', 'issuer-master', (key) => module.verifyCryptogram(key, chip)],
    ['an ARPC', 'issuer-master', (key) => module.answerCryptogram(key, chip, true)],
    ['a card’s key', 'issuer-master', (key) => module.deriveCardKey(key, PAN, '01')],
    ['a card index', 'card-index', (key) => module.cardIndex(key, PAN)],
    ['exporting', 'key-exchange', (key) => module.exportKey('mac', key)],
    ['importing', 'key-exchange', (key) => module.importKey('new', 'mac', '', key)],
  ];
  for (const [operation, wanted, run] of table) {
    test.each(TYPES.filter((type) => type !== wanted))(
      `${operation} does not take a key of type %s`,
      (type) => {
        expect(() => run(type)).toThrow(
          `key ${type} is for ${KEY_TYPES[type].says} (${KEY_TYPES[type].usage}), not for ${KEY_TYPES[wanted].says} (${KEY_TYPES[wanted].usage})`,
        );
      },
    );
  }

  it('a PIN is not translated to a key that is not a zone’s', () => {
    const pinBlock = module.encipherPin('terminal-initial', ksn, PIN, PAN);
    const received = { key: 'terminal-initial', ksn, block: pinBlock, pan: PAN };
    expect(() => module.translatePin(received, 'mac')).toThrow(
      'not for PIN blocks between acquirer and bank',
    );
    expect(module.translatePin(received, 'zone-pin')).toHaveLength(8);
  });

  it('a key that is not there is named', () => {
    expect(() => module.makeMac('nothing', block)).toThrow('there is no key nothing');
  });
});

describe('travelling keys', () => {
  const exchange = fromHex('61FE3D7CBF0EA2C8D5468A9D10B331E6');
  const pair = (): [SecurityModule, SecurityModule] => {
    const [here, there] = [emptyModule(), emptyModule()];
    here.enterKey('x', 'key-exchange', exchange);
    there.enterKey('x', 'key-exchange', exchange);
    return [here, there];
  };

  it('arrive as what they are, version and serial number with them', () => {
    const [here, there] = pair();
    here.generateKey('bdk', 'base-derivation');
    here.deriveTerminalKey('initial', 'bdk', fromHex('FFFF9876543201E00000'));
    const sent = here.describe('initial');
    const got = there.importKey('mine', 'terminal-initial', here.exportKey('initial', 'x'), 'x');
    expect(got).toEqual({ ...sent, name: 'mine' });
    expect(got).toEqual({
      name: 'mine',
      type: 'terminal-initial',
      usage: 'B1',
      version: '00',
      checkValue: sent.checkValue,
      keySerial: 'FFFF9876543201E00000',
      createdMs: CREATED_MS,
    });
  });

  test.each(TYPES.filter((type) => KEY_TYPES[type].exportability === 'N'))(
    'a key of type %s does not',
    (type) => {
      const [here] = pair();
      here.generateKey('key', type);
      expect(() => here.exportKey('key', 'x')).toThrow(
        `key key is for ${KEY_TYPES[type].says} and never leaves`,
      );
    },
  );

  it('are not taken for another use than their block says', () => {
    const [here, there] = pair();
    here.generateKey('mac', 'mac');
    const block = here.exportKey('mac', 'x');
    expect(() => there.importKey('pin', 'zone-pin', block, 'x')).toThrow(
      'the key block holds a key of usage M3, not one for PIN blocks between acquirer and bank',
    );
    const changed = block.replace('M3TC', 'P0TB');
    expect(() => there.importKey('pin', 'zone-pin', changed, 'x')).toThrow(
      'the key block does not open under x: key-block.mac bad-value',
    );
    expect(there.has('pin')).toBe(false);
  });
});

describe('the records', () => {
  it('hold every key as a TR-31 block of AES, and none in the clear', () => {
    const kept = restartableModule();
    const module = kept.start();
    module.enterKey('zone', 'zone-pin', KEYS.zonePinKey);
    const [record] = kept.records;
    expect(record?.block).toMatch(/^D\d{4}P0TB00E03/);
    expect(JSON.stringify(kept.records)).not.toContain(toHex(KEYS.zonePinKey));
    expect(() => readKeyBlock(new Uint8Array(32), record?.block ?? '')).toThrow('key-block.mac');
  });

  it('open again after a restart, and under no other local master key', () => {
    const kept = restartableModule();
    const before = kept.start();
    before.generateKey('a', 'mac');
    before.generateKey('b', 'card-index');
    expect(kept.start().list()).toEqual(before.list());
    const other = emptyModule({ records: kept.records });
    expect(() => other.makeMac('a', new Uint8Array(8))).toThrow(
      'key a does not open under this local master key: another key file, or a damaged record',
    );
  });

  it('cannot be given to another name', () => {
    const localMasterKey = new Uint8Array(32).fill(7);
    const mine = restartableModule(Buffer.from(localMasterKey));
    mine.start().generateKey('one', 'mac');
    const renamed = emptyModule({
      localMasterKey,
      records: [{ name: 'two', block: mine.records[0]!.block }],
    });
    expect(() => renamed.makeMac('two', new Uint8Array(8))).toThrow(
      'the record of key two holds another key',
    );
  });

  it('are not changed in memory when they cannot be stored', () => {
    const module = emptyModule({
      save: () => {
        throw new Error('the disk is full');
      },
    });
    expect(() => module.generateKey('mac', 'mac')).toThrow('the disk is full');
    expect(module.has('mac')).toBe(false);
  });

  it('are never overwritten', () => {
    const module = fullModule();
    expect(() => module.generateKey('mac', 'mac')).toThrow('there is a key mac already: none is overwritten');
  });
});

describe('what is shown', () => {
  it('is check values and no key', () => {
    const module = issuerModule(KEYS);
    const shown = Object.fromEntries(module.list().map(({ name, checkValue }) => [name, checkValue]));
    expect(shown).toMatchObject({
      'issuer-master': toHex(keyCheckValue(KEYS.imkAc)),
      'card-verification': toHex(keyCheckValue(KEYS.cvk)),
      'pin-verification': toHex(keyCheckValue(KEYS.pvk)),
      'zone-pin': toHex(keyCheckValue(KEYS.zonePinKey)),
    });
    expect(shown['card-index']).toMatch(/^[0-9A-F]{6}$/);
    const all = JSON.stringify([module, module.list()]) + String(module);
    for (const key of Object.values(KEYS)) expect(all).not.toContain(toHex(key));
    expect(JSON.stringify(module)).toBe('{}');
  });

  it('keys made here have odd parity and differ', () => {
    const seen = new Set<string>();
    for (const fill of [0x00, 0x01, 0xfe]) {
      const module = emptyModule({ random: (count) => new Uint8Array(count).fill(fill) });
      seen.add(module.generateKey('mac', 'mac').checkValue);
      expect(module.describe('mac').checkValue).toBe(
        toHex(keyCheckValue(withOddParity(new Uint8Array(16).fill(fill)))),
      );
    }
    // 00 and 01 are one key with odd parity.
    expect(seen.size).toBe(2);
  });
});

describe('an IBM 3624 offset', () => {
  const module = emptyModule();
  module.enterKey('pvk', 'pin-verification-ibm3624', KEYS.pvk);
  module.enterKey('zone', 'zone-pin', KEYS.zonePinKey);
  const offset = module.pinOffset('pvk', PAN, PIN);
  const verify = (pin: string, pan = PAN): boolean =>
    module.verifyPin(
      { key: 'zone', block: tdesEncrypt(KEYS.zonePinKey, encodePinBlock0(pin, pan)), pan },
      { method: 'ibm-3624', key: 'pvk', offset },
    );

  it('is the one of the published method, and verifies its PIN alone', () => {
    const input = {
      validationData: PAN.slice(3, 15),
      pad: '0',
      decimalisationTable: '0123456789012345',
    };
    expect(offset).toBe(ibm3624Offset(KEYS.pvk, input, PIN));
    expect([verify(PIN), verify('4272'), verify(PIN, OTHER_PAN)]).toEqual([true, false, false]);
    // A PIN with more digits has an offset with more.
    expect(verify(`${PIN}0`)).toBe(false);
  });
});

test.each([
  ['00', '01'],
  ['09', '0A'],
  ['0Z', '10'],
  ['ZY', 'ZZ'],
])('key version %s is followed by %s', (version, next) => {
  expect(nextKeyVersion({ name: 'mac', version })).toBe(next);
});

test('the last key version is followed by none', () => {
  expect(() => nextKeyVersion({ name: 'mac', version: 'ZZ' })).toThrow(
    'key mac has version ZZ, which none follows: inject the terminal anew',
  );
});
