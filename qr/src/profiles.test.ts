import { describe, expect, test } from 'vitest';
import { buildPayload } from './build-payload.ts';
import { lintPayload } from './lint-payload.ts';
import { profileWithGuid } from './profile.ts';
import { KAZAKHSTAN_GUID, PROFILES } from './profiles.ts';
import type { DataObjectDraft } from './write-objects.ts';
import { joinObjects } from './write-objects.ts';

type Fields = Readonly<Record<string, string>>;

const objectsOf = (fields: Fields): DataObjectDraft[] =>
  Object.entries(fields).map(([tag, value]) => ({ tag, value }));
const SHOP = { '52': '5814', '59': 'SHOP', '60': 'TOWN' };

/** A payload of the scheme: account, country, currency, and what else it takes. */
function payload(id: string, tag: string, account: Fields, others: Fields = SHOP): string {
  const profile = PROFILES.find((one) => one.id === id);
  return buildPayload(
    [
      { tag: '00', value: '01' },
      // Sub-tag 00 first, though JavaScript puts 25 before it.
      { tag, value: objectsOf(account).toSorted((left, right) => (left.tag < right.tag ? -1 : 1)) },
      { tag: '53', value: profile?.currencies[0] ?? '' },
      { tag: '58', value: profile?.country ?? '' },
      ...objectsOf(others),
    ],
    'tolerant',
  );
}

const BANK = joinObjects([
  { tag: '00', value: '970403' },
  { tag: '01', value: '0011012345678' },
]);
const KAZAKH = joinObjects([
  { tag: '00', value: 'kk' },
  { tag: '01', value: 'Дүкен' },
]);
const UEN = { '00': 'SG.PAYNOW', '01': '2', '02': '201403121W', '03': '1' };
const STORE = {
  '00': 'jp.or.paymentsjapan',
  '01': '0000000000001',
  '02': '0001',
  '03': '000001',
  '04': '000001',
};

describe('a payload of the scheme is valid, and its scheme recognised', () => {
  test.each<[string, string]>([
    ['kz', payload('kz', '26', { '00': KAZAKHSTAN_GUID, '01': 'M1' }, { ...SHOP, '64': KAZAKH })],
    ['pix', payload('pix', '26', { '00': 'br.gov.bcb.pix', '01': 'shop@pix.example' })],
    ['pix', payload('pix', '26', { '00': 'BR.GOV.BCB.PIX', '25': 'pix.example/qr/1' })],
    ['vietqr', payload('vietqr', '38', { '00': 'A000000727', '01': BANK, '02': 'QRIBFTTA' }, {})],
    ['khqr', payload('khqr', '29', { '00': 'shop@bank' })],
    ['khqr', payload('khqr', '30', { '00': 'shop@bank', '01': '123456' })],
    ['qris', payload('qris', '51', { '00': 'ID.CO.QRIS.WWW', '02': 'ID2019002291555', '03': 'UMI' })],
    ['sgqr', payload('sgqr', '26', UEN)],
    ['promptpay', payload('promptpay', '29', { '00': 'A000000677010111', '01': '0066000000000' }, {})],
    ['jpqr', payload('jpqr', '26', STORE)],
    ['bharatqr', payload('bharatqr', '26', { '00': 'A000000524', '01': 'shop@bank' })],
  ])('%s %#', (id, text) => {
    const { profile, isValid, findings } = lintPayload(text, { level: 'national' });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect({ id: profile?.id, isValid }).toEqual({ id, isValid: true });
  });
});

describe('a payload that breaks a rule of the scheme is not', () => {
  test.each<[string, string, string, string]>([
    ['kz', payload('kz', '26', { '00': KAZAKHSTAN_GUID }), '26.01', 'none'],
    ['pix', payload('pix', '26', { '00': 'br.gov.bcb.pix' }), '26', 'none'],
    [
      'pix',
      payload('pix', '26', { '00': 'br.gov.bcb.pix', '25': 'https://pix.example/1' }),
      '26.25',
      '21 characters of another form',
    ],
    [
      'pix',
      payload('pix', '26', { '00': 'br.gov.bcb.pix', '01': 'k' }, { ...SHOP, '62': '0503a-b' }),
      '62.05',
      '"a-b"',
    ],
    [
      'vietqr',
      payload('vietqr', '38', { '00': 'A000000727', '01': BANK, '02': 'QRIBFTTX' }),
      '38.02',
      '8 characters of another form',
    ],
    [
      'vietqr',
      payload('vietqr', '38', { '00': 'A000000727', '01': '0006970403', '02': 'QRIBFTTA' }),
      '38.01.01',
      'none',
    ],
    ['khqr', payload('khqr', '29', { '00': 'shop' }), '29.00', '"shop"'],
    ['qris', payload('qris', '51', { '00': 'ID.CO.QRIS.WWW', '02': 'ID1' }), '51.02', '"ID1"'],
    ['sgqr', payload('sgqr', '26', { ...UEN, '01': '1' }), '26.01', '"1"'],
    ['promptpay', payload('promptpay', '29', { '00': 'A000000677010111', '01': '0660' }), '29.01', '"0660"'],
    ['jpqr', payload('jpqr', '26', { ...STORE, '03': '1' }), '26.03', '"1"'],
    ['bharatqr', payload('bharatqr', '26', { '00': 'A000000524', '01': 'shop' }), '26.01', '"shop"'],
  ])('%s %#', (id, text, path, found) => {
    const profile = PROFILES.find((one) => one.id === id);
    const { isValid, findings } = lintPayload(text, { level: 'national', ...(profile ? { profile } : {}) });
    expect(isValid).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'profile-field',
        severity: 'error',
        path,
        found,
        source: profile?.source,
      }),
    );
  });

  test('what stands twice inside a template of the scheme counts as an error', () => {
    const twice = `${BANK}0101X`;
    const text = payload('vietqr', '38', { '00': 'A000000727', '01': twice, '02': 'QRIBFTTA' }, {});
    const { findings } = lintPayload(text, { level: 'national' });
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'repeated-tag', path: '38.01.01' }));
  });
});

