import { describe, expect, it } from 'vitest';
import { ShapeError } from '../json-reader.ts';
import { decodeBooks, decodeCards, decodeScreen, decodeTerminals } from './decode-api.ts';

const SCREEN = { state: 'idle', title: 'Welcome', lines: ['Type an amount'], prompt: null, amount: null };
const TERMINAL = {
  id: '20000001',
  merchant: { id: 'm1', name: 'Dala Coffee', city: 'Almaty', settle: 'digital' },
  dialect: 'binary',
  online: true,
  screen: SCREEN,
};
const CARD = {
  id: 'one',
  bank: 'altyn',
  bankName: 'Altyn Demo Bank',
  scheme: 'visa',
  name: 'Aigerim Test',
  lastFour: '0042',
  expiry: '12/28',
  pin: '1234',
  says: 'Pays.',
};
const BOOKS = {
  issued: '100.00',
  redeemed: '10.00',
  wallets: '80.00',
  held: '10.00',
  offline: '0.00',
  nonCash: '10.00',
  balanced: true,
  merchants: [{ id: 'm1', name: 'Dala Coffee', digital: '5.00', nonCash: '10.00' }],
};

describe('the answers of the server', () => {
  it('are read as docs/api.md states them', () => {
    expect(decodeTerminals([TERMINAL])).toEqual([TERMINAL]);
    expect(decodeCards([CARD])).toEqual([CARD]);
    expect(decodeBooks(BOOKS)).toEqual(BOOKS);
  });

  it('may carry more than the page uses', () => {
    expect(decodeCards([{ ...CARD, colour: 'gold' }])).toEqual([CARD]);
  });

  it.each([
    ['a state it does not know', { ...SCREEN, state: 'dancing' }, /^"state" is "dancing", not one of idle, /],
    [
      'a prompt it does not know',
      { ...SCREEN, prompt: 'coin' },
      /^"prompt" is "coin", not one of card, pin, remove$/,
    ],
    ['lines that are no list', { ...SCREEN, lines: 'one' }, /^"lines" is not a list of texts$/],
    ['a line that is no text', { ...SCREEN, lines: [1] }, /^"lines" is not a list of texts$/],
    ['an amount that is a number', { ...SCREEN, amount: 1500 }, /^"amount" is not a text$/],
  ])('a screen with %s is refused', (_, screen, message) => {
    expect(() => decodeScreen(screen)).toThrow(ShapeError);
    expect(() => decodeScreen(screen)).toThrow(message);
  });

  it.each([
    ['a list where an object belongs', () => decodeBooks([]), 'the books is not an object'],
    ['an object where a list belongs', () => decodeCards({}), 'the list of cards is not a list'],
    ['an item that is no object', () => decodeTerminals([null]), 'the list of terminals[0] is not an object'],
    ['a missing member', () => decodeBooks({ ...BOOKS, held: undefined }), '"held" is not a text'],
    [
      'a mark that is a text',
      () => decodeBooks({ ...BOOKS, balanced: 'yes' }),
      '"balanced" is not true or false',
    ],
  ])('%s is refused', (_, decode, message) => {
    expect(decode).toThrow(new ShapeError(message));
  });
});
