import { concatBytes, encodeTlv, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApduTrace, createApduTracer } from './apdu-trace.ts';
import { SAMPLE_PAN } from './testing/sample-pan.ts';

const READ_RECORD = fromHex('00B2010C00');
const OK = fromHex('9000');
const TRACK2 = fromHex(`${SAMPLE_PAN}D30122060000012340`);
const NAME = fromLatin1('AKHMETOVA/AIGERIM');
const SECRETS = [SAMPLE_PAN, toHex(TRACK2), toHex(NAME)];

const trace = (command: Uint8Array, response: Uint8Array): ApduTrace => createApduTracer()(command, response);
const record = (...objects: Uint8Array[]): Uint8Array =>
  concatBytes(encodeTlv('70', concatBytes(...objects)), OK);
const expectNoSecret = (text: string): void => {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
};

describe('READ RECORD', () => {
  test('shows its tags and lengths, and of number, track and name only that', () => {
    const response = record(
      encodeTlv('57', TRACK2),
      encodeTlv('5A', fromHex(SAMPLE_PAN)),
      encodeTlv('5F20', NAME),
      encodeTlv('5F24', fromHex('301231')),
      encodeTlv('5F34', fromHex('01')),
    );
    const length = (response.length - 4).toString(16).toUpperCase();
    expect(trace(READ_RECORD, response)).toEqual({
      command: { name: 'READ RECORD SFI 1 record 1', hex: '00B2010C00' },
      response: {
        hex: `70${length}5711${'**'.repeat(17)}5A08${'**'.repeat(8)}5F2011${'**'.repeat(17)}5F2403******5F3401019000`,
        status: '9000',
        meaning: 'process completed',
      },
    });
  });

  test.each([
    '56',
    '57',
    '5A',
    '5F20',
    '5F24',
    '5F53',
    '9F0B',
    '9F1F',
    '9F20',
    '9F6B',
    '9F2D',
    '9F46',
    '99',
    // Of no dictionary: it may be anything.
    'DF01',
    '9F7D',
    'C1',
  ])('%s is hidden', (tag) => {
    expect(trace(READ_RECORD, record(encodeTlv(tag, fromHex(SAMPLE_PAN)))).response.hex).toBe(
      `70${(tag.length / 2 + 9).toString(16).toUpperCase().padStart(2, '0')}${tag}08${'**'.repeat(8)}9000`,
    );
  });

  test('what is no secret stays readable', () => {
    const response = record(encodeTlv('8C', fromHex('9F02069F0306')), encodeTlv('5F28', fromHex('0398')));
    expect(trace(READ_RECORD, response).response.hex).toBe(toHex(response));
  });

  test('hides at any depth, between padding, with long lengths', () => {
    const templates = fc.array(fc.constantFrom('70', '61', '73', 'A5', 'BF0C', 'FF8101'), { maxLength: 12 });
    const filler = fc.uint8Array({ maxLength: 40 }).map((bytes) => encodeTlv('5F50', bytes));
    const secret = fc.constantFrom(
      encodeTlv('5A', fromHex(SAMPLE_PAN)),
      encodeTlv('57', TRACK2),
      encodeTlv('5F20', NAME),
      concatBytes(fromHex('5A8108'), fromHex(SAMPLE_PAN)),
      concatBytes(fromHex('5A820008'), fromHex(SAMPLE_PAN)),
      concatBytes(fromHex('0000'), encodeTlv('5A', fromHex(SAMPLE_PAN))),
    );
    fc.assert(
      fc.property(templates, filler, secret, (nesting, before, object) => {
        const nested = nesting.reduce((inner, tag) => encodeTlv(tag, concatBytes(before, inner)), object);
        const response = concatBytes(nested, OK);
        // A card cannot send more than 256 bytes.
        fc.pre(response.length <= 258);
        const { hex } = trace(READ_RECORD, response).response;
        expectNoSecret(hex);
        expect(hex).toHaveLength(response.length * 2);
        expect(hex.endsWith('9000')).toBe(true);
        expect(hex).toContain('*');
      }),
    );
  });
});

