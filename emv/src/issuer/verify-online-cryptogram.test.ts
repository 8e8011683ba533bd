import { concatBytes, fromHex, toHex, xorBytes } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { desDecrypt, desEncrypt } from '../crypto/des.ts';
import { makeIssuerAuthenticationData } from '../cryptogram/issuer-authentication.ts';
import { panFrom } from '../testing/sample.ts';
import { verifyOnlineCryptogram } from './verify-online-cryptogram.ts';

const IMK = fromHex('2315208C9110AD40B0E3C2A7544F1B9D');
const PAN = panFrom('400000987654321');

const REQUEST: Readonly<Record<string, string>> = {
  '84': 'A0000000031010',
  '9F02': '000000150000',
  '9F03': '000000000000',
  '9F1A': '0398',
  '95': '8000048000',
  '5F2A': '0398',
  '9A': '260115',
  '9C': '00',
  '9F37': '0BADCAFE',
  '82': '1800',
  '9F36': '002A',
  '9F27': '80',
  '9F10': '06011203A02000',
};

/** EMV Book 2 once more, with nothing but single DES: card key, session key, retail MAC. */
function obviousArqc(request: Readonly<Record<string, string>>, last: string): string {
  const tdes = (key: Uint8Array, block: Uint8Array): Uint8Array => {
    const [left, right] = [key.slice(0, 8), key.slice(8)];
    return desEncrypt(left, desDecrypt(right, desEncrypt(left, block)));
  };
  const y = fromHex(`${PAN}01`.slice(-16));
  const udk = concatBytes(tdes(IMK, y), tdes(IMK, xorBytes(y, fromHex('FFFFFFFFFFFFFFFF'))));
  const atc = request['9F36']!;
  const key = concatBytes(tdes(udk, fromHex(`${atc}F00000000000`)), tdes(udk, fromHex(`${atc}0F0000000000`)));
  const order = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'];
  let data = `${order.map((tag) => request[tag]).join('')}${last}80`;
  while (data.length % 16 !== 0) data += '00';
  let chain: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < data.length; at += 16) {
    chain = desEncrypt(key.slice(0, 8), xorBytes(chain, fromHex(data.slice(at, at + 16))));
  }
  return toHex(desEncrypt(key.slice(0, 8), desDecrypt(key.slice(8), chain)));
}

function tagsOf(request: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  return new Map(Object.entries(request).map(([tag, hex]) => [tag, fromHex(hex)]));
}

function verify(changes: Readonly<Record<string, string>> = {}, pan: string = PAN, psn = '01') {
  const tags = tagsOf({ ...REQUEST, '9F26': obviousArqc(REQUEST, REQUEST['9F10']!), ...changes });
  return verifyOnlineCryptogram({ imkAc: IMK, pan, psn, tags });
}

