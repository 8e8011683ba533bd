import {
  dukptAdvance,
  dukptInitialKey,
  dukptLoad,
  encodePinBlock0,
  retailMac,
  tdesDecrypt,
  tdesEncrypt,
} from '@kassa/emv';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, it, test } from 'vitest';
import { createAcquirerSecurityModule, createIssuerSecurityModule } from './security-module.ts';
import { KEYS, OTHER_PAN, PAN, PIN, panFrom, security } from './testing/issuer.ts';

const BDK = fromHex('4A7973FDAB67580DF2C773208FE5191F');
const MAC_KEY = fromHex('F2074A52ABD51AB6DC8667A81AB0A108');
const module = createAcquirerSecurityModule({
  bdk: BDK,
  terminalMacKeys: new Map([['T1', MAC_KEY]]),
  zonePinKeys: new Map([['test', KEYS.zonePinKey]]),
});

describe('the acquirer’s module', () => {
  const data = fromLatin1('0200 and so on');

  it('makes and checks MACs under the terminal’s own key', () => {
    const mac = module.makeMac('T1', data) ?? new Uint8Array();
    expect(toHex(mac)).toBe(toHex(retailMac(MAC_KEY, data, { padding: 'method-1' })));
    expect(module.verifyMac('T1', data, mac)).toBe(true);
    expect(module.verifyMac('T1', fromLatin1('0200 and so oN'), mac)).toBe(false);
    expect(module.verifyMac('T1', data, mac.subarray(0, 4))).toBe(false);
  });

  it('knows no other terminal', () => {
    expect(module.hasTerminal('T1')).toBe(true);
    expect(module.hasTerminal('T2')).toBe(false);
    expect(module.makeMac('T2', data)).toBeUndefined();
    expect(module.verifyMac('T2', data, new Uint8Array(8))).toBe(false);
  });
});

describe('translatePin', () => {
  // As a terminal does it: its own initial key, a fresh key for each PIN.
  const initialKsn = fromHex('FFFF9876543201E00000');
  const advanced = dukptAdvance(dukptLoad(dukptInitialKey(BDK, initialKsn), initialKsn));
  const { ksn, keys } = advanced ?? { ksn: initialKsn, keys: { pin: BDK } };
  const block = tdesEncrypt(keys.pin, encodePinBlock0(PIN, PAN));

  it('takes a PIN block from the terminal’s key to the bank’s', () => {
    const translated = module.translatePin({ ksn, block, pan: PAN, bankId: 'test' }) ?? new Uint8Array();
    expect(toHex(tdesDecrypt(KEYS.zonePinKey, translated))).toBe(toHex(encodePinBlock0(PIN, PAN)));
    expect(security.verifyPin(PAN, translated, security.pinReference(PAN, PIN))).toBe(true);
    expect(security.verifyPin(PAN, translated, security.pinReference(PAN, '4272'))).toBe(false);
  });

  test.each([
    ['another card', { pan: OTHER_PAN }],
    ['another key serial number', { ksn: fromHex('FFFF9876543201E00002') }],
    ['another terminal', { ksn: fromHex('FFFF9876543202E00001') }],
    ['a block that is none', { block: fromHex('0000000000000000') }],
    ['a bank it shares no key with', { bankId: 'other' }],
  ])('has nothing to give for %s', (_name, changes) => {
    expect(module.translatePin({ ksn, block, pan: PAN, bankId: 'test', ...changes })).toBeUndefined();
  });
});

describe('the issuer’s module', () => {
  it('shows key check values, and no key', () => {
    // Check value: the first three bytes of zeros under the key.
    const kcv = (key: Uint8Array): string => toHex(tdesEncrypt(key, new Uint8Array(8)).subarray(0, 3));
    expect(security.checkValues).toEqual({
      imkAc: kcv(KEYS.imkAc),
      cvk: kcv(KEYS.cvk),
      pvk: kcv(KEYS.pvk),
      zonePinKey: kcv(KEYS.zonePinKey),
    });
    const shown = JSON.stringify(security);
    for (const key of Object.values(KEYS)) expect(shown).not.toContain(toHex(key));
  });

  it('knows a card by 64 hexadecimal characters that differ with the card and the bank', () => {
    const other = createIssuerSecurityModule({ ...KEYS, indexKey: new Uint8Array(32) });
    expect(security.indexOf(PAN)).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([security.indexOf(PAN), security.indexOf(OTHER_PAN), other.indexOf(PAN)]).size).toBe(3);
  });

  it('takes PINs of 4 to 12 digits', () => {
    const pan = panFrom('510000111122223');
    for (const pin of ['0000', '123456', '123456789012']) {
      const pinBlock = tdesEncrypt(KEYS.zonePinKey, encodePinBlock0(pin, pan));
      expect(security.verifyPin(pan, pinBlock, security.pinReference(pan, pin)), pin).toBe(true);
    }
  });
});
