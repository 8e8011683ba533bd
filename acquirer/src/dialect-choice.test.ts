import { compileDialect, dialects } from '@kassa/iso8583';
import { expect, test } from 'vitest';
import { chooseDialect } from './dialect-choice.ts';

test.each([
  ['kassa-bcd', dialects.kassaBcd],
  ['kassa-ascii', dialects.kassaAscii],
])('%s is known by its first byte', (name, dialect) => {
  for (const mti of ['0100', '0200', '0400', '0800']) {
    const bytes = compileDialect(dialect).encode({ mti, fields: { 11: '000001' } });
    expect(chooseDialect(bytes).dialect.name, mti).toBe(name);
  }
});

test('what is neither is read as BCD, and refused there', () => {
  expect(chooseDialect(new Uint8Array()).dialect.name).toBe('kassa-bcd');
  expect(chooseDialect(Uint8Array.of(0x47, 0x45, 0x54)).dialect.name).toBe('kassa-bcd');
});