test('what a scheme allows is a note that says why, and an error without the profile', () => {
  const text = payload('promptpay', '29', { '00': 'A000000677010111', '01': '0066000000000' }, {});
  const severities = (level: 'strict' | 'tolerant' | 'national') =>
    lintPayload(text, { level }).findings.map(({ path, severity }) => `${path} ${severity}`);
  expect(severities('strict')).toEqual(['52 error', '59 error', '60 error']);
  expect(severities('tolerant')).toEqual(['52 warning', '59 warning', '60 warning']);
  expect(severities('national')).toEqual(['52 note', '59 note', '60 note']);
  expect(lintPayload(text, { level: 'national' }).findings[0]?.remedy).toBe(
    'nothing to do: a transfer to a proxy names no merchant',
  );
});

test('the identifier says which scheme it is, before the country', () => {
  const abroad = buildPayload([
    { tag: '00', value: '01' },
    { tag: '26', value: objectsOf(UEN).toSorted((left, right) => (left.tag < right.tag ? -1 : 1)) },
    { tag: '53', value: '702' },
    { tag: '58', value: 'KH' },
    ...objectsOf(SHOP),
  ]);
  const { profile, findings } = lintPayload(abroad, { level: 'national' });
  expect(profile?.id).toBe('sgqr');
  expect(findings.map(({ rule, path }) => `${path} ${rule}`)).toEqual(['58 profile-value']);
});

test('what a scheme allows at one path it does not at another', () => {
  const account = { '00': 'A000000677010111', '01': '0066000000000' };
  const text = payload('promptpay', '29', account, { '64': '0002th' });
  const { findings } = lintPayload(text, { level: 'national' });
  expect(findings.map(({ path, rule, severity }) => `${path} ${rule} ${severity}`)).toEqual([
    '52 missing note',
    '59 missing note',
    '60 missing note',
    '64.01 missing error',
  ]);
});

test('a name in the script of another country is not the one asked for', () => {
  const named = (language: string): string[] => {
    const name = `0002${language}0104Name`;
    const text = payload('kz', '26', { '00': KAZAKHSTAN_GUID, '01': 'M1' }, { ...SHOP, '64': name });
    return lintPayload(text, { level: 'national' }).findings.map(({ rule }) => rule);
  };
  expect([named('kk'), named('ru'), named('ja')]).toEqual([[], [], ['profile-language']]);
});

test('the identifier of Kazakhstan is a setting', () => {
  const text = payload('kz', '26', { '00': 'kz.example.real', '01': 'M1' }, { ...SHOP, '64': KAZAKH });
  const profiles = PROFILES.map((one) => (one.id === 'kz' ? profileWithGuid(one, 'kz.example.real') : one));
  expect(lintPayload(text, { level: 'national' }).isValid).toBe(false);
  expect(lintPayload(text, { level: 'national', profiles })).toMatchObject({ isValid: true, findings: [] });
});

test('the fields of a scheme have the names it gives them', () => {
  const text = payload('vietqr', '38', { '00': 'A000000727', '01': BANK, '02': 'QRIBFTTA' }, {});
  const { fields } = lintPayload(text, { level: 'national' });
  expect(
    fields.filter(({ path }) => path.startsWith('38.')).map(({ path, name }) => `${path} ${name}`),
  ).toEqual([
    '38.00 globally unique identifier',
    '38.01 beneficiary',
    '38.01.00 bank',
    '38.01.01 account or card',
    '38.02 service',
  ]);
});

test('profiles are data', () => {
  expect(JSON.parse(JSON.stringify(PROFILES))).toEqual(PROFILES);
  expect(new Set(PROFILES.map(({ id }) => id)).size).toBe(PROFILES.length);
  expect(PROFILES.filter(({ assumption }) => assumption).map(({ id }) => id)).toEqual(['kz']);
});
