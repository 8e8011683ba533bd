import { assert, ProtocolError, type ProtocolErrorCode } from '@kassa/primitives';

/** A, B and C protect with TDES, D with AES (ANSI X9.143-2022; TR-31:2018). */
export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D';

export interface OptionalBlock {
  /** Two characters: KS, KV, TS, LB… (X9.143-2022). */
  readonly id: string;
  /** Printable ASCII. */
  readonly data: string;
}

/** What a key may be used for; bound to the key by the MAC (ANSI X9.143-2022). */
export interface KeyBlockHeader {
  readonly version: KeyBlockVersion;
  /** Two characters: P0 PIN encryption, B0 BDK, M3 MAC by ISO 9797-1 algorithm 3, D0 data encryption, K0… */
  readonly usage: string;
  /** T: TDES, A: AES, D: DES, H: HMAC, R: RSA… */
  readonly algorithm: string;
  /** E, D, B, G, V, C, X, N… */
  readonly modeOfUse: string;
  /** Two characters; 00: not used. */
  readonly keyVersion: string;
  /** E: under a trusted key, S: sensitive, N: not exportable. */
  readonly exportability: string;
  /** In their order, without the padding block PB, which is written where it is needed. */
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** X9.143-2022: the part of the header that is always there. */
export const FIXED_HEADER_CHARACTERS = 16;
/** X9.143-2022: the length is four decimal digits. */
export const KEY_BLOCK_CHARACTERS_MAX = 9999;
/** X9.143-2022: identifier and length of an optional block. */
const OPTIONAL_HEAD_CHARACTERS = 4;
/** Longest optional block told in two hexadecimal digits. */
const SHORT_CHARACTERS_MAX = 0xff;

export function keyBlockError(
  code: ProtocolErrorCode,
  path: string,
  offset: number,
  expected: string,
  found: string,
): ProtocolError {
  return new ProtocolError({ code, path: `key-block.${path}`, offset, expected, found });
}

/** Cipher block of a version: what header and encrypted part are multiples of. */
export function cipherBlockBytes(version: KeyBlockVersion): 8 | 16 {
  return version === 'D' ? 16 : 8;
}

/**
 * The header as it stands at the left of the block, with a padding block where its length asks for one.
 * @param otherCharacters characters of the key block right of the header.
 */
export function writeKeyBlockHeader(header: KeyBlockHeader, otherCharacters: number): string {
  const { version, usage, algorithm, modeOfUse, keyVersion, exportability, optionalBlocks } = header;
  const fields = usage + algorithm + modeOfUse + keyVersion + exportability;
  assert(/^[A-Z0-9]{2}[A-Z0-9]{2}[A-Za-z0-9]{2}[A-Z0-9]$/.test(fields), 'header fields have their lengths');
  const blocks = optionalBlocks.map(writeOptionalBlock);
  const multiple = cipherBlockBytes(version);
  const used = blocks.join('').length % multiple;
  if (used !== 0) {
    const missing = multiple - used;
    const padding = missing < OPTIONAL_HEAD_CHARACTERS ? missing + multiple : missing;
    blocks.push(writeOptionalBlock({ id: 'PB', data: '0'.repeat(padding - OPTIONAL_HEAD_CHARACTERS) }));
  }
  assert(blocks.length < 100, 'a key block has at most 99 optional blocks');
  const optional = blocks.join('');
  const length = FIXED_HEADER_CHARACTERS + optional.length + otherCharacters;
  assert(
    length <= KEY_BLOCK_CHARACTERS_MAX,
    `a key block has at most ${KEY_BLOCK_CHARACTERS_MAX} characters`,
  );
  const counted = String(blocks.length).padStart(2, '0');
  return `${version}${String(length).padStart(4, '0')}${fields}${counted}00${optional}`;
}

/** X9.143-2022: length in two digits; or 00, how many bytes of length follow (02), and those in hexadecimal. */
function writeOptionalBlock({ id, data }: OptionalBlock): string {
  assert(/^[A-Z0-9]{2}$/.test(id), 'an optional block id is two characters');
  assert(/^[\x20-\x7e]*$/.test(data), 'optional data is printable ASCII');
  const short = OPTIONAL_HEAD_CHARACTERS + data.length;
  if (short <= SHORT_CHARACTERS_MAX) return `${id}${hexDigits(short, 2)}${data}`;
  return `${id}0002${hexDigits(short + 6, 4)}${data}`;
}

function hexDigits(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}

/**
 * Reads a header off the left of a key block.
 * @returns the header and how many characters it takes.
 * @throws ProtocolError `truncated`, `bad-length` or `bad-value`; paths `key-block.version`, `key-block.length`…
 */
export function readKeyBlockHeader(block: string): {
  readonly header: KeyBlockHeader;
  readonly characters: number;
} {
  if (block.length < FIXED_HEADER_CHARACTERS) {
    throw keyBlockError('truncated', 'header', 0, '16 characters', `${block.length}`);
  }
  const version = block.charAt(0);
  if (version !== 'A' && version !== 'B' && version !== 'C' && version !== 'D') {
    throw keyBlockError('bad-value', 'version', 0, 'A, B, C or D', 'another');
  }
  const length = block.slice(1, 5);
  if (!/^\d{4}$/.test(length) || Number(length) !== block.length) {
    throw keyBlockError(
      'bad-length',
      'length',
      1,
      `${block.length}`,
      /^\d{4}$/.test(length) ? length : 'no number',
    );
  }
  const fields = block.slice(5, 12);
  if (!/^[A-Z0-9]{4}[A-Za-z0-9]{2}[A-Z0-9]$/.test(fields)) {
    throw keyBlockError('bad-value', 'header', 5, 'letters and digits', 'another character');
  }
  const count = block.slice(12, 14);
  if (!/^\d{2}$/.test(count)) throw keyBlockError('bad-value', 'optional-count', 12, 'two digits', 'others');
  const { blocks, characters } = readOptionalBlocks(block, Number(count));
  const multiple = cipherBlockBytes(version);
  if (characters % multiple !== 0) {
    const expected = `a multiple of ${multiple} characters`;
    throw keyBlockError('bad-length', 'optional-blocks', FIXED_HEADER_CHARACTERS, expected, `${characters}`);
  }
  const header: KeyBlockHeader = {
    version,
    usage: fields.slice(0, 2),
    algorithm: fields.charAt(2),
    modeOfUse: fields.charAt(3),
    keyVersion: fields.slice(4, 6),
    exportability: fields.charAt(6),
    optionalBlocks: blocks.filter(({ id }) => id !== 'PB'),
  };
  return { header, characters };
}

function readOptionalBlocks(
  block: string,
  count: number,
): { readonly blocks: OptionalBlock[]; readonly characters: number } {
  const blocks: OptionalBlock[] = [];
  let at = FIXED_HEADER_CHARACTERS;
  for (let index = 0; index < count; index++) {
    const path = `optional-blocks.${index}`;
    const id = block.slice(at, at + 2);
    if (!/^[A-Z0-9]{2}$/.test(id))
      throw keyBlockError('bad-value', path, at, 'an id of two characters', 'another');
    const short = hexNumber(block, at + 2, 2, path);
    const digits = short === 0 ? 2 * hexNumber(block, at + 4, 2, path) : 0;
    const head = OPTIONAL_HEAD_CHARACTERS + (short === 0 ? 2 + digits : 0);
    const length = short === 0 ? hexNumber(block, at + 6, digits, path) : short;
    if (length < head || at + length > block.length) {
      throw keyBlockError(
        'bad-length',
        path,
        at + 2,
        `${head} to ${block.length - at} characters`,
        `${length}`,
      );
    }
    const data = block.slice(at + head, at + length);
    if (!/^[\x20-\x7e]*$/.test(data)) {
      throw keyBlockError('bad-encoding', path, at + head, 'printable ASCII', 'another character');
    }
    blocks.push({ id, data });
    at += length;
  }
  return { blocks, characters: at };
}

function hexNumber(block: string, at: number, digits: number, path: string): number {
  const text = block.slice(at, at + digits);
  // More than six digits would tell lengths no key block has.
  if (digits === 0 || digits > 6 || text.length !== digits || !/^[0-9A-F]+$/.test(text)) {
    throw keyBlockError('bad-length', path, at, 'a length in hexadecimal', 'something else');
  }
  return Number.parseInt(text, 16);
}
