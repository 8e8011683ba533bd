import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { panFrom } from '../testing/sample.ts';
import { decipherOfflinePin, encipherOfflinePin, offlinePinRandomBytes } from './offline-pin.ts';
import {
  inspectIccCertificate,
  isCertificateExpired,
  issueIccCertificate,
  issueIssuerCertificate,
  issuerIdentifierFits,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from './public-key-certificate.ts';
import { type RsaPrivateKey, type RsaPublicKey, rsaPrivateKey, rsaRecover, rsaSign } from './rsa.ts';
import {
  inspectStaticData,
  signCombinedData,
  signDynamicData,
  signStaticData,
  transactionDataHash,
  verifyCombinedData,
  verifyDynamicData,
  verifyStaticData,
} from './signed-application-data.ts';

function keyPair(bits: number, exponent = 3): RsaPrivateKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent });
  const { p = '', q = '', e = '' } = privateKey.export({ format: 'jwk' });
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
  return rsaPrivateKey(bytes(p), bytes(q), bytes(e));
}

const publicOf = ({ modulus, exponent }: RsaPublicKey): RsaPublicKey => ({ modulus, exponent });

const AUTHORITY = keyPair(1152);
const ISSUER = keyPair(1024);
const ICC = keyPair(896, 65_537);
const PAN = panFrom('400000987654321');
const SERIAL = fromHex('0000A1');
const STATIC_DATA = fromHex('5F24033012315A0840000098765432118202398C');

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as { path?: string }).path ?? String(error);
  }
  return 'was not refused';
}

describe('raw RSA', () => {
  test('agrees with the numbers and undoes itself', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
    const jwk = privateKey.export({ format: 'jwk' });
    const bytes = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'));
    const key = rsaPrivateKey(bytes(jwk.p), bytes(jwk.q), bytes(jwk.e));
    expect(key).toMatchObject({ modulus: bytes(jwk.n), privateExponent: expect.any(Uint8Array) });
    const message = new Uint8Array(128).map((_, index) => index);
    const signature = rsaSign(key, message);
    expect(rsaRecover(publicOf(key), signature)).toEqual(message);
    const theirs = publicEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, signature);
    expect(new Uint8Array(theirs)).toEqual(message);
    // Signature to the power of 3, with numbers alone.
    const number = (value: Uint8Array) => BigInt(`0x${toHex(value)}`);
    expect(number(signature) ** 3n % number(key.modulus)).toBe(number(message));
  });

  test('refuses an exponent that has no inverse', () => {
    expect(() => rsaPrivateKey(Uint8Array.of(7), Uint8Array.of(13), Uint8Array.of(3))).toThrow(
      'an RSA exponent has no factor in common with its primes less one',
    );
  });
});

