import { concatBytes, fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { arpcMethod1, generateArqc } from '../crypto/application-cryptogram.ts';
import { deriveSessionKey, deriveUdk, sessionKeyVisaSecureMessaging } from '../crypto/card-keys.ts';
import { verifyOnlineCryptogram } from '../issuer/verify-online-cryptogram.ts';
import { pay } from '../testing/pay.ts';
import { panFrom, SAMPLE_IMK } from '../testing/sample.ts';
import {
  CRYPTOGRAM_VERSIONS,
  type CryptogramVersion,
  cryptogramProfile,
  profileOfIssuerApplicationData,
} from './cryptogram-profile.ts';
import { checkIssuerAuthenticationData, makeIssuerAuthenticationData } from './issuer-authentication.ts';
import { secureMessagingSessionKey } from './profile-keys.ts';

const OWN_CARDS = CRYPTOGRAM_VERSIONS.filter((version) => version !== 'cvn133');
const UDK = fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90');
const ATC = fromHex('0042');
const ARQC = fromHex('1122334455667788');

/** As the schemes' documents say it, one line each. */
const TABLE: readonly (readonly [CryptogramVersion, string, string, string, string])[] = [
  ['cvn10', 'none', 'card-verification-results', '1 under card-key', 'visa'],
  ['cvn18', 'common', 'issuer-application-data', '2 under session-key', 'visa'],
  ['cvn22', 'common', 'issuer-application-data', '2 under session-key', 'common'],
  ['cvn16', 'skd', 'card-verification-results', '1 under card-key', 'common'],
  ['cvn17', 'skd', 'cvr-and-counters', '1 under card-key', 'common'],
  ['cvn20', 'common', 'card-verification-results', '1 under session-key', 'common'],
  ['cvn21', 'common', 'cvr-and-counters', '1 under session-key', 'common'],
  ['cvn133', 'skd', 'issuer-application-data', '1 under session-key', 'common'],
];

test.each(TABLE)('%s: session key %s, covers %s, ARPC method %s, scripts %s', (version, ...axes) => {
  const { sessionKey, authenticated, arpcMethod, arpcKey, secureMessaging } = cryptogramProfile(version);
  expect([sessionKey, authenticated, `${arpcMethod} under ${arpcKey}`, secureMessaging]).toEqual(axes);
});

test('the version number in the issuer data is the number in the name', () => {
  for (const version of CRYPTOGRAM_VERSIONS) {
    expect(cryptogramProfile(version).versionNumber).toBe(Number(version.slice(3)));
  }
});

describe.each(OWN_CARDS)('a card of %s', (cryptogramVersion) => {
  const { scheme } = cryptogramProfile(cryptogramVersion);
  if (scheme === 'interac') throw new Error('no cards are made for Interac');

  test('pays: its issuer knows its cryptogram, and it knows its issuer', () => {
    const { outcome, sent } = pay({ card: { scheme, cryptogramVersion } });
    expect(outcome.kind).toBe('approved');
    expect(sent).not.toBeNull();
  });

  test('declines when another key answers for its issuer', () => {
    const { outcome } = pay({
      card: { scheme, cryptogramVersion },
      issuer: () => ({
        kind: 'online-response',
        responseCode: '00',
        issuerData: concatBytes(fromHex('9108'), new Uint8Array(8)),
      }),
    });
    expect(outcome.kind).not.toBe('approved');
  });

  test('believes yes and no of tag 91, and nothing made under another key', () => {
    const profile = cryptogramProfile(cryptogramVersion);
    for (const approved of [true, false]) {
      const data = makeIssuerAuthenticationData(profile, UDK, ARQC, { approved });
      expect(data).toHaveLength(profile.arpcMethod === 2 ? 8 : 10);
      expect(checkIssuerAuthenticationData(profile, UDK, ARQC, data)).toEqual({ verified: true, approved });
      const other = UDK.map((byte) => byte ^ 0x02);
      expect(checkIssuerAuthenticationData(profile, other, ARQC, data)).toEqual({ verified: false });
    }
  });
});

test('Interac: an issuer checks its cryptogram', () => {
  const profile = cryptogramProfile('cvn133');
  const pan = panFrom('400000987654321');
  const issuerData = fromHex('1501850440B100000000B00000000000000000000000');
  expect(profileOfIssuerApplicationData('A000000277', issuerData)).toBe(profile);
  const tags = {
    '9F02': '000000150000',
    '9F03': '000000000000',
    '9F1A': '0124',
    '95': '8000000000',
    '5F2A': '0124',
    '9A': '260101',
    '9C': '00',
    '9F37': 'ABCDEF12',
    '82': '1800',
    '9F36': '0042',
  };
  const udk = deriveUdk(SAMPLE_IMK, pan, '00');
  const key = deriveSessionKey(udk, fromHex('00420000ABCDEF12'));
  const order = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'] as const;
  const covered = fromHex(order.map((tag) => tags[tag]).join('') + toHex(issuerData));
  const all = new Map(Object.entries(tags).map(([tag, value]) => [tag, fromHex(value)]));
  all.set('84', fromHex('A0000002771010')).set('9F10', issuerData).set('9F26', generateArqc(key, covered));
  const result = verifyOnlineCryptogram({ imkAc: SAMPLE_IMK, pan, psn: '00', tags: all });
  expect(result).toMatchObject({ ok: true, sessionKey: key, arpcKey: key, atc: 0x42, keyIndex: 1 });
  all.set('9F37', fromHex('ABCDEF'));
  expect(verifyOnlineCryptogram({ imkAc: SAMPLE_IMK, pan, psn: '00', tags: all })).toEqual({
    ok: false,
    reason: 'bad-value',
    tag: '9F37',
  });
});

test('method 1 with the response code of a decline is not a yes', () => {
  const profile = cryptogramProfile('cvn10');
  const code = fromHex('3531');
  const data = concatBytes(arpcMethod1(UDK, ARQC, code), code);
  expect(checkIssuerAuthenticationData(profile, UDK, ARQC, data)).toEqual({
    verified: true,
    approved: false,
  });
});

test.each([
  ['cvn10', sessionKeyVisaSecureMessaging(UDK, ATC)],
  ['cvn18', sessionKeyVisaSecureMessaging(UDK, ATC)],
  ['cvn22', deriveSessionKey(UDK, ARQC)],
  ['cvn16', deriveSessionKey(UDK, ARQC)],
] as const)('script keys of %s', (version, key) => {
  expect(secureMessagingSessionKey(cryptogramProfile(version), UDK, ATC, ARQC)).toEqual(key);
});
