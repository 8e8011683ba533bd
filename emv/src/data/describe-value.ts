import { toHex, toLatin1 } from '@kassa/primitives';
import { parseCommand } from './apdu.ts';
import {
  ACCOUNT_TYPES,
  COUNTRIES,
  CURRENCIES,
  ENTRY_MODES,
  RESPONSE_CODES,
  SENTENCES,
  SERVICE_AUTHORISATIONS,
  SERVICE_INTERCHANGES,
  SERVICE_RANGES,
  TRANSACTION_TYPES,
} from './coded-values.ts';
import type { TagScheme } from './contactless-tags.ts';
import { cvmRuleInWords, describeCvmResults, parseCvmList } from './cvm-list.ts';
import { describeCommand } from './describe-apdu.ts';
import { describeIssuerApplicationData, describeIssuerAuthenticationData } from './describe-issuer-data.ts';
import { describeLayout } from './describe-layout.ts';
import type { Language } from './language.ts';
import type { Phrase } from './phrase.ts';
import { say, sayCode } from './say.ts';
import { tagDefinitions } from './tag-names.ts';
import type { LayoutName } from './value-layouts.ts';

type Describer = (bytes: Uint8Array, language: Language, scheme: TagScheme | undefined) => string[];

const layout =
  (name: LayoutName): Describer =>
  (bytes, language) =>
    describeLayout(name, bytes, language);

/** A byte of a longer table, spoken where the table has it. */
const layoutAt =
  (name: LayoutName, byte: number): Describer =>
  ([value = 0], language) => {
    const whole = new Uint8Array(byte);
    whole[byte - 1] = value;
    return describeLayout(name, whole, language);
  };

const code =
  (table: Readonly<Record<string, Phrase>>, digits: (bytes: Uint8Array) => string): Describer =>
  (bytes, language) => {
    const known = sayCode(language, table, digits(bytes));
    return known === undefined ? [] : [known];
  };
const lastThree = (bytes: Uint8Array): string => toHex(bytes).slice(-3);
const number: Describer = (bytes) => [BigInt(`0x0${toHex(bytes)}`).toString()];
const binaryAmount: Describer = (bytes, language) => [
  say(language, SENTENCES.minorUnits, BigInt(`0x0${toHex(bytes)}`)),
];
const amount: Describer = (bytes, language) => {
  const digits = toHex(bytes);
  return /^\d+$/.test(digits) ? [say(language, SENTENCES.minorUnits, BigInt(digits))] : [];
};
const date: Describer = (bytes) => {
  const match = /^(\d\d)(\d\d)(\d\d)$/.exec(toHex(bytes));
  return match === null ? [] : [`20${match[1]}-${match[2]}-${match[3]}`];
};
const time: Describer = (bytes) => {
  const match = /^(\d\d)(\d\d)(\d\d)$/.exec(toHex(bytes));
  return match === null ? [] : [`${match[1]}:${match[2]}:${match[3]}`];
};

/** EMV 4.4 Book 3, 10.2: groups of four bytes. */
const fileLocator: Describer = (bytes, language) => {
  const lines: string[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const [sfi = 0, first = 0, last = 0, authenticated = 0] = bytes.subarray(offset, offset + 4);
    lines.push(say(language, SENTENCES.files, sfi >> 3, first, last, authenticated));
  }
  return lines;
};

function isFileLocator(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return false;
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const [sfi = 0, first = 0, last = 0, authenticated = 0] = bytes.subarray(offset, offset + 4);
    const isGroup = sfi >= 0x08 && sfi <= 0xf0 && (sfi & 0x07) === 0 && first > 0 && last >= first;
    if (!isGroup || authenticated > last - first + 1) return false;
  }
  return true;
}

/** GENERATE AC in format 1: one byte of information, two of counter, eight of cryptogram, at most 32 of the issuer. */
const GENERATE_AC_BYTES = { min: 11, max: 43 } as const;

