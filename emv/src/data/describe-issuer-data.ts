import { toHex, toLatin1 } from '@kassa/primitives';
import { SENTENCES } from './coded-values.ts';
import type { TagScheme } from './contactless-tags.ts';
import { describeLayout } from './describe-layout.ts';
import type { Language } from './language.ts';
import { say } from './say.ts';
import type { LayoutName } from './value-layouts.ts';

/** Where a format of tag 9F10 holds what; offsets and lengths in bytes. */
interface IadFormat {
  readonly keyIndexAt: number;
  readonly versionAt: number;
  readonly cvr: LayoutName;
  readonly cvrAt: number;
  readonly cvrBytes: number;
  readonly head: (version: number, language: Language) => string;
  readonly scheme: TagScheme | undefined;
  readonly fits: (bytes: Uint8Array) => boolean;
}

const visaFormat = (version: number, language: Language): string =>
  say(language, SENTENCES.formatVisa, version >> 4);

/** In the order they are tried: what is told apart by fixed bytes comes first. */
const FORMATS: readonly IadFormat[] = [
  // EMV 4.4 Book 3, annex C9.1.
  {
    keyIndexAt: 2,
    versionAt: 1,
    cvr: 'ccdCvr',
    cvrAt: 3,
    cvrBytes: 5,
    head: (_, language) => say(language, SENTENCES.formatCcd),
    scheme: undefined,
    fits: (bytes) => bytes.length === 32 && bytes[0] === 0x0f && bytes[16] === 0x0f,
  },
  // Visa Integrated Circuit Card Specification 1.5, appendix A: formats 0, 1 and 3.
  {
    keyIndexAt: 1,
    versionAt: 2,
    cvr: 'visaCvr',
    cvrAt: 3,
    cvrBytes: 4,
    head: visaFormat,
    scheme: 'visa',
    fits: (bytes) => bytes.length >= 7 && bytes[0] === 0x06 && bytes[3] === 0x03,
  },
  // Visa Contactless Payment Specification 2.2, appendix M: formats 2 and 4.
  {
    keyIndexAt: 2,
    versionAt: 1,
    cvr: 'visaMobileCvr',
    cvrAt: 3,
    cvrBytes: 5,
    head: visaFormat,
    scheme: 'visa',
    fits: (bytes) => bytes.length === 32 && bytes[0] === 0x1f,
  },
  // M/Chip Requirements, appendix B: 18 bytes of M/Chip 4, up to 28 of M/Chip Advance.
  {
    keyIndexAt: 0,
    versionAt: 1,
    cvr: 'mchipCvr',
    cvrAt: 2,
    cvrBytes: 6,
    head: () => 'M/Chip',
    scheme: 'mastercard',
    fits: (bytes) => [18, 20, 26, 28].includes(bytes.length) && ((bytes[1] ?? 0) & 0xf0) === 0x10,
  },
];

/** Issuer application data, tag 9F10, in words; nothing for a format of no scheme known here. */
export function describeIssuerApplicationData(
  bytes: Uint8Array,
  scheme: TagScheme | undefined,
  language: Language,
): string[] {
  const format = FORMATS.find(
    (one) => one.fits(bytes) && (scheme === undefined || one.scheme === undefined || one.scheme === scheme),
  );
  if (format === undefined) return [];
  const version = bytes[format.versionAt] ?? 0;
  const cvrEnd = format.cvrAt + format.cvrBytes;
  const rest = bytes.subarray(cvrEnd);
  return [
    format.head(version, language),
    say(language, SENTENCES.keyIndex, bytes[format.keyIndexAt] ?? 0),
    say(language, SENTENCES.cryptogramVersion, version, toHex(Uint8Array.of(version))),
    ...describeLayout(format.cvr, bytes.subarray(format.cvrAt, cvrEnd), language),
    ...restOf(format, rest, language),
  ];
}

function restOf(format: IadFormat, rest: Uint8Array, language: Language): string[] {
  if (rest.length === 0) return [];
  if (format.scheme !== 'mastercard') return [say(language, SENTENCES.issuerData, toHex(rest))];
  return [
    say(language, SENTENCES.dynamicNumber, toHex(rest.subarray(0, 2))),
    say(language, SENTENCES.counters, toHex(rest.subarray(2))),
  ];
}

/** Issuer authentication data, tag 91: ARPC of method 1 and a code, or of method 2 and a status update (Book 2, 8.2). */
export function describeIssuerAuthenticationData(
  bytes: Uint8Array,
  scheme: TagScheme | undefined,
  language: Language,
): string[] {
  if (bytes.length === 10) {
    const code = bytes.subarray(8);
    const head = say(language, SENTENCES.arpc, toHex(bytes.subarray(0, 8)));
    if (scheme === 'mastercard') return [head, ...describeLayout('mchipArpcResponse', code, language)];
    const text = toLatin1(code);
    const shown = /^[0-9A-Z]{2}$/.test(text) ? text : toHex(code);
    return [head, say(language, SENTENCES.responseCode, shown)];
  }
  if (bytes.length < 8) return [];
  const rest = bytes.subarray(8);
  return [
    say(language, SENTENCES.arpc, toHex(bytes.subarray(0, 4))),
    ...describeLayout('cardStatusUpdate', bytes.subarray(4, 8), language),
    ...(rest.length === 0 ? [] : [say(language, SENTENCES.proprietary, toHex(rest))]),
  ];
}
