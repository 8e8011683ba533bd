import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileDialect, dialects } from '@kassa/iso8583';
import { luhnValid, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { captureOutput } from '../../testing/captured-output.ts';
import { kassa } from '../../testing/kassa-process.ts';

const COMPILE_MS_MAX = 150_000;

const printed = captureOutput();

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(printed.folder, name);
  writeFileSync(path, content);
  return path;
}

const PAN = `40000012345678${'0123456789'.split('').find((digit) => luhnValid(`40000012345678${digit}`))}`;
const MASKED = `400000*****${PAN.slice(-4)}`;

const ECHO = { mti: '0800', fields: { 7: '1123134530', 11: '000042', 41: 'TERM0001', 70: '301' } };
const ECHO_HEX = '002408008220000000800000040000000000000011231345300000425445524D303030310301';
const BCD = ['--dialect', 'kassa-bcd', '--framing', 'post'];
const PAYMENT = {
  mti: '0200',
  fields: { 2: PAN, 3: '000000', 35: `${PAN}=2512201`, 48: '0101D', 55: '9F02060000001500005F2003414243' },
};
const PAYMENT_HEX = toHex(compileDialect(dialects.kassaBcd).encode(PAYMENT));

describe('kassa decode', () => {
  test('explains every message of a stream', async () => {
    expect(await main(['decode', ...BCD, ECHO_HEX + ECHO_HEX])).toBe(0);
    const [first, second, ...rest] = printed.out.split('\n\n');
    expect(`${first}\n`).toBe(second);
    expect(rest).toEqual([]);
    expect(first?.split('\n')[5]).toBe('34   2  70  Network management information code    301  (echo test)');
  });

  test('names tags, and masks', async () => {
    expect(await main(['decode', '--dialect', 'kassa-bcd', PAYMENT_HEX])).toBe(0);
    expect(printed.out).toContain(MASKED);
    expect(printed.out).toMatch(/9F02\s+Amount, Authorised \(Numeric\)\s+000000150000/);
    expect(printed.out).not.toContain(PAN);
    expect(printed.out).not.toContain('414243');
  });

  test('--reveal shows what was masked, inside elements too', async () => {
    expect(await main(['decode', '--dialect', 'kassa-bcd', '--reveal', PAYMENT_HEX])).toBe(0);
    for (const value of [`${PAN}\n`, `${PAN}=2512201`, '  414243\n']) expect(printed.out).toContain(value);
    expect(printed.out).not.toContain('***');
  });

  test('--reveal lets no message steer the terminal', async () => {
    const row = { enc: 'ascii', content: 'any', len: 'fixed', max: 2, mask: 'length' };
    const file = fileOf('any.json', JSON.stringify({ mti: 'ascii', bitmap: 'hex', fields: { 62: row } }));
    const hex = toHex(Buffer.from('08000000000000000004\u001bc', 'latin1'));
    expect(await main(['decode', '--dialect', file, '--reveal', hex])).toBe(0);
    expect(printed.out).toContain('\\u{1B}c');
    expect(printed.out).not.toContain('\u001b');
  });

  test('--json prints one object a message, masked unless revealed', async () => {
    expect(await main(['decode', ...BCD, '--json', ECHO_HEX + ECHO_HEX])).toBe(0);
    const lines = printed.out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ...ECHO, error: null },
      { ...ECHO, error: null },
    ]);
    printed.out = '';
    expect(await main(['decode', '--dialect', 'kassa-bcd', '--json', PAYMENT_HEX])).toBe(0);
    expect(JSON.parse(printed.out).fields).toMatchObject({ 2: MASKED, 35: '***' });
    printed.out = '';
    expect(await main(['decode', '--dialect', 'kassa-bcd', '--json', '--reveal', PAYMENT_HEX])).toBe(0);
    expect(JSON.parse(printed.out)).toEqual({ ...PAYMENT, error: null });
  });

  test.each([
    ['hexadecimal', ECHO_HEX],
    ['base64', Buffer.from(ECHO_HEX, 'hex').toString('base64')],
    ['the bytes', Buffer.from(ECHO_HEX, 'hex')],
    ['a hex dump', `0000  ${ECHO_HEX.replace(/../g, '$& ')}\n`],
  ])('reads a file with %s', async (_, content) => {
    expect(await main(['decode', ...BCD, '--json', fileOf('message', content)])).toBe(0);
    expect(JSON.parse(printed.out)).toEqual({ ...ECHO, error: null });
  });

  test('prints what could be read, the error, and exits 1', async () => {
    expect(await main(['decode', ...BCD, '--json', `${ECHO_HEX}0003080082`])).toBe(1);
    expect(
      printed.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...ECHO, error: null },
      {
        mti: '0800',
        fields: {},
        error: { code: 'truncated', path: '1', offset: 2, expected: '8 bytes', found: '1 byte left' },
      },
    ]);
    printed.out = '';
    expect(await main(['decode', ...BCD, `${ECHO_HEX}0024`])).toBe(1);
    expect(printed.out).toContain(
      'The stream cannot be read any further: truncated at frame (offset 38): expected a whole frame, found 2 bytes of one\n',
    );
    expect(printed.out).toContain('kassa doctor');
  });

  test.each([
    [['decode', '--dialect', 'morse', '00'], 'there is no dialect and no file "morse"'],
    [['decode', '--framing', 'morse', '00'], 'there is no framing "morse"'],
    [
      ['decode', '--framing', 'post:60', '00'],
      'the framing "post:60" cannot be: framing.tpdu: post has no TPDU',
    ],
    [['decode', 'nowhere.hex'], 'the input is neither a file nor bytes'],
    [['decode', '--batch', 'nowhere.jsonl'], 'cannot read the file'],
  ])('cannot run: %s', async (args, problem) => {
    expect(await main(args)).toBe(2);
    expect(printed.err).toContain(problem);
  });

  test('--framing takes a TPDU', async () => {
    expect(
      await main(['encode', '--dialect', 'kassa-bcd', '--framing', 'nac:6000010000', JSON.stringify(ECHO)]),
    ).toBe(0);
    const hex = printed.out.trim();
    expect(hex.slice(0, 14)).toBe('00296000010000');
    printed.out = '';
    expect(
      await main(['decode', '--dialect', 'kassa-bcd', '--framing', 'nac:6000010000', '--json', hex]),
    ).toBe(0);
    expect(JSON.parse(printed.out)).toEqual({ ...ECHO, error: null });
  });
});

