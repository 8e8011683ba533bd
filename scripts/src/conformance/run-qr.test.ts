import { buildConsumerPayload, buildPayload } from '@kassa/qr';
import { describe, expect, test } from 'vitest';
import { runQr } from './run-qr.ts';

const run = (...vectors: object[]) => runQr(JSON.stringify({ vectors }));

const PAYLOAD = buildPayload([
  { tag: '00', value: '01' },
  { tag: '01', value: '12' },
  {
    tag: '26',
    value: [
      { tag: '00', value: 'kz.example.ckzt' },
      { tag: '01', value: 'M1' },
    ],
  },
  { tag: '52', value: '5814' },
  { tag: '53', value: '398' },
  { tag: '58', value: 'KZ' },
  { tag: '59', value: 'SHOP' },
  { tag: '60', value: 'ALMATY' },
]);
const CRC = PAYLOAD.slice(-4);
const WRONG = CRC === '0000' ? '0001' : '0000';

const MERCHANT = {
  id: 'shop',
  mode: 'MPM',
  scheme: 'proposed KZ',
  payload: PAYLOAD,
  decoded: {
    '00 version': '01',
    '01 method': '12',
    '26 account': { '00': 'kz.example.ckzt', '01': 'M1' },
    '52 category': '5814',
    '53 currency': '398',
    '58 country': 'KZ',
    '59 name': 'SHOP',
    '60 city': 'ALMATY',
    '63 crc': CRC,
  },
  initiation: 'dynamic',
  crc: { in_payload: CRC, computed: CRC, ok: true },
  findings: [],
};
const BROKEN = {
  ...MERCHANT,
  id: 'broken',
  scheme: 'negative',
  payload: PAYLOAD.slice(0, -4) + WRONG,
  decoded: { ...MERCHANT.decoded, '63 crc': WRONG },
  crc: { in_payload: WRONG, computed: CRC, ok: false },
};
const CONSUMER = {
  id: 'phone',
  mode: 'CPM',
  scheme: 'EMVCo CPM',
  payload: buildConsumerPayload({ applications: [{ aid: 'F04B5A4454303031', label: 'Tenge' }] }),
  decoded: [
    { tag: '85', len: 5, value: '4350563031', text: 'CPV01' },
    {
      tag: '61',
      len: 17,
      value: [
        { tag: '4F', len: 8, value: 'F04B5A4454303031' },
        { tag: '50', len: 5, value: '54656E6765', text: 'Tenge' },
      ],
    },
  ],
  cpv01: true,
};
const LINK = { id: 'link', mode: 'URI', scheme: 'Kaspi QR', payload: 'https://qr.kaspi.kz/1234' };

test('reads every mode and counts each kind', () => {
  expect(run(MERCHANT, BROKEN, CONSUMER, LINK)).toEqual({
    passed: 4,
    failures: [],
    kinds: [
      { kind: 'CPM to be read', passed: 1, total: 1 },
      { kind: 'MPM to be read', passed: 1, total: 1 },
      { kind: 'MPM to be refused', passed: 1, total: 1 },
      { kind: 'URI to be read', passed: 1, total: 1 },
    ],
  });
});

describe('a vector fails', () => {
  test.each([
    [
      'for another value',
      { ...MERCHANT, decoded: { ...MERCHANT.decoded, '59 name': 'SHOPS' } },
      'value of 59: differs',
    ],
    [
      'for a tag too many',
      { ...MERCHANT, decoded: { ...MERCHANT.decoded, '61 postal': '1' } },
      'tags: differs',
    ],
    ['for another CRC', { ...MERCHANT, crc: { ...MERCHANT.crc, computed: WRONG } }, 'computed CRC: differs'],
    [
      'for a finding that does not come',
      { ...MERCHANT, findings: ['mandatory tag missing: 60'] },
      'findings: differs',
    ],
    ['for another method', { ...MERCHANT, initiation: 'static' }, 'initiation: differs'],
    ['for another scheme', { ...MERCHANT, scheme: 'PIX' }, 'profile: differs'],
    [
      'when what has to be refused is read',
      { ...MERCHANT, scheme: 'negative' },
      'an error at level tolerant: differs',
    ],
    [
      'when what has to be read is refused',
      { ...BROKEN, scheme: 'EMVCo', crc: { ...BROKEN.crc, ok: true } },
      'an error at level tolerant: differs',
    ],
    ['without anything to compare', { ...MERCHANT, decoded: undefined }, 'has no decoded fields'],
    [
      'for another length',
      { ...CONSUMER, decoded: [{ ...CONSUMER.decoded[0], len: 4 }, CONSUMER.decoded[1]] },
      'length of 85: differs',
    ],
    ['for a consumer payload that is readable', { ...CONSUMER, decoded: null }, 'readable: differs'],
    ['for another issuer', { ...LINK, scheme: 'UPI' }, 'issuer: differs'],
    ['for an unknown mode', { ...LINK, mode: 'NFC' }, 'nothing here reads mode NFC'],
  ])('%s', (_, vector, failure) => {
    const { passed, failures } = run(vector);
    expect(passed).toBe(0);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(`${vector.id}: ${failure}`);
  });
});
