/**
 * Decimal digits of a hexadecimal text by two scans (Visa Payment Technology Standards; EMV 4.4 Book 2, annex A1.4.2): its
 * digits in their order, then its letters as A→0 … F→5.
 * @param hex upper case.
 */
export function decimalise(hex: string): string {
  const letters = hex.replace(/\d/g, '').replace(/[A-F]/g, (letter) => String(letter.charCodeAt(0) - 65));
  return hex.replace(/\D/g, '') + letters;
}