/** EMV 4.4 Book 3, 6.5.8.4 and 6.5.5.4: values without tags; the one that fits is taken. */
const responseFormat1: Describer = (bytes, language, scheme) => {
  const locator = bytes.subarray(2);
  if (isFileLocator(locator)) {
    return [
      ...describeLayout('aip', bytes.subarray(0, 2), language),
      ...fileLocator(locator, language, scheme),
    ];
  }
  const { min, max } = GENERATE_AC_BYTES;
  if (bytes.length < min || bytes.length > max) return [];
  return [
    ...describeLayout('cryptogramInformation', bytes.subarray(0, 1), language),
    ...describeIssuerApplicationData(bytes.subarray(min), scheme, language),
  ];
};

const cvmList: Describer = (bytes, language) => {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return [];
  const { amountX, amountY, rules } = parseCvmList(bytes);
  return [
    say(language, SENTENCES.amountX, amountX),
    say(language, SENTENCES.amountY, amountY),
    ...rules.map((rule) => `${rule.hex}: ${cvmRuleInWords(rule, language)}`),
  ];
};

const serviceCode: Describer = (bytes, language) => {
  const [interchange = '', authorisation = '', range = ''] = lastThree(bytes);
  const tables = [
    [SERVICE_INTERCHANGES, interchange],
    [SERVICE_AUTHORISATIONS, authorisation],
    [SERVICE_RANGES, range],
  ] as const;
  return tables.map(
    ([table, digit]) =>
      `${digit}: ${sayCode(language, table, digit) ?? say(language, SENTENCES.reservedValue, digit)}`,
  );
};

/** Registered application providers, the first five bytes of an AID. */
const PROVIDERS: Readonly<Record<string, string>> = {
  A000000003: 'Visa',
  A000000004: 'Mastercard',
  A000000025: 'American Express',
  A000000065: 'JCB',
  A000000152: 'Discover',
  A000000277: 'Interac',
  A000000333: 'UnionPay',
  A000000658: 'Mir',
};
const application: Describer = (bytes) => {
  const text = toLatin1(bytes);
  if (/^[12]PAY\.SYS\.DDF01$/.test(text)) return [text];
  const provider = PROVIDERS[toHex(bytes.subarray(0, 5))];
  return provider === undefined ? [] : [provider];
};

/** EMV Contactless Book C-2, annex A.1: country, identifier, and a device type where the identifier's bit 8 is clear. */
const thirdPartyData: Describer = (bytes, language) => {
  const country = bytes.subarray(0, 2);
  const digits = lastThree(country);
  const hasDeviceType = ((bytes[2] ?? 0) & 0x80) === 0;
  return [
    say(language, SENTENCES.country, sayCode(language, COUNTRIES, digits) ?? digits),
    say(language, SENTENCES.uniqueIdentifier, toHex(bytes.subarray(2, 4))),
    ...(hasDeviceType ? [say(language, SENTENCES.deviceType, printable(bytes.subarray(4, 6)))] : []),
  ];
};

const issuerScript: Describer = (bytes) => {
  // A command of any other form stays hexadecimal.
  const isShort = bytes.length > 4 && bytes.length === 5 + (bytes[4] ?? 0);
  return isShort ? [describeCommand(parseCommand(bytes))] : [];
};

