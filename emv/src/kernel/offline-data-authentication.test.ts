import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import type { CardAuthentication } from '../card/card-data.ts';
import { describeBits, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type Payment, pay } from '../testing/pay.ts';
import { sampleApplication } from '../testing/sample.ts';
import { AUTHORITY_KEYS, authentication } from '../testing/test-authority.ts';

/** 9F33 byte 3: SDA, DDA and CDA. */
const CAPABLE = { capabilities: fromHex('E068C8'), authorityKeys: AUTHORITY_KEYS };
const NOT_DONE = 'Offline data authentication was not performed';

function payWith(method: CardAuthentication['method'], changes: Payment = {}) {
  const result = pay({
    config: CAPABLE,
    ...changes,
    card: { authentication: authentication(method), ...changes.card },
  });
  const { tvr, tsi } = result.outcome.receipt;
  const steps = result.steps.filter((step) => step.step === 'data-authentication');
  return {
    ...result,
    tvr: describeBits(TVR_BITS, fromHex(tvr)),
    performed: describeBits(TSI_BITS, fromHex(tsi)).includes('Offline data authentication was performed'),
    authenticated: steps.map((step) => `${step.method} ${step.result}: ${step.why}`),
  };
}

describe('a genuine card', () => {
  test('SDA', () => {
    const { outcome, tvr, performed, authenticated, commands } = payWith('sda');
    expect(outcome.kind).toBe('approved');
    expect(authenticated).toEqual(["sda successful: the issuer's signature of the card's data is right"]);
    expect(tvr).toContain('SDA selected');
    expect(tvr).not.toContain(NOT_DONE);
    expect(performed).toBe(true);
    expect(commands.some((command) => command.startsWith('INTERNAL'))).toBe(false);
  });

  test('DDA', () => {
    const { outcome, tvr, performed, authenticated, commands } = payWith('dda');
    expect(outcome.kind).toBe('approved');
    expect(authenticated).toEqual(["dda successful: the card's signature of the terminal's number is right"]);
    expect(tvr).not.toContain(NOT_DONE);
    expect(performed).toBe(true);
    expect(commands.filter((command) => command.startsWith('INTERNAL'))).toHaveLength(1);
  });

  test.each(['visa', 'mastercard'] as const)('CDA of %s, in both cryptograms', (scheme) => {
    const { outcome, performed, authenticated, sent } = payWith('cda', {
      card: { scheme, authentication: authentication('cda', { scheme }) },
    });
    expect(outcome).toMatchObject({ kind: 'approved', by: 'issuer' });
    const right = "cda successful: the card's signature of this transaction and its cryptogram is right";
    expect(authenticated).toEqual([
      "cda prepared: the card's key is certified; its signature comes with the cryptogram",
      right,
      right,
    ]);
    expect(performed).toBe(true);
    // The issuer gets the cryptogram out of the signature; the bank of this test has verified it.
    expect(toHex(tlvMap(sent!.de55).get('9F26')!)).toHaveLength(16);
    expect(outcome.receipt.cryptogram).toHaveLength(16);
  });

  test('a card of CDA at a terminal that only knows DDA', () => {
    const { authenticated } = payWith('cda', { config: { ...CAPABLE, capabilities: fromHex('E06840') } });
    expect(authenticated).toEqual(["dda successful: the card's signature of the terminal's number is right"]);
  });

  test('no method in common', () => {
    const { authenticated, tvr, performed } = payWith('sda', {
      config: { ...CAPABLE, capabilities: fromHex('E06808') },
    });
    expect(authenticated).toEqual([
      'none not-performed: card and terminal have no method of offline data authentication in common',
    ]);
    expect(tvr).toContain(NOT_DONE);
    expect(performed).toBe(false);
  });
});

describe('what is not genuine', () => {
  const decided = { applications: [sampleApplication({ floorLimit: 10n ** 9n })] };
  const wrong = (method: CardAuthentication['method']) => ({
    card: { authentication: authentication(method, { wrongSignatures: true }) },
  });

  test.each([
    ['sda', 'SDA failed', 'bad-value at signed-static-data.hash'],
    ['dda', 'DDA failed', 'bad-value at signed-dynamic-data.hash'],
  ] as const)('a wrong signature of %s sets its bit and goes on', (method, bit, why) => {
    const { tvr, authenticated, performed, outcome } = payWith(method, wrong(method));
    expect(tvr).toContain(bit);
    expect(authenticated).toEqual([`${method} failed: ${why}`]);
    expect(performed).toBe(true);
    // Online all the same: the issuer's action codes decide.
    expect(outcome.kind).toBe('approved');
  });

  test('a wrong signature of CDA with an ARQC: never online, a second GENERATE AC for AAC', () => {
    const { outcome, commands, tvr, requests } = payWith('cda', wrong('cda'));
    expect(outcome).toMatchObject({
      kind: 'declined',
      reason: 'terminal',
      detail: 'combined data authentication failed: bad-value at signed-dynamic-data.hash',
      reversalNeeded: false,
      receipt: { cryptogramType: 'AAC' },
    });
    expect(tvr).toContain('CDA failed');
    expect(commands.slice(-2)).toEqual(
      ['GENERATE AC for ARQC', 'GENERATE AC for AAC'].map((name) =>
        expect.stringContaining(name.slice(0, 11)),
      ),
    );
    expect(requests.some(({ kind }) => kind === 'go-online')).toBe(false);
  });

  test('a wrong signature of CDA with a TC: declined, no further command', () => {
    const limits = { lower: 9, upper: 9 };
    const codes = { denial: new Uint8Array(5), online: new Uint8Array(5), default: new Uint8Array(5) };
    const { outcome, commands } = payWith('cda', {
      config: { ...CAPABLE, ...decided },
      card: {
        ...wrong('cda').card,
        offlineLimits: limits,
        actionCodes: codes,
        cvmList: 'no-cvm',
      },
      state: { atc: 5, lastOnlineAtc: 4 },
    });
    expect(outcome).toMatchObject({ kind: 'declined', reason: 'terminal' });
    expect(commands.filter((command) => command.startsWith('GENERATE AC'))).toHaveLength(1);
  });

  test.each([
    [
      'the terminal does not know the authority',
      { ...CAPABLE, authorityKeys: [] },
      'the terminal has no key C0 of authority A000000003',
    ],
    [
      "the terminal's authority key is another",
      {
        ...CAPABLE,
        authorityKeys: AUTHORITY_KEYS.map((key) => ({
          ...key,
          modulus: key.modulus.map((byte) => byte ^ 0x02),
        })),
      },
      'bad-value at issuer-certificate',
    ],
  ])('%s', (_, config, why) => {
    const { tvr, authenticated, outcome } = payWith('cda', { config });
    expect(tvr).toContain('CDA failed');
    expect(authenticated).toHaveLength(1);
    expect(authenticated[0]).toContain(`cda failed: ${why}`);
    // Without its key no signature is asked for.
    expect(outcome.kind).toBe('approved');
  });

  test('certificates that have expired', () => {
    const { authenticated } = payWith('dda', { transaction: { date: '300315' } });
    expect(authenticated).toEqual(["dda failed: the card's certificate has expired"]);
  });

  test("an issuer's certificate for other numbers", () => {
    const { authenticated } = payWith('dda', {
      card: { authentication: authentication('dda', { scheme: 'mastercard' }) },
    });
    expect(authenticated).toEqual(["dda failed: the issuer's certificate is for other card numbers"]);
  });
});