describe('kassa decode --batch', () => {
  test('answers each line in order, exactly, and exits 1 where one is refused', async () => {
    const lines = [
      { name: 'good', dialect: 'kassa-bcd', hex: PAYMENT_HEX },
      { name: 'cut', dialect: 'kassa-bcd', hex: '0800' },
      {
        name: 'framed',
        spec: { framing: 'post' },
        hex: `0016${toHex(Buffer.from('0800002000000000000000'))}`,
      },
    ];
    const file = fileOf('batch.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    expect(await main(['decode', '--batch', file])).toBe(1);
    const answers = printed.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers[0]).toEqual({ name: 'good', ...PAYMENT, error: null });
    expect(answers[1]).toMatchObject({ name: 'cut', mti: '0800', error: { code: 'truncated', path: '1' } });
    expect(answers[2]).toMatchObject({ name: 'framed', error: { code: 'truncated', path: '11' } });
  });
});

describe('kassa decode --pcap', () => {
  /** A pcap file of raw IPv4 (link type 101) with one TCP segment from 192.0.2.1:40000 to 192.0.2.2:8583. */
  function captureOf(payload: string): Buffer {
    const ip = `4500${(40 + payload.length / 2).toString(16).padStart(4, '0')}0000000040060000C0000201C0000202`;
    const packet = `${ip}9C40218700000001000000005010000000000000${payload}`;
    const size = (packet.length / 2).toString(16).padStart(8, '0');
    return Buffer.from(
      `A1B2C3D40002000400000000000000000000FFFF000000650000000000000000${size}${size}${packet}`,
      'hex',
    );
  }

  test('names packet and connection, and takes the framing of the dialect', async () => {
    const file = fileOf('echo.pcap', captureOf(ECHO_HEX + ECHO_HEX));
    expect(await main(['decode', '--dialect', 'kassa-bcd', '--pcap', file, '--json'])).toBe(0);
    const line = { packet: 1, from: '192.0.2.1:40000', to: '192.0.2.2:8583', ...ECHO, error: null };
    expect(
      printed.out
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each)),
    ).toEqual([line, line]);
    printed.out = '';
    expect(await main(['decode', '--dialect', 'kassa-bcd', '--pcap', file, '--port', '8583'])).toBe(0);
    expect(printed.out).toMatch(
      /^packet 1 {2}192\.0\.2\.1:40000 > 192\.0\.2\.2:8583\n +0 +2 +0 +Message type/,
    );
  });

  test('exits 1 where a stream cannot be read to its end, or the file is cut', async () => {
    const args = ['decode', '--dialect', 'kassa-bcd', '--pcap'];
    expect(await main([...args, fileOf('cut.pcap', captureOf(`${ECHO_HEX}0024`))])).toBe(1);
    expect(printed.out).toContain('The stream cannot be read any further: truncated at frame (offset 38)');
    expect(await main([...args, fileOf('end.pcap', captureOf(ECHO_HEX).subarray(0, -1))])).toBe(1);
    expect(printed.err).toBe(
      'kassa: the capture ends inside a packet\nkassa: the capture holds no TCP data\n',
    );
  });

  test('cannot run on another file', async () => {
    expect(await main(['decode', '--pcap', fileOf('echo.txt', ECHO_HEX)])).toBe(2);
    expect(printed.err).toContain('the file is neither pcap nor pcapng');
  });
});

