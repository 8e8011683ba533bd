/** Of the Encoding Standard, a global of every JavaScript runtime; the ECMAScript library types do not list it. */
declare const TextEncoder: new () => {
  readonly encodeInto: (
    text: string,
    bytes: Uint8Array,
  ) => { readonly read: number; readonly written: number };
};

const ENCODER = new TextEncoder();

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

/** Writes the codes of a text. @returns whether every code is at most 7F; if not, what was written is of no use. */
export function writeAsciiCodes(text: string, codes: Uint8Array): boolean {
  return ENCODER.encodeInto(text, codes).written === text.length;
}

/** Writes the codes of a text. @returns whether every code is at most FF. */
export function writeLatin1Codes(text: string, codes: Uint8Array): boolean {
  let all = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    codes[index] = code;
  }
  return all <= 0xff;
}
