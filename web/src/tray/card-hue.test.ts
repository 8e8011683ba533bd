import { describe, expect, it } from 'vitest';
import { CARD_HUES, cardHue } from './card-hue.ts';

const CARDS = [{ bank: 'altyn' }, { bank: 'sary' }, { bank: 'altyn' }, { bank: 'tengri' }];

describe('cardHue', () => {
  it('gives each bank its own colour, the same for all its cards', () => {
    expect(CARDS.map(({ bank }) => cardHue(bank, CARDS))).toEqual([0, 1, 0, 2]);
  });

  it('starts over when the colours run out', () => {
    const many = Array.from({ length: CARD_HUES + 1 }, (_, index) => ({ bank: `bank ${index}` }));
    expect(cardHue(`bank ${CARD_HUES}`, many)).toBe(0);
  });

  it('has a colour for a bank that is not in the tray', () => {
    expect(cardHue('other', CARDS)).toBe(0);
  });
});
