/** Character codes of the hexadecimal digits, upper case, by value. */
export const HEX_CODES: Uint8Array = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));

/** Value of a hexadecimal character code in either case, 255 for any other. */
export const NIBBLE_OF_HEX: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(255);
  HEX_CODES.forEach((code, value) => {
    table[code] = value;
    // Letters differ from their lower case by one bit; digits have no case.
    if (value > 9) table[code | 0x20] = value;
  });
  return table;
})();