describe('certificates, EMV Book 2 5 and 6', () => {
  const issued = issueIssuerCertificate(AUTHORITY, ISSUER, {
    issuerIdentifier: '400000',
    expiry: '1230',
    serial: SERIAL,
  });
  const iccParts = issueIccCertificate(
    ISSUER,
    ICC,
    { pan: PAN, expiry: '1130', serial: SERIAL },
    STATIC_DATA,
  );

  test('from the authority to the card', () => {
    const issuer = recoverIssuerCertificate(publicOf(AUTHORITY), issued);
    expect(issuer).toEqual({
      issuerIdentifier: '400000FF',
      expiry: '1230',
      serial: SERIAL,
      key: publicOf(ISSUER),
    });
    const icc = recoverIccCertificate(issuer.key, iccParts, STATIC_DATA);
    expect(icc).toEqual({ pan: PAN, expiry: '1130', serial: SERIAL, key: publicOf(ICC) });
  });

  test('is laid out as the tables say', () => {
    const recovered = toHex(rsaRecover(publicOf(AUTHORITY), issued.certificate));
    const room = AUTHORITY.modulus.length - 36;
    const message = `02400000FF12300000A1010180${'01'}${toHex(ISSUER.modulus.slice(0, room))}`;
    const hash = createHash('sha1')
      .update(fromHex(message + toHex(ISSUER.modulus.slice(room)) + toHex(ISSUER.exponent)))
      .digest('hex')
      .toUpperCase();
    expect(recovered).toBe(`6A${message}${hash}BC`);
  });

  test('a key shorter than its room is filled with BB and has no remainder', () => {
    const small = keyPair(512);
    const parts = issueIccCertificate(
      ISSUER,
      small,
      { pan: PAN, expiry: '1130', serial: SERIAL },
      STATIC_DATA,
    );
    expect(parts.remainder).toHaveLength(0);
    const recovered = toHex(rsaRecover(publicOf(ISSUER), parts.certificate));
    expect(recovered.slice(42 + 128, -42)).toBe('BB'.repeat(128 - 42 - 64));
    expect(recoverIccCertificate(publicOf(ISSUER), parts, STATIC_DATA).key.modulus).toEqual(small.modulus);
  });

  test.each([
    [
      'another authority',
      () => recoverIssuerCertificate(publicOf(keyPair(1152)), issued),
      /^issuer-certificate/,
    ],
    [
      'another remainder',
      () =>
        recoverIssuerCertificate(publicOf(AUTHORITY), {
          ...issued,
          remainder: issued.remainder.map((b) => b ^ 1),
        }),
      /^issuer-certificate\.hash$/,
    ],
    [
      'a remainder cut',
      () =>
        recoverIssuerCertificate(publicOf(AUTHORITY), { ...issued, remainder: issued.remainder.slice(1) }),
      /^issuer-certificate\.modulus$/,
    ],
    [
      'an exponent of another length',
      () => recoverIssuerCertificate(publicOf(AUTHORITY), { ...issued, exponent: fromHex('010001') }),
      /^issuer-certificate\.exponent$/,
    ],
    [
      'another length',
      () =>
        recoverIssuerCertificate(publicOf(AUTHORITY), {
          ...issued,
          certificate: issued.certificate.slice(1),
        }),
      /^issuer-certificate$/,
    ],
    [
      'a number above the modulus',
      () =>
        recoverIssuerCertificate(publicOf(AUTHORITY), {
          ...issued,
          certificate: new Uint8Array(144).fill(0xff),
        }),
      /^issuer-certificate$/,
    ],
    [
      "a card's certificate for an issuer's",
      () => recoverIssuerCertificate(publicOf(ISSUER), iccParts),
      /^issuer-certificate\.format$/,
    ],
    [
      'other static data',
      () => recoverIccCertificate(publicOf(ISSUER), iccParts, fromHex('00')),
      /^icc-certificate\.hash$/,
    ],
  ])('refuses %s', (_, action, path) => {
    expect(failure(action)).toMatch(path);
  });

  test('can be looked at without the records', () => {
    const { hash, pan } = inspectIccCertificate(publicOf(ISSUER), iccParts);
    expect(pan).toBe(PAN);
    expect(hash).toHaveLength(20);
  });

  test.each([
    ['400000FF', true],
    ['400FFFFF', true],
    ['40000098', true],
    ['400001FF', false],
    ['40FFFFFF', false],
    ['FFFFFFFF', false],
  ])('issuer identifier %s fits: %s', (identifier, fits) => {
    expect(issuerIdentifierFits(identifier, PAN)).toBe(fits);
  });

  test.each([
    ['0126', '260131', false],
    ['0126', '260201', true],
    ['1225', '260101', true],
    ['1299', '260101', true],
    ['1326', '260101', true],
  ])('expiry %s on %s: expired %s', (expiry, date, expired) => {
    expect(isCertificateExpired(expiry, date)).toBe(expired);
  });
});

