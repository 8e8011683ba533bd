/** Colours of the card drawings; one for each `data-hue` of the style sheet. */
export const CARD_HUES = 6;

/** One colour per bank, in the order the banks first appear in the tray; a bank not in the tray gets the first. */
export function cardHue(bank: string, cards: readonly { readonly bank: string }[]): number {
  const banks = [...new Set(cards.map((card) => card.bank))];
  return Math.max(0, banks.indexOf(bank)) % CARD_HUES;
}