describe('kassa encode', () => {
  test('writes what decode reads', async () => {
    expect(await main(['encode', ...BCD, fileOf('echo.json', JSON.stringify(ECHO))])).toBe(0);
    expect(printed.out).toBe(`${ECHO_HEX}\n`);
  });

  test('refuses what the dialect cannot carry, without its value', async () => {
    const message = { mti: '0800', fields: { 41: 'TERM' } };
    expect(await main(['encode', ...BCD, JSON.stringify(message)])).toBe(1);
    expect(printed.out).toBe('');
    expect(printed.err).toMatch(
      /^kassa: bad-length at 41 \(offset \d+\): expected exactly 8 characters, found 4 characters\n$/,
    );
  });

  test.each([
    ['{', 'the message is not JSON'],
    ['[]', 'the message has another form'],
    ['{"mti":"0800","fields":{"11":42}}', 'each of the fields takes an element number and a text'],
  ])('cannot run: %s', async (message, problem) => {
    expect(await main(['encode', message])).toBe(2);
    expect(printed.err).toContain(problem);
  });
});

describe('kassa dialect', () => {
  const SPEC = {
    name: 'ours',
    mti: 'bcd',
    bitmap: 'binary',
    fields: { 2: { enc: 'bcd', len: 'LL', max: 19 } },
  };

  test('list names what --dialect takes', async () => {
    expect(await main(['dialect', 'list'])).toBe(0);
    expect(
      printed.out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(Object.values(dialects).map(({ name }) => name));
  });

  test('lint passes a dialect that can be', async () => {
    const file = fileOf('ours.json', JSON.stringify(SPEC));
    expect(await main(['dialect', 'lint', file])).toBe(0);
    expect(printed.out).toBe(`${file}: nothing wrong: ours, 1 elements, framing post\n`);
  });

  test.each([
    [
      'a key',
      { ...SPEC, fields: { 2: { enc: 'bcd', len: 'LL', max: 19, lenEncoding: 'bcd' } } },
      'fields.2.lenEncoding: ',
    ],
    ['a value', { ...SPEC, fields: { 2: { enc: 'morse', len: 'LL', max: 19 } } }, 'fields.2.enc: '],
  ])('lint names the field and %s', async (_, spec, problem) => {
    const file = fileOf('ours.json', JSON.stringify(spec));
    expect(await main(['dialect', 'lint', file])).toBe(1);
    expect(printed.out).toContain(`${file}: ${problem}`);
  });

  test('lint without a file cannot run', async () => {
    expect(await main(['dialect', 'lint', join(printed.folder, 'nowhere.json')])).toBe(2);
  });
});

test('kassa doctor exits 0 where something fits and 1 where nothing does', async () => {
  expect(await main(['doctor', ECHO_HEX])).toBe(0);
  expect(printed.out.split('\n')[0]).toMatch(
    /^fits {2}kassa-bcd +post +1 message \(0800\), the same bytes when written again$/,
  );
  printed.out = '';
  expect(await main(['doctor', 'FF'])).toBe(1);
  expect(printed.out).toMatch(/^Nothing fits\.\nno {4}/);
});

describe('kassa validate', () => {
  test('passes a message with what its type needs', async () => {
    expect(await main(['validate', ...BCD, ECHO_HEX])).toBe(0);
    expect(printed.out).toBe('valid\n');
  });

  test('names what is missing and what an answer does not repeat', async () => {
    const codec = compileDialect(dialects.iso1987Ascii);
    const request = codec.encode({ mti: '0800', fields: { 7: '1123134530', 11: '000042' } });
    const answer = codec.encode({ mti: '0810', fields: { 7: '1123134530', 11: '000043', 39: '00' } });
    const stream = [request, answer].map(
      (bytes) => bytes.length.toString(16).padStart(4, '0') + toHex(bytes),
    );
    expect(await main(['validate', '--framing', 'post', stream.join('')])).toBe(1);
    expect(printed.out).toBe(
      'message 1 (0800): element 70 is mandatory\nmessage 2 (0810): element 11 is not that of the request\n',
    );
  });

  test('names what cannot be read', async () => {
    expect(await main(['validate', '--dialect', 'kassa-bcd', '0800'])).toBe(1);
    expect(printed.out).toMatch(/^message 1 \(0800\): cannot be read: truncated at 1 /);
  });
});

test('kassa redact masks a file', async () => {
  expect(await main(['redact', fileOf('log.txt', `paid ${PAN}\n`)])).toBe(0);
  expect(printed.out).toBe(`paid ${MASKED}\n`);
});

test(
  'the command itself runs, and its help names the exit codes',
  async () => {
    const { code, stdout } = await kassa('decode', ...BCD, '--json', ECHO_HEX);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ...ECHO, error: null });
    for (const command of [
      ['decode'],
      ['encode'],
      ['validate'],
      ['doctor'],
      ['redact'],
      ['dialect', 'lint'],
    ]) {
      expect((await kassa(...command, '--help')).stdout).toContain('Exit code: 0 ');
    }
  },
  COMPILE_MS_MAX,
);