describe('signed data, EMV Book 2 5.4, 6.5 and 6.6', () => {
  const UN = fromHex('0BADCAFE');

  test('SDA', () => {
    const signature = signStaticData(ISSUER, fromHex('DAC5'), STATIC_DATA);
    expect(toHex(verifyStaticData(publicOf(ISSUER), signature, STATIC_DATA))).toBe('DAC5');
    expect(toHex(inspectStaticData(publicOf(ISSUER), signature).dataAuthenticationCode)).toBe('DAC5');
    expect(failure(() => verifyStaticData(publicOf(ISSUER), signature, UN))).toBe('signed-static-data.hash');
  });

  test('DDA', () => {
    const signature = signDynamicData(ICC, fromHex('A1B2C3'), UN);
    expect(toHex(verifyDynamicData(publicOf(ICC), signature, UN))).toBe('A1B2C3');
    const recovered = toHex(rsaRecover(publicOf(ICC), signature));
    expect(recovered.slice(0, 16)).toBe('6A05010403A1B2C3');
    expect(recovered.slice(16, -42)).toMatch(/^(BB)+$/);
    expect(failure(() => verifyDynamicData(publicOf(ICC), signature, fromHex('0BADCAFF')))).toBe(
      'signed-dynamic-data.hash',
    );
    expect(failure(() => verifyStaticData(publicOf(ICC), signature, UN))).toBe('signed-static-data.format');
  });

  test('CDA', () => {
    const data = {
      dynamicNumber: fromHex('1122334455667788'),
      cryptogramInformation: 0x80,
      cryptogram: fromHex('0123456789ABCDEF'),
      transactionDataHash: transactionDataHash(fromHex('AA'), fromHex('BBCC')),
    };
    expect(toHex(data.transactionDataHash)).toBe(
      createHash('sha1').update(fromHex('AABBCC')).digest('hex').toUpperCase(),
    );
    const signature = signCombinedData(ICC, data, UN);
    expect(verifyCombinedData(publicOf(ICC), signature, UN)).toEqual(data);
    expect(failure(() => verifyCombinedData(publicOf(ICC), signDynamicData(ICC, UN, UN), UN))).toBe(
      'signed-dynamic-data.length',
    );
  });

  test('any one changed byte of a signature is refused', () => {
    const signature = signDynamicData(ICC, fromHex('A1B2'), UN);
    for (let at = 0; at < signature.length; at += 5) {
      const changed = signature.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
      expect(failure(() => verifyDynamicData(publicOf(ICC), changed, UN))).toMatch(/^signed-dynamic-data/);
    }
  });
});

describe('offline PIN, EMV Book 2 7.2', () => {
  const CHALLENGE = fromHex('0011223344556677');
  const random = new Uint8Array(offlinePinRandomBytes(ICC)).fill(0x5a);

  test('is 7F, the block of format 2, the challenge and random bytes', () => {
    const enciphered = encipherOfflinePin(publicOf(ICC), '1234', CHALLENGE, random);
    expect(toHex(rsaSign(ICC, enciphered))).toBe(`7F241234FFFFFFFFFF${toHex(CHALLENGE)}${toHex(random)}`);
    expect(decipherOfflinePin(ICC, enciphered, CHALLENGE)).toBe('1234');
  });

  test.each([
    [
      'another challenge',
      concatBytes(Uint8Array.of(0x7f), fromHex('241234FFFFFFFFFF'), new Uint8Array(8)),
      'enciphered-pin.challenge',
    ],
    [
      'another header',
      concatBytes(Uint8Array.of(0x6a), fromHex('241234FFFFFFFFFF'), CHALLENGE),
      'enciphered-pin.header',
    ],
    ['no PIN block', concatBytes(Uint8Array.of(0x7f), fromHex('041234FFFFFFFFFF'), CHALLENGE), 'pin-block'],
  ])('refuses %s', (_, head, path) => {
    const enciphered = rsaRecover(publicOf(ICC), concatBytes(head, random));
    expect(failure(() => decipherOfflinePin(ICC, enciphered, CHALLENGE))).toBe(path);
  });

  test('refuses another length, and a number above the modulus', () => {
    expect(failure(() => decipherOfflinePin(ICC, new Uint8Array(8), CHALLENGE))).toBe('enciphered-pin');
    const large = new Uint8Array(ICC.modulus.length).fill(0xff);
    expect(failure(() => decipherOfflinePin(ICC, large, CHALLENGE))).toBe('enciphered-pin');
  });
});
