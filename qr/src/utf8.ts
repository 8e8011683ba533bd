/** Of the Encoding Standard, a global of every JavaScript runtime; the ECMAScript library types do not list it. */
declare const TextEncoder: new () => { readonly encode: (text: string) => Uint8Array };

const ENCODER = new TextEncoder();

export function toUtf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Bytes the text takes in UTF-8. */
export function utf8Length(text: string): number {
  return ENCODER.encode(text).length;
}
