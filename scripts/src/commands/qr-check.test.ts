import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPayload, crc16, parseConsumerPayload, parseMerchantPayload } from '@kassa/qr';
import { describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { captureOutput } from '../testing/captured-output.ts';

const printed = captureOutput();

const FIELDS = {
  '00': '01',
  '26': { '00': 'kz.example.ckzt', '01': 'M1' },
  '52': '5814',
  '53': '398',
  '58': 'KZ',
  '59': 'SHOP',
  '60': 'ALMATY',
  '62': { '05': '***' },
};
const BODY = '00020126250015kz.example.ckzt0102M15204581453033985802KZ5904SHOP6006ALMATY62070503***6304';
const PAYLOAD = BODY + crc16(BODY);
/** PromptPay: a transfer to a mobile number, without a merchant. */
const TRANSFER = buildPayload(
  [
    { tag: '00', value: '01' },
    {
      tag: '29',
      value: [
        { tag: '00', value: 'A000000677010111' },
        { tag: '01', value: '0066000000000' },
      ],
    },
    { tag: '53', value: '764' },
    { tag: '58', value: 'TH' },
  ],
  'tolerant',
);

function fileOf(json: unknown): string {
  const path = join(printed.folder, 'fields.json');
  writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json));
  return path;
}

describe('kassa qr lint', () => {
  test('says what is wrong, where, by which rule and what to do', async () => {
    const text = PAYLOAD.replace('5802KZ', '5802kz');
    expect(await main(['qr', 'lint', text])).toBe(1);
    const crc = crc16(text.slice(0, -4));
    expect(printed.out).toBe(
      `merchant-presented, level strict: not valid, 2 errors
error   63 (offset 89) crc-mismatch: expected CRC ${crc}, found ${PAYLOAD.slice(-4)}
        EMVCo MPM 1.1, 4, CRC (ID 63)
        Remedy: read the code again; a generator calculates CRC-16/CCITT-FALSE over UTF-8 bytes, 6304 among them
error   58 (offset 54) value: expected two capital letters, found "kz"
        EMVCo MPM 1.1, 3, tables of data objects
        Remedy: write the code as its standard does: ISO 18245, ISO 4217 (numeric), ISO 3166-1 (capitals)
`,
    );
  });

  test.each([
    ['strict', [], 1],
    ['tolerant', ['--level', 'tolerant'], 0],
    ['national', ['--level', 'national'], 0],
    ['national', ['--profile', 'promptpay'], 0],
    ['national', ['--profile', 'pix'], 1],
  ])('at level %s with %j answers %d', async (level, args, code) => {
    expect(await main(['qr', 'lint', TRANSFER, ...args, '--json'])).toBe(code);
    const { valid, mode, level: used, findings } = JSON.parse(printed.out);
    expect({ valid, mode, used }).toEqual({ valid: code === 0, mode: 'merchant', used: level });
    expect(findings.length).toBeGreaterThan(2);
    expect(Object.keys(findings[0])).toEqual([
      'severity',
      'rule',
      'code',
      'path',
      'offset',
      'expected',
      'found',
      'source',
      'remedy',
    ]);
  });

  test('says that the profile of Kazakhstan is an assumption, and takes its identifier', async () => {
    expect(await main(['qr', 'lint', PAYLOAD, '--profile', 'kz'])).toBe(0);
    expect(printed.out).toContain('Assumption: not a published standard');
    expect(printed.out).toContain(
      'warning 64.00 (offset 85) profile-language: expected kk or ru, found none',
    );
    printed.out = '';
    expect(await main(['qr', 'lint', PAYLOAD, '--profile', 'kz', '--guid', 'kz.example.real'])).toBe(1);
    expect(printed.out).toContain('expected digital tenge account (kz.example.real), found none');
  });

  test.each([
    [['--profile', 'moon'], 'kassa: there is no profile "moon".\nRemedy: name one of kz, pix, vietqr'],
    [
      ['--profile', 'kz', '--level', 'strict'],
      'kassa: a profile has no part in level strict.\nRemedy: leave out --level or --profile\n',
    ],
    [['--level', 'loose'], 'a level is one of strict, tolerant, national.'],
  ])('could not run with %j', async (args, message) => {
    expect(await main(['qr', 'lint', PAYLOAD, ...args])).toBe(2);
    expect(printed.err).toContain(message);
    expect(printed.out).toBe('');
  });
});

describe('kassa qr decode', () => {
  test('names the issuer of a link', async () => {
    expect(await main(['qr', 'decode', 'https://qr.kaspi.kz/12\u001b[2J'])).toBe(0);
    expect(printed.out).toBe(
      'Kaspi QR, Kazakhstan\npayment: an opaque token, valid for minutes; its host is asked for the state of the payment\ntoken 12\\u{1B}[2J\n',
    );
    printed.out = '';
    expect(await main(['qr', 'lint', 'https://pay.kaspi.kz/pay/12'])).toBe(0);
    expect(printed.out).toContain('link, Kaspi pay link, Kazakhstan: ');
  });

  test('says what the payer is asked for', async () => {
    expect(await main(['qr', 'decode', PAYLOAD])).toBe(0);
    expect(printed.out).toContain(
      '  62.05  reference label                       *** (the payer is asked)\n',
    );
  });

  test('decodes at a level', async () => {
    expect(await main(['qr', 'decode', TRANSFER])).toBe(1);
    expect(printed.out).toMatch(/^not valid: bad-tlv at 52 /);
    printed.out = '';
    expect(await main(['qr', 'decode', TRANSFER, '--profile', 'promptpay', '--json'])).toBe(0);
    expect(JSON.parse(printed.out)).toMatchObject({ valid: true, mode: 'merchant', profile: 'promptpay' });
  });
});

