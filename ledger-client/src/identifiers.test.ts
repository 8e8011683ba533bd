import { describe, expect, it } from 'vitest';
import {
  accountId,
  condition,
  IdentifierError,
  label,
  merchantCategory,
  operationId,
  subject,
  tier,
  UNMARKED,
} from './identifiers.ts';

describe('identifiers', () => {
  it.each(['a', 'KZ-DT:0001', 'TERM0001-000000000042.execute', 'f'.repeat(64)])('take %s', (text) => {
    expect([accountId(text), operationId(text), label(text)]).toEqual([text, text, text]);
  });

  it.each([
    ['a space', 'a b'],
    ['a line feed', 'a\n'],
    ['a slash', 'a/b'],
    ['Cyrillic', 'счёт'],
    ['65 characters', 'f'.repeat(65)],
  ])('refuse %s without repeating it', (_, text) => {
    const message = `is 1 to 64 letters, digits, dots, colons, hyphens or underscores; found ${text.length} characters`;
    expect(() => accountId(text)).toThrow(new IdentifierError(`an account id ${message}`));
    expect(() => operationId(text)).toThrow(new IdentifierError(`an operation id ${message}`));
    expect(() => label(text)).toThrow(new IdentifierError(`a label ${message}`));
  });

  it('need at least one character, except the label of unmarked money', () => {
    expect(() => accountId('')).toThrow('found 0 characters');
    expect(() => operationId('')).toThrow('found 0 characters');
    expect(label('')).toBe(UNMARKED);
  });

  it.each([10, 12, 16, 19])('refuse an account id of %i digits alone', (length) => {
    expect(() => accountId('7'.repeat(length))).toThrow(
      'an account id is a pseudonym: digits alone could be an IIN, a phone or a card number',
    );
    expect(operationId('7'.repeat(length))).toHaveLength(length);
  });

  it('of tiers, conditions and subjects are made of the same letters', () => {
    expect([tier('basic'), condition('fed'), subject('cow-7')]).toEqual(['basic', 'fed', 'cow-7']);
    expect(() => tier('')).toThrow('a tier is 1 to 64 letters');
    expect(() => condition('a b')).toThrow('a condition is 1 to 64 letters');
    expect(() => subject('120315500129')).toThrow('a subject is a pseudonym: digits alone could be an IIN');
  });

  it.each(['', '581', '58120', 'A812'])('refuse the merchant category "%s"', (text) => {
    expect(() => merchantCategory(text)).toThrow(
      `a merchant category is four digits; found ${text.length} characters`,
    );
  });

  it('take a merchant category of four digits', () => {
    expect(merchantCategory('0763')).toBe('0763');
  });
});