describe('Visa cryptogram version 18', () => {
  test('a cryptogram made by the book is right', () => {
    const result = verify();
    expect(result).toMatchObject({ ok: true, atc: 42, keyIndex: 1 });
    expect(result.ok && toHex(result.cvr)).toBe('03A02000');
    expect(result.ok && result.profile.version).toBe('cvn18');
  });

  test.each([
    ['amount', { '9F02': '000000150001' }],
    ['cashback', { '9F03': '000000000001' }],
    ['country', { '9F1A': '0643' }],
    ['TVR', { '95': '8000008000' }],
    ['currency', { '5F2A': '0840' }],
    ['date', { '9A': '260116' }],
    ['type', { '9C': '20' }],
    ['unpredictable number', { '9F37': '0BADCAFF' }],
    ['AIP', { '82': '1C00' }],
    ['counter', { '9F36': '002B' }],
    ['card verification results', { '9F10': '06011203A02001' }],
    ['cryptogram', { '9F26': '0000000000000000' }],
  ])('with another %s it is not', (_, change) => {
    expect(verify(change)).toEqual({ ok: false, reason: 'mismatch', tag: '9F26' });
  });

  test('of another card it is not', () => {
    expect(verify({}, panFrom('400000987654322'))).toMatchObject({ ok: false, reason: 'mismatch' });
    expect(verify({}, PAN, '02')).toMatchObject({ ok: false, reason: 'mismatch' });
  });

  test.each([
    ['84', '84'],
    ['9F10', '9F10'],
    ['9F26', '9F26'],
    ['9F36', '9F36'],
    ['9F37', '9F37'],
  ])('without %s it cannot be judged', (tag, missing) => {
    const tags = tagsOf({ ...REQUEST, '9F26': obviousArqc(REQUEST, REQUEST['9F10']!) });
    tags.delete(tag);
    expect(verifyOnlineCryptogram({ imkAc: IMK, pan: PAN, psn: '01', tags })).toEqual({
      ok: false,
      reason: 'missing-tag',
      tag: missing,
    });
  });

  test.each([
    ['a TC', { '9F27': '40' }, 'not-an-arqc', '9F27'],
    ['cryptogram version 14', { '9F10': '06010E03A02000' }, 'unknown-profile', '9F10'],
    ['issuer data cut short', { '9F10': '060112' }, 'unknown-profile', '9F10'],
    ['another scheme', { '84': 'A0000000651010' }, 'unknown-profile', '9F10'],
    ['a counter of one byte', { '9F36': '2A' }, 'bad-value', '9F36'],
  ])('%s is refused', (_, change, reason, tag) => {
    expect(verify(change)).toEqual({ ok: false, reason, tag });
  });

  test('for no card number or sequence number is refused', () => {
    expect(verify({}, 'PAN')).toEqual({ ok: false, reason: 'bad-value', tag: '5A' });
    expect(verify({}, PAN, '5B')).toEqual({ ok: false, reason: 'bad-value', tag: '5F34' });
  });

  test('the answer holds an ARPC of four bytes and the decision', () => {
    const result = verify();
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const approved = makeIssuerAuthenticationData(result.profile, result.sessionKey, result.arqc, {
      approved: true,
    });
    const declined = makeIssuerAuthenticationData(result.profile, result.sessionKey, result.arqc, {
      approved: false,
    });
    expect(toHex(approved)).toMatch(/^[0-9A-F]{8}00800000$/);
    expect(toHex(declined)).toMatch(/^[0-9A-F]{8}00000000$/);
    expect(toHex(approved).slice(0, 8)).not.toBe(toHex(declined).slice(0, 8));
  });
});

describe('Mastercard cryptogram version 20', () => {
  const request = { ...REQUEST, '84': 'A0000000041010', '9F10': `0214A000032200${'00'.repeat(11)}` };

  test('covers of the issuer data its card verification results alone', () => {
    const arqc = obviousArqc(request, 'A00003220000');
    const check = (iad: string) =>
      verifyOnlineCryptogram({
        imkAc: IMK,
        pan: PAN,
        psn: '01',
        tags: tagsOf({ ...request, '9F10': iad, '9F26': arqc }),
      });
    expect(check(request['9F10'])).toMatchObject({ ok: true, keyIndex: 2, atc: 42 });
    expect(check(`0214A00003220000${'FF'.repeat(10)}`)).toMatchObject({ ok: true });
    expect(check(`0214A00003220001${'00'.repeat(10)}`)).toMatchObject({ ok: false, reason: 'mismatch' });
  });

  test('the answer holds an ARPC of eight bytes and the response code', () => {
    const tags = tagsOf({ ...request, '9F26': obviousArqc(request, 'A00003220000') });
    const result = verifyOnlineCryptogram({ imkAc: IMK, pan: PAN, psn: '01', tags });
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const data = makeIssuerAuthenticationData(result.profile, result.sessionKey, result.arqc, {
      approved: true,
    });
    const block = xorBytes(result.arqc, fromHex('0010000000000000'));
    const [left, right] = [result.sessionKey.slice(0, 8), result.sessionKey.slice(8)];
    const arpc = desEncrypt(left, desDecrypt(right, desEncrypt(left, block)));
    expect(toHex(data)).toBe(`${toHex(arpc)}0010`);
  });
});