const tvr = layout('tvr');
const common: Readonly<Record<string, Describer>> = {
  '4F': application,
  '5F24': date,
  '5F25': date,
  '5F28': code(COUNTRIES, lastThree),
  '5F2A': code(CURRENCIES, lastThree),
  '5F30': serviceCode,
  '5F57': code(ACCOUNT_TYPES, toHex),
  '80': responseFormat1,
  '81': binaryAmount,
  '82': layout('aip'),
  '84': application,
  '86': issuerScript,
  '87': layout('priority'),
  '88': number,
  '8A': code(RESPONSE_CODES, toLatin1),
  '8E': cvmList,
  '91': (bytes, language, scheme) => describeIssuerAuthenticationData(bytes, scheme, language),
  '94': fileLocator,
  '95': tvr,
  '9A': date,
  '9B': layout('tsi'),
  '9C': code(TRANSACTION_TYPES, toHex),
  '9F02': amount,
  '9F03': amount,
  '9F04': binaryAmount,
  '9F06': application,
  '9F07': layout('auc'),
  '9F0D': tvr,
  '9F0E': tvr,
  '9F0F': tvr,
  '9F10': (bytes, language, scheme) => describeIssuerApplicationData(bytes, scheme, language),
  '9F11': (bytes) => [`ISO/IEC 8859-${toHex(bytes).replace(/^0/, '')}`],
  '9F13': number,
  '9F14': number,
  '9F17': number,
  '9F1A': code(COUNTRIES, lastThree),
  '9F1B': binaryAmount,
  '9F1D': layout('terminalRiskManagement'),
  '9F21': time,
  '9F23': number,
  '9F27': layout('cryptogramInformation'),
  '9F2A': layout('kernelIdentifier'),
  '9F33': layout('terminalCapabilities'),
  '9F34': (bytes, language) => [describeCvmResults(bytes, language)],
  '9F35': layout('terminalType'),
  '9F36': number,
  '9F39': code(ENTRY_MODES, toHex),
  '9F40': layout('additionalTerminalCapabilities'),
  '9F42': code(CURRENCIES, lastThree),
};

const byScheme: Readonly<Record<TagScheme, Readonly<Record<string, Describer>>>> = {
  visa: {
    '9F51': code(CURRENCIES, lastThree),
    '9F57': code(COUNTRIES, lastThree),
    '9F5D': amount,
    '9F66': layout('ttq'),
    '9F6B': amount,
    '9F6C': layout('ctq'),
    '9F6E': layout('formFactor'),
  },
  mastercard: {
    '9F50': amount,
    '9F5D': layout('applicationCapabilities'),
    '9F6E': thirdPartyData,
    '9F7E': layout('mobileSupport'),
    DF4B: layout('posInteraction'),
    DF8114: layout('referenceControl'),
    DF8117: layoutAt('terminalCapabilities', 1),
    DF8118: layoutAt('terminalCapabilities', 2),
    DF8119: layoutAt('terminalCapabilities', 2),
    DF811B: layout('kernelConfiguration'),
    DF811E: layout('magStripeMethod'),
    DF811F: layoutAt('terminalCapabilities', 3),
    DF8120: tvr,
    DF8121: tvr,
    DF8122: tvr,
    DF8123: amount,
    DF8124: amount,
    DF8125: amount,
    DF8126: amount,
    DF8129: layout('outcome'),
    DF812C: layout('magStripeMethod'),
  },
};

/**
 * What a primitive value says, one line a fact; nothing where it is a number or bytes without a meaning of their own.
 * A length the dictionary does not allow is the only thing said of a value that has one.
 * @param scheme decides tags that schemes use differently; such a tag says nothing while the scheme is not known.
 */
export function describeValue(
  tag: string,
  bytes: Uint8Array,
  language: Language,
  scheme?: TagScheme,
): readonly string[] {
  const meanings = tagDefinitions(tag, scheme);
  const [definition] = meanings;
  if (definition === undefined || meanings.length > 1) return [];
  const { minBytes, maxBytes, format } = definition;
  if (bytes.length < minBytes || bytes.length > maxBytes) {
    const expected =
      minBytes === maxBytes
        ? say(language, SENTENCES.bytesExact, minBytes)
        : say(language, SENTENCES.bytesRange, minBytes, maxBytes);
    return [say(language, SENTENCES.wrongLength, expected, bytes.length)];
  }
  const describer = describerOf(tag, scheme);
  if (describer !== undefined && bytes.length > 0) return describer(bytes, language, scheme);
  return ['a', 'an', 'ans'].includes(format) && bytes.length > 0 ? [`"${printable(bytes)}"`] : [];
}

function describerOf(tag: string, scheme: TagScheme | undefined): Describer | undefined {
  if (scheme !== undefined && byScheme[scheme][tag] !== undefined) return byScheme[scheme][tag];
  return common[tag] ?? byScheme.visa[tag] ?? byScheme.mastercard[tag];
}

/** What a card says must not steer the terminal it is printed on. */
function printable(bytes: Uint8Array): string {
  return toLatin1(bytes).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
