import { expect, test } from 'vitest';
import { isApproved, responseCodeText } from './response-code.ts';

test.each([
  ['00', 'approved or completed successfully', true],
  ['04', 'pick up card', false],
  ['05', 'do not honour', false],
  ['10', 'approved for partial amount', true],
  ['12', 'invalid transaction', false],
  ['30', 'format error', false],
  ['51', 'not sufficient funds', false],
  ['55', 'incorrect PIN', false],
  ['85', 'no reason to decline: account verified (networks)', false],
  ['94', 'duplicate transmission', false],
  ['96', 'system malfunction', false],
  ['ZZ', 'unknown response code', false],
  ['', 'unknown response code', false],
  ['toString', 'unknown response code', false],
])('%s: %s', (code, text, approved) => {
  expect(responseCodeText(code)).toBe(text);
  expect(isApproved(code)).toBe(approved);
});
