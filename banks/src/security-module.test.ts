import {
  dukptInitialKey,
  dukptPinKey,
  encodePinBlock0,
  retailMac,
  tdesDecrypt,
  tdesEncrypt,
} from '@kassa/emv';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { SecurityModule } from './security/security-module.ts';
import {
  ACQUIRER_KEYS,
  type AcquirerSecurityModule,
  createAcquirerSecurityModule,
  createIssuerSecurityModule,
} from './security-module.ts';
import { KEYS, OTHER_PAN, PAN, PIN, panFrom, security } from './testing/issuer.ts';
import { emptyModule, issuerModule } from './testing/modules.ts';

const BDK = fromHex('4A7973FDAB67580DF2C773208FE5191F');
const MAC_KEY = fromHex('F2074A52ABD51AB6DC8667A81AB0A108');
const EXCHANGE_KEY = fromHex('61FE3D7CBF0EA2C8D5468A9D10B331E6');
const INITIAL_KSN = fromHex('FFFF9876543201E00000');
const KSN = fromHex('FFFF9876543201E00001');

let module: SecurityModule;
let acquirer: AcquirerSecurityModule;
beforeEach(() => {
  module = emptyModule();
  const { initial, mac, exchange } = ACQUIRER_KEYS.terminal('T1');
  module.enterKey(ACQUIRER_KEYS.base, 'base-derivation', BDK);
  module.deriveTerminalKey(initial, ACQUIRER_KEYS.base, INITIAL_KSN);
  module.enterKey(mac, 'mac', MAC_KEY, { version: '01' });
  module.enterKey(exchange, 'key-exchange', EXCHANGE_KEY);
  module.enterKey(ACQUIRER_KEYS.zonePin('test'), 'zone-pin', KEYS.zonePinKey);
  acquirer = createAcquirerSecurityModule(module);
});

describe('the acquirer’s module', () => {
  const data = fromLatin1('0200 and so on');

  it('makes and checks MACs under the terminal’s own key', () => {
    const mac = acquirer.makeMac('T1', data) ?? new Uint8Array();
    expect(toHex(mac)).toBe(toHex(retailMac(MAC_KEY, data, { padding: 'method-1' })));
    expect(acquirer.verifyMac('T1', data, mac)).toBe(true);
    expect(acquirer.verifyMac('T1', fromLatin1('0200 and so oN'), mac)).toBe(false);
    expect(acquirer.verifyMac('T1', data, mac.subarray(0, 4))).toBe(false);
  });

  it('knows no other terminal', () => {
    expect(acquirer.hasTerminal('T1')).toBe(true);
    expect(acquirer.hasTerminal('T2')).toBe(false);
    expect(acquirer.makeMac('T2', data)).toBeUndefined();
    expect(acquirer.verifyMac('T2', data, new Uint8Array(8))).toBe(false);
    expect(acquirer.checkKeySerial('T2', KSN)).toEqual({ ok: false, problem: 'no-key' });
    expect(() => acquirer.makeMacKey('T2')).toThrow('there is no key terminal/T2/mac');
  });
});

