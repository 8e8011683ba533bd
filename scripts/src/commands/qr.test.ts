import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseMerchantPayload } from '@kassa/qr';
import { describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { captureOutput } from '../testing/captured-output.ts';
import { systemTool } from '../testing/system-tool.ts';

const INSTALL_MS_MAX = 300_000;

const printed = captureOutput();

const COFFEE = ['qr', 'encode', '--merchant', 'kofe-abay'];
const ORDER = [...COFFEE, '--amount', '1500.00', '--reference', 'ORDER 42', '--terminal', 'TILL 1'];

async function payloadOf(args: readonly string[]): Promise<string> {
  printed.out = '';
  expect(await main([...args, '--json'])).toBe(0);
  const { payload, ...rest } = JSON.parse(printed.out);
  expect(rest).toEqual({});
  return payload;
}

describe('kassa qr encode', () => {
  test('prints a dynamic payload of the merchant, then a code to scan', async () => {
    expect(await main(ORDER)).toBe(0);
    const [payload = '', empty, ...code] = printed.out.split('\n');
    expect(payload).toMatch(
      /^00020101021226380015kz\.example\.ckzt0115KZ000000000000152045814530339854071500\.005802KZ5913KOFE NA ABAYA6006ALMATY62220508ORDER 420706TILL 16304[0-9A-F]{4}$/,
    );
    expect(empty).toBe('');
    // Two modules a line: a payload of 150 characters takes 41 or more modules, and a margin.
    const drawn = code.filter((line) => line.trim() !== '');
    expect(drawn.length).toBeGreaterThan(20);
    expect(drawn.join('')).toMatch(/^[ █▀▄]+$/);
    expect(await payloadOf(ORDER)).toBe(payload);
  });

  test('without an amount a static one; bill number and identifier as given', async () => {
    const payload = await payloadOf([...COFFEE, '--bill', 'INV000042', '--guid', 'kz.example.other']);
    expect(parseMerchantPayload(payload)).toMatchObject({
      pointOfInitiation: 'static',
      amount: undefined,
      billNumber: 'INV000042',
      merchantAccounts: [{ tag: '26', guid: 'kz.example.other' }],
    });
  });

  test.each([
    [
      ['--merchant', 'nobody'],
      'kassa: there is no merchant "nobody".\nRemedy: name one of kofe-abay, kitap-astana\n',
    ],
    [
      ['--amount', '12,345'],
      'kassa: "12,345" is not an amount in tenge: write 1500 or 1500.50, at most 9999999999.99\n',
    ],
    [
      ['--amount', '0'],
      'kassa: cannot write a payload: 54 takes an amount above zero of at most 13 characters, like 1500.00, not "0.00"\n',
    ],
    [
      ['--reference', 'Тапсырыс 42'],
      'kassa: cannot write a payload: 62.05 takes 1 to 25 printable ASCII characters, not 11 characters of another form\n',
    ],
    [
      ['--terminal', 'T'.repeat(26)],
      'kassa: cannot write a payload: 62.07 takes 1 to 25 printable ASCII characters, not 26 characters\n',
    ],
  ])('could not run with %j', async (args, message) => {
    expect(await main([...COFFEE, ...args])).toBe(2);
    expect(printed.err).toBe(message);
    expect(printed.out).toBe('');
  });

  test('could not run when the image cannot be written', async () => {
    const file = join(printed.folder, 'missing', 'code.png');
    expect(await main([...COFFEE, '--png', file])).toBe(2);
    expect(printed.err).toBe(
      `kassa: cannot write the image: ENOENT: no such file or directory, open '${file}'\n`,
    );
    expect(printed.out).toBe('');
  });

  test('says in its help that the account template is fictitious', async () => {
    expect(await main(['qr', 'encode', '--help'])).toBe(0);
    expect(printed.out).toContain("The payload of Kazakhstan's national QR is not published.");
    expect(printed.out).toContain("identifier kz.example.ckzt are Kassa's own fictitious ones");
    expect(printed.out).toContain('Exit code: 0 done, 2 could not run.');
  });
});

describe('kassa qr decode', () => {
  test('names every field', async () => {
    const payload = await payloadOf(ORDER);
    printed.out = '';
    expect(await main(['qr', 'decode', payload])).toBe(0);
    expect(printed.out).toBe(
      [
        '00       payload format indicator              01',
        '01       point of initiation method            12',
        '26       merchant account information',
        '  26.00  globally unique identifier            kz.example.ckzt',
        '  26.01  merchant of the scheme                KZ0000000000001',
        '52       merchant category code                5814',
        '53       transaction currency                  398',
        '54       transaction amount                    1500.00',
        '58       country code                          KZ',
        '59       merchant name                         KOFE NA ABAYA',
        '60       merchant city                         ALMATY',
        '62       additional data field template',
        '  62.05  reference label                       ORDER 42',
        '  62.07  terminal label                        TILL 1',
        `63       cyclic redundancy check               ${payload.slice(-4)}`,
        '',
      ].join('\n'),
    );
  });

  test('gives the fields as JSON', async () => {
    const payload = await payloadOf(COFFEE);
    printed.out = '';
    expect(await main(['qr', 'decode', payload, '--json'])).toBe(0);
    const { valid, fields } = JSON.parse(printed.out);
    expect(valid).toBe(true);
    expect(fields.slice(1, 4)).toEqual([
      { path: '01', name: 'point of initiation method', offset: 6, value: '11' },
      { path: '26', name: 'merchant account information', offset: 12 },
      { path: '26.00', name: 'globally unique identifier', offset: 16, value: 'kz.example.ckzt' },
    ]);
  });

  test('answers 1 with code, path and offset for a payload that is not valid', async () => {
    const payload = await payloadOf(ORDER);
    const changed = payload.replace('1500.00', '1500.01');
    const offset = payload.length - 4;
    printed.out = '';
    expect(await main(['qr', 'decode', changed])).toBe(1);
    expect(printed.out).toMatch(
      new RegExp(
        `^not valid: bad-value at 63 \\(offset ${offset}\\): expected CRC [0-9A-F]{4}, found ${payload.slice(-4)}\n$`,
      ),
    );
    printed.out = '';
    expect(await main(['qr', 'decode', 'https://pay.example/1', '--json'])).toBe(1);
    expect(JSON.parse(printed.out)).toEqual({
      valid: false,
      error: { code: 'bad-tlv', path: 'payload', offset: 0, expected: 'a tag of 2 digits', found: '"ht"' },
    });
    expect(printed.err).toBe('');
  });

  test('could not run without a payload', async () => {
    expect(await main(['qr', 'decode'])).toBe(2);
    expect(printed.err).toContain("error: missing required argument 'payload'");
  });
});

test('an independent reader reads the image', { timeout: INSTALL_MS_MAX }, async () => {
  const file = join(printed.folder, 'code.png');
  const payload = await payloadOf([...ORDER, '--png', file]);
  const { status, stdout } = spawnSync(
    systemTool(['zbarimg'], 'zbar-tools'),
    ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file],
    {
      encoding: 'utf8',
    },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${payload}\n` });
});
