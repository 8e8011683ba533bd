/** Of the Encoding Standard, globals of every JavaScript runtime; the ECMAScript library types do not list them. */
declare const TextDecoder: new () => { readonly decode: (bytes: Uint8Array) => string };
declare const TextEncoder: new () => {
  readonly encodeInto: (
    text: string,
    bytes: Uint8Array,
  ) => { readonly read: number; readonly written: number };
};

const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

/** Arguments one call takes without risk to the stack. */
const CODES_A_CALL = 4096;

/** One string of codes up to 7F: UTF-8 writes those as they are, and runtimes decode it fastest. */
export function asciiText(codes: Uint8Array, length: number): string {
  return DECODER.decode(codes.subarray(0, length));
}

/** One string of codes up to FF. */
export function latin1Text(codes: Uint8Array, length: number): string {
  let text = '';
  for (let start = 0; start < length; start += CODES_A_CALL) {
    text += String.fromCharCode(...codes.subarray(start, Math.min(length, start + CODES_A_CALL)));
  }
  return text;
}

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
