/** Arguments one call takes without risk to the stack. */
const CODES_A_CALL = 4096;

/** Makes one string of the codes from 0 to `length`, each up to FF. */
export type TextOfCodes = (codes: Uint8Array, length: number) => string;

/** What every JavaScript runtime can do. */
export const portableText: TextOfCodes = (codes, length) => {
  let text = '';
  for (let start = 0; start < length; start += CODES_A_CALL) {
    text += String.fromCharCode(...codes.subarray(start, Math.min(length, start + CODES_A_CALL)));
  }
  return text;
};

/** The method of Node.js buffers that does it natively; it works on any Uint8Array. */
interface Latin1Slice {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string;
}

/**
 * The fastest way this runtime has. Half of what reading a message costs is making strings, and a Node.js buffer makes
 * one of bytes in half the time of a TextDecoder; where there are none (browsers), the portable way does the same.
 */
export function textOfCodesFor(runtime: object): TextOfCodes {
  const buffers: unknown = Reflect.get(runtime, 'Buffer');
  if (typeof buffers !== 'function') return portableText;
  const { latin1Slice } = buffers.prototype as Partial<Latin1Slice>;
  if (typeof latin1Slice !== 'function') return portableText;
  return (codes, length) => latin1Slice.call(codes, 0, length);
}

export const textOfCodes: TextOfCodes = textOfCodesFor(globalThis);

/** A string of one byte a character cannot match this, and the engine knows: the test costs next to nothing. */
const BEYOND_LATIN1 = /[^\0-\xff]/;

/** Writes the codes of a text from `offset` on. @returns whether each is at most FF; if not, what was written is of no use. */
export type WriteCodes = (text: string, codes: Uint8Array, offset: number) => boolean;

/** What every JavaScript runtime can do. */
export const portableWrite: WriteCodes = (text, codes, offset) => {
  let all = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    codes[offset + index] = code;
  }
  return all <= 0xff;
};

interface Latin1Write {
  readonly latin1Write: (this: Uint8Array, text: string, offset: number, length: number) => number;
}

export function writeCodesFor(runtime: object): WriteCodes {
  const buffers: unknown = Reflect.get(runtime, 'Buffer');
  if (typeof buffers !== 'function') return portableWrite;
  const { latin1Write } = buffers.prototype as Partial<Latin1Write>;
  if (typeof latin1Write !== 'function') return portableWrite;
  return (text, codes, offset) => {
    // Writing makes one piece of a text that was joined of many, which the test is quicker with.
    latin1Write.call(codes, text, offset, text.length);
    return !BEYOND_LATIN1.test(text);
  };
}

export const writeCodes: WriteCodes = writeCodesFor(globalThis);