describe('what cannot be read is hidden whole', () => {
  test.each([
    ['no data objects', `FF${SAMPLE_PAN}9000`, `${'**'.repeat(9)}9000`],
    ['a length beyond the end', `7020${SAMPLE_PAN}9000`, `${'**'.repeat(10)}9000`],
    ['a broken object inside a template', `700A5A20${SAMPLE_PAN}9000`, `${'**'.repeat(12)}9000`],
    ['a broken object behind a good one', `5F340101${SAMPLE_PAN}9000`, `${'**'.repeat(12)}9000`],
  ])('%s', (_name, response, hex) => {
    expect(trace(READ_RECORD, fromHex(response)).response.hex).toBe(hex);
  });

  test.each([
    ['nothing', '', ''],
    ['one byte', '43', '**'],
  ])('%s is no response', (_name, response, hex) => {
    expect(trace(READ_RECORD, fromHex(response)).response).toEqual({ hex, status: '', meaning: '***' });
  });

  test('more than a card may send is no response', () => {
    const response = fromHex('AA'.repeat(300));
    expect(trace(READ_RECORD, response).response).toEqual({
      hex: `${'**'.repeat(298)}AAAA`,
      status: '',
      meaning: '***',
    });
  });

  test('random bytes are traced without a failure, each at its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const response = concatBytes(noise, fromHex(SAMPLE_PAN), OK);
        const { hex } = trace(READ_RECORD, response).response;
        expect(hex).toHaveLength(response.length * 2);
      }),
    );
  });
});

describe('commands', () => {
  test.each([
    ['VERIFY', '0020008008241234FFFFFFFFFF', `0020008008${'**'.repeat(8)}`],
    ['PIN CHANGE/UNBLOCK', '8424000108AABBCCDDEEFF0011', `8424000108${'**'.repeat(8)}`],
    ['INS DA', '04DA9F5804AABBCCDD', `04DA9F5804${'**'.repeat(4)}`],
  ])('%s hides its data', (name, command, hex) => {
    expect(trace(fromHex(command), OK).command).toEqual({ name, hex });
  });

  test('SELECT and its failure', () => {
    expect(trace(fromHex('00A4040007A000000003101000'), fromHex('6A82'))).toEqual({
      command: { name: 'SELECT A0000000031010', hex: '00A4040007A000000003101000' },
      response: { hex: '6A82', status: '6A82', meaning: 'file not found' },
    });
  });

  const GENERATE_AC = fromHex(`80AE800008${SAMPLE_PAN}00`);
  const HIDDEN = `80AE800008${'**'.repeat(9)}`;

  test('GENERATE AC is shown while the card asks for no secret', () => {
    const tracer = createApduTracer();
    tracer(READ_RECORD, record(encodeTlv('8C', fromHex('9F02069F03069F1A02'))));
    const shown = fromHex('80AE800005000001234500');
    expect(tracer(shown, OK).command.hex).toBe(toHex(shown));
  });

  test.each([
    ['CDOL1 asks for the number', encodeTlv('8C', fromHex('9F02065A08'))],
    ['CDOL2 asks for track 2', encodeTlv('8D', fromHex('5713'))],
    ['a list cannot be read', encodeTlv('8C', fromHex('9F02065A'))],
  ])('and hidden once %s', (_name, list) => {
    const tracer = createApduTracer();
    tracer(READ_RECORD, record(list));
    expect(tracer(GENERATE_AC, OK).command).toEqual({ name: 'GENERATE AC for ARQC', hex: HIDDEN });
    expect(tracer(READ_RECORD, OK).command.hex).toBe('00B2010C00');
  });

  test('GET PROCESSING OPTIONS is hidden when the PDOL asks for a secret', () => {
    const tracer = createApduTracer();
    const pdol = encodeTlv('6F', encodeTlv('A5', encodeTlv('9F38', fromHex('5F2011'))));
    tracer(fromHex('00A4040007A000000003101000'), concatBytes(pdol, OK));
    const command = concatBytes(fromHex('80A80000138311'), NAME, fromHex('00'));
    expectNoSecret(tracer(command, OK).command.hex);
  });

  test('one card does not hide the commands of the next', () => {
    createApduTracer()(READ_RECORD, record(encodeTlv('8C', fromHex('5A08'))));
    expect(trace(fromHex('80AE800005000001234500'), OK).command.hex).toBe('80AE800005000001234500');
  });
});
