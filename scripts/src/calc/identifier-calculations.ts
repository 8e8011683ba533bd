import { luhnValid } from '@kassa/primitives';
import { digits, text } from './calc-argument.ts';
import { type CalcAnswer, calcFunction } from './calc-function.ts';

export const LUHN = calcFunction({
  name: 'luhn',
  about: 'check digit of a card number (ISO/IEC 7812-1, annex B)',
  arguments: { pan: digits('number with its check digit', 2, 30) },
  positional: 'pan',
  compute: ({ pan }) => ({
    valid: luhnValid(pan),
    checkDigit: luhnDigit(pan.slice(0, -1)),
    nextCheckDigit: luhnDigit(pan),
  }),
});

/** The digit that makes the number behind `payload` valid. */
function luhnDigit(payload: string): string {
  const found = [...'0123456789'].find((digit) => luhnValid(payload + digit));
  return found ?? '0';
}

const FIRST_WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

export const IIN = calcFunction({
  name: 'iin',
  about: 'identification number of a person (IIN) or a company (BIN) of Kazakhstan, 12 digits',
  arguments: { iin: digits('the number; with 11 digits its check digit is calculated', 11, 12) },
  positional: 'iin',
  compute: ({ iin }, { explain }) => {
    explain('first sum modulo 11', String(weighted(iin, FIRST_WEIGHTS)));
    explain('second sum modulo 11, where the first is 10', String(weighted(iin, SECOND_WEIGHTS)));
    const checkDigit = identifierCheckDigit(iin);
    const about = aboutIdentifier(iin);
    const valid = iin.length === 12 && iin.charAt(11) === checkDigit && about.kind !== null;
    return { valid, checkDigit, ...about };
  },
});

function weighted(number: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(number.charAt(index)), 0) % 11;
}

/** Null where both sums are 10: such a number is never issued. */
function identifierCheckDigit(number: string): string | null {
  const sums = [weighted(number, FIRST_WEIGHTS), weighted(number, SECOND_WEIGHTS)];
  const sum = sums.find((one) => one !== 10);
  return sum === undefined ? null : String(sum);
}

/** A person's number begins with a date of birth and tells century and sex; a company's has 4, 5 or 6 for its fifth digit. */
function aboutIdentifier(number: string): CalcAnswer & { readonly kind: string | null } {
  const [yy, mm, dd] = [number.slice(0, 2), number.slice(2, 4), number.slice(4, 6)];
  const month = Number(mm);
  if (month < 1 || month > 12) return { kind: null };
  if (/[456]/.test(number.charAt(4))) return { kind: 'company', registered: `20${yy}-${mm}` };
  const century = Number(number.charAt(6));
  const day = Number(dd);
  if (century > 6) return { kind: null };
  // 0 stands for foreigners: neither century nor sex is told.
  if (century === 0) return { kind: day >= 1 && day <= 31 ? 'person' : null, birthDate: null, sex: null };
  const year = 1800 + 100 * Math.floor((century - 1) / 2) + Number(yy);
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return { kind: null };
  return { kind: 'person', birthDate: `${year}-${mm}-${dd}`, sex: century % 2 === 1 ? 'male' : 'female' };
}

/** Codes of some banks. */
const BANKS: Readonly<Record<string, string>> = {
  '601': 'Halyk Bank',
  '722': 'Kaspi Bank',
  '856': 'Bank CenterCredit',
  '948': 'Eurasian Bank',
  '949': 'Altyn Bank',
};

export const IBAN = calcFunction({
  name: 'iban',
  about: 'account number of Kazakhstan (ISO 13616): KZ, check digits, bank, account',
  arguments: {
    iban: text(
      'the account number; its own check digits may be 00',
      '20 characters beginning with KZ',
      (written) => {
        const compact = written.replace(/\s+/g, '').toUpperCase();
        return /^KZ\d{2}\d{3}[0-9A-Z]{13}$/.test(compact) ? compact : undefined;
      },
    ),
  },
  positional: 'iban',
  compute: ({ iban }, { explain }) => {
    const rest = iban.slice(4);
    const number = lettersAsNumbers(`${rest}KZ00`);
    explain('as a number, check digits 00', number);
    const checkDigits = String(98n - (BigInt(number) % 97n)).padStart(2, '0');
    const valid = BigInt(lettersAsNumbers(rest + iban.slice(0, 4))) % 97n === 1n;
    const bank = iban.slice(4, 7);
    return { valid, checkDigits, bank, bankName: BANKS[bank] ?? null, account: iban.slice(7) };
  },
});

/** ISO 13616: letters count as 10 to 35. */
function lettersAsNumbers(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
}
