import { describeTagValue, type Language, type TagScheme } from '@kassa/emv';

/** In whose words, and to which scheme tags mean something. */
export interface WordsFor {
  readonly language: Language;
  /** Undefined where no application has been selected. */
  readonly scheme: TagScheme | undefined;
}

/** What the value of a BER-TLV data object of a card, terminal or DE 55 says, a line each. */
export function valueWords(
  tag: string,
  value: Uint8Array,
  { language, scheme }: WordsFor,
): readonly string[] {
  const [described] = describeTagValue(tag, value, {
    language,
    ...(scheme === undefined ? {} : { scheme }),
  }).objects;
  if (described === undefined) return [];
  const list = described.list.map(({ tag: entry, name, length }) =>
    length === null ? `${entry} ${name}` : `${entry} ${name} · ${length}`,
  );
  return [...described.words, ...list];
}

/** Registered application provider identifiers (ISO/IEC 7816-5), the first five bytes of an AID. */
const SCHEMES: readonly (readonly [rid: string, scheme: TagScheme])[] = [
  ['A000000003', 'visa'],
  ['A000000004', 'mastercard'],
];

/** The scheme of the first application identifier in a hexadecimal text. */
export function schemeIn(hex: string): TagScheme | undefined {
  return SCHEMES.find(([rid]) => hex.includes(rid))?.[1];
}