describe('kassa qr encode --fields', () => {
  const encoded = async (json: unknown, ...args: string[]): Promise<string> => {
    expect(await main(['qr', 'encode', '--fields', fileOf(json), '--json', ...args])).toBe(0);
    return JSON.parse(printed.out).payload;
  };

  test('writes an object in ascending order of tags, a list in its own', async () => {
    expect(await encoded(FIELDS)).toBe(PAYLOAD);
    printed.out = '';
    const list = Object.entries(FIELDS).map(([tag, value]) => ({ tag, value }));
    const [version, ...others] = list.toSorted((left, right) => (left.tag < right.tag ? -1 : 1));
    const { objects } = parseMerchantPayload(await encoded([version, ...others.reverse()]));
    expect(objects.map(({ tag }) => tag)).toEqual(['00', '62', '60', '59', '58', '53', '52', '26', '63']);
  });

  test('writes a consumer-presented payload', async () => {
    const payload = await encoded({
      applications: [
        {
          aid: 'F04B5A4454303031',
          label: 'Tenge',
          objects: { '5F2D': '6b6b' },
          chipData: { '9F36': '0001' },
        },
      ],
      common: [{ tag: '64', value: { '9F37': 'CAFEBABE' } }],
    });
    const { applications, common } = parseConsumerPayload(payload);
    expect(applications).toMatchObject([{ aid: 'F04B5A4454303031', label: 'Tenge' }]);
    expect(common.map(({ tag }) => tag)).toEqual(['64']);
  });

  test('checks at the level named', async () => {
    const { '59': _, ...nameless } = FIELDS;
    expect(await main(['qr', 'encode', '--fields', fileOf(nameless)])).toBe(2);
    expect(printed.err).toBe('kassa: cannot write a payload: 59 takes merchant name, not none\n');
    expect(await encoded(nameless, '--level', 'tolerant')).toContain('6006ALMATY');
  });

  test.each<[unknown, string]>([
    ['{ "00": ', 'is not JSON'],
    ['"00"', 'fields is not an object, a list or a text'],
    [{ ...FIELDS, '59': 7 }, 'fields.59 is not an object, a list or a text'],
    [[{ tag: '00' }], 'fields.00 is not an object'],
    [['00'], 'fields[0] is not { "tag", "value" }'],
    [{ ...FIELDS, '63': 'FFFF' }, '63 takes everything but the CRC, which is calculated, not data object 63'],
    [
      `${'{"26":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
      'fields.26.26.26.26.26.26.26.26 is not a text: templates',
    ],
    [{ applications: {} }, 'applications is not a list'],
    [{ applications: [7] }, 'applications[0] is not an object'],
    [{ applications: [{ aid: 7 }] }, 'applications[0].aid is not a text'],
    [{ applications: [{ aid: 'A000000004', label: 7 }] }, 'applications[0].label is not a text'],
    [{ applications: [{ aid: 'A000000004', pan: '1' }] }, 'nothing is known of "pan"'],
    [{ applications: [{ aid: 'A0' }] }, '61.4F takes 5 to 16 bytes, not 1 byte'],
  ])('could not run with %j', async (json, message) => {
    expect(await main(['qr', 'encode', '--fields', fileOf(json)])).toBe(2);
    expect(printed.err).toContain(message);
    expect(printed.out).toBe('');
  });

  test('could not run without the file, without or with two sources', async () => {
    expect(await main(['qr', 'encode', '--fields', join(printed.folder, 'nothing.json')])).toBe(2);
    expect(printed.err).toContain('there is no file "');
    printed.err = '';
    expect(await main(['qr', 'encode'])).toBe(2);
    expect(printed.err).toBe(
      'kassa: a code is made of one thing.\nRemedy: name one of --merchant, --fields, --payload\n',
    );
    expect(await main(['qr', 'encode', '--merchant', 'kofe-abay', '--payload', 'x'])).toBe(2);
  });
});

describe('kassa qr encode --payload', () => {
  test('draws what is broken too, but not in silence', async () => {
    const broken = PAYLOAD.replace('5303398', '5303KZT');
    expect(await main(['qr', 'encode', '--payload', broken, '--json'])).toBe(0);
    expect(JSON.parse(printed.out)).toEqual({ payload: broken });
    expect(printed.err).toMatch(
      /^kassa: this payload is not valid: 63 takes CRC [0-9A-F]{4}, not [0-9A-F]{4}\n$/,
    );
  });

  test('could not run with what fits into no code', async () => {
    expect(await main(['qr', 'encode', '--payload', 'x'.repeat(3000)])).toBe(2);
    expect(printed.err).toContain('cannot draw a code: ');
    expect(printed.out).toBe('');
  });
});
