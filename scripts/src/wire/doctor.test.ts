import { compileDialect, dialects, type Framing, frame } from '@kassa/iso8583';
import { expect, test } from 'vitest';
import { diagnose, framingName } from './doctor.ts';

const SUPPLIED = Object.values(dialects);
const MESSAGE = { mti: '0800', fields: { 7: '1123134530', 11: '000042', 41: 'TERM0001', 70: '301' } };

test.each<[string, (typeof SUPPLIED)[number], Framing | undefined]>([
  ['no frame', dialects.kassaBcd, undefined],
  ['two bytes', dialects.way4Style, 'post'],
  ['characters', dialects.iso1987Ascii, 'ascii'],
  ['a TPDU', dialects.iso1987Bcd, { kind: 'nac', tpdu: '6000010000' }],
  ['a base header', dialects.kassaAscii, { kind: 'vap', header: `16${'00'.repeat(21)}` }],
  ['a trailing ETX', dialects.kassaAscii, 'base24tcp'],
])('finds dialect and framing: %s', (_, dialect, framing) => {
  const body = compileDialect(dialect).encode(MESSAGE);
  const one = framing === undefined ? body : frame(framing, body);
  const stream = framing === undefined ? one : new Uint8Array([...one, ...one]);
  const fitting = diagnose(stream, SUPPLIED).filter(({ rejection }) => rejection === null);
  expect(fitting.map((each) => `${each.dialect?.name} ${framingName(each.framing).split(':')[0]}`)).toContain(
    `${dialect.name} ${framingName(framing).split(':')[0]}`,
  );
  expect(fitting[0]?.messages[0]).toMatchObject({ mti: '0800' });
});

test('puts the edition that the MTI names before the others', () => {
  const bytes = compileDialect(dialects.iso1993).encode({ mti: '1804', fields: { 11: '000042' } });
  const [first, second] = diagnose(bytes, SUPPLIED);
  expect(first).toMatchObject({ dialect: { name: 'iso-1993' }, isOtherVersion: false, rejection: null });
  expect(second).toMatchObject({ isOtherVersion: true, rejection: null });
});

test('says why each candidate was rejected, the ones that came furthest first', () => {
  const bytes = compileDialect(dialects.kassaBcd).encode(MESSAGE).slice(0, -1);
  const candidates = diagnose(bytes, SUPPLIED);
  expect(candidates.every(({ rejection }) => rejection !== null)).toBe(true);
  expect(candidates[0]).toMatchObject({
    dialect: { name: 'kassa-bcd' },
    framing: undefined,
    rejection: { code: 'truncated', path: '70' },
  });
  expect(candidates.find(({ framing }) => framing === 'raw')).toMatchObject({
    dialect: undefined,
    rejection: { code: 'too-large', path: 'frame' },
  });
});

test('bytes that are read but would be written otherwise do not fit', () => {
  const fields = { 41: 'TERM0001', 43: 'A'.repeat(40) };
  const bytes = Uint8Array.from(compileDialect(dialects.iso1987Ascii).encode({ mti: '0800', fields }));
  // The bitmap 0000000000A00000: small letters are read, capitals are written.
  bytes[14] = 0x61;
  const candidate = diagnose(bytes, [dialects.iso1987Ascii]).find(({ framing }) => framing === undefined);
  expect(candidate?.rejection).toMatchObject({ code: 'bad-encoding', path: 'message', offset: 14 });
});