describe('a new MAC key', () => {
  const data = fromLatin1('0200 and so on');
  /** The terminal’s end: it opens the block with its own copy of the key-exchange key. */
  const terminal = (block: string): SecurityModule => {
    const own = emptyModule();
    own.enterKey('exchange', 'key-exchange', EXCHANGE_KEY);
    own.importKey('mac', 'mac', block, 'exchange');
    return own;
  };

  it('is the same until the terminal uses it; then the old one is worth nothing', () => {
    const made = acquirer.makeMacKey('T1');
    const again = acquirer.makeMacKey('T1');
    expect([again.version, again.checkValue]).toEqual([made.version, made.checkValue]);
    expect(made.version).toBe('02');
    const oldMac = retailMac(MAC_KEY, data, { padding: 'method-1' });
    const newMac = terminal(made.block).makeMac('mac', data);
    expect(terminal(again.block).makeMac('mac', data)).toEqual(newMac);
    expect(acquirer.verifyMac('T1', data, oldMac)).toBe(true);
    expect(acquirer.makeMac('T1', data)).toEqual(oldMac);
    expect(acquirer.verifyMac('T1', data, newMac)).toBe(true);
    expect(acquirer.makeMac('T1', data)).toEqual(newMac);
    expect(acquirer.verifyMac('T1', data, oldMac)).toBe(false);
    expect(acquirer.makeMacKey('T1').version).toBe('03');
  });

  it('is not taken from a message that does not verify under it', () => {
    acquirer.makeMacKey('T1');
    expect(acquirer.verifyMac('T1', data, new Uint8Array(8))).toBe(false);
    expect(module.describe(ACQUIRER_KEYS.terminal('T1').mac).version).toBe('01');
  });

  it('travels under the terminal’s key-exchange key only', () => {
    const { block } = acquirer.makeMacKey('T1');
    expect(block).toMatch(/^B0080M3TC02E0000[0-9A-F]{64}$/);
    const other = emptyModule();
    other.generateKey('exchange', 'key-exchange');
    expect(() => other.importKey('mac', 'mac', block, 'exchange')).toThrow(
      'the key block does not open under exchange: key-block.mac bad-value',
    );
  });
});

describe('translatePin', () => {
  const key = dukptPinKey(dukptInitialKey(BDK, KSN), KSN);
  const block = tdesEncrypt(key, encodePinBlock0(PIN, PAN));
  const request = { terminalId: 'T1', ksn: KSN, block, pan: PAN, bankId: 'test' };

  it('takes a PIN block from the terminal’s key to the bank’s', () => {
    const translated = acquirer.translatePin(request) ?? new Uint8Array();
    expect(toHex(tdesDecrypt(KEYS.zonePinKey, translated))).toBe(toHex(encodePinBlock0(PIN, PAN)));
    expect(security.verifyPin(PAN, translated, security.pinReference(PAN, PIN))).toBe(true);
    expect(security.verifyPin(PAN, translated, security.pinReference(PAN, '4272'))).toBe(false);
  });

  test.each([
    ['another card', { pan: OTHER_PAN }],
    ['another key serial number', { ksn: fromHex('FFFF9876543201E00002') }],
    ['another terminal’s serial number', { ksn: fromHex('FFFF9876543202E00001') }],
    ['a terminal without keys', { terminalId: 'T2' }],
    ['a block that is none', { block: fromHex('0000000000000000') }],
    ['half a block', { block: fromHex('00000000') }],
    ['a bank it shares no key with', { bankId: 'other' }],
  ])('has nothing to give for %s', (_name, changes) => {
    expect(acquirer.translatePin({ ...request, ...changes })).toBeUndefined();
  });
});

test.each([
  ['FFFF9876543201E00001', { ok: true, set: 'FFFF9876543201E00000', last: 'FFFF9876543201FFF800' }],
  // ANSI X9.24-1: ten one bits at the most; this is the greatest such counter.
  ['FFFF9876543201FFF800', { ok: true, set: 'FFFF9876543201E00000', last: 'FFFF9876543201FFF800' }],
  ['FFFF9876543201E00000', { ok: false, problem: 'impossible' }],
  ['FFFF9876543201FFFC00', { ok: false, problem: 'impossible' }],
  ['FFFF9876543201E007FF', { ok: false, problem: 'impossible' }],
  ['FFFF9876543201C00001', { ok: false, problem: 'other-terminal' }],
  ['FFFF9876543202E00001', { ok: false, problem: 'other-terminal' }],
  ['FFFF9876543201E000', { ok: false, problem: 'other-terminal' }],
])('serial number %s', (ksn, verdict) => {
  const shown = verdict.ok ? { ...verdict, ksn } : verdict;
  expect(acquirer.checkKeySerial('T1', fromHex(ksn))).toEqual(shown);
});

describe('the issuer’s module', () => {
  it('knows a card by 64 hexadecimal characters that differ with the card and the bank', () => {
    const other = createIssuerSecurityModule(issuerModule({ ...KEYS, indexKey: new Uint8Array(32) }));
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
