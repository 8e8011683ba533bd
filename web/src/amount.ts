const NO_BREAK_SPACE = '\u00a0';

/**
 * Tenge for people, `1 500,00 ₸` with no-break spaces, from the API's decimal text (`"1500.00"`, a minus allowed).
 * What is not such a text is shown as it came: the page never guesses an amount.
 */
export function displayAmount(decimal: string): string {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(decimal);
  if (!match) return decimal;
  const [, minus = '', whole = '0', decimals = ''] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);
  return `${minus === '' ? '' : '−'}${grouped},${decimals.padEnd(2, '0')}${NO_BREAK_SPACE}₸`;
}

/** Keypad digits, tiyn last, as the API's decimal text: `150000` is `"1500.00"`; no digits are `"0.00"`. */
export function amountFromDigits(digits: string): string {
  const padded = digits.replace(/^0+/, '').padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}`;
}
