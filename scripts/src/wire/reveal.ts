import type { DescribedField, Dialect, Message } from '@kassa/iso8583';

/**
 * A described message with the values that were masked. For the eyes of whoever asked for it: card data is in it.
 * Characters that could steer a terminal are shown by number.
 */
export function reveal(
  dialect: Dialect,
  message: Message,
  described: readonly DescribedField[],
): DescribedField[] {
  return described.map((field) => {
    if (!field.isMasked || field.error !== undefined) return field;
    const [number = ''] = field.path.split('.');
    const value = message.fields[Number(number)];
    if (value === undefined) return field;
    return {
      ...field,
      value: printable(field.path === number ? value : partOf(dialect, value, field, described)),
    };
  });
}

/** The part of an element's value that stands where the inside element does. */
function partOf(
  dialect: Dialect,
  value: string,
  { path, offset, headLength, length }: DescribedField,
  described: readonly DescribedField[],
): string {
  const number = path.slice(0, path.indexOf('.'));
  const whole = described.find((field) => field.path === number);
  const spec = dialect.fields[Number(number)];
  if (whole === undefined || spec === undefined) return '***';
  const charactersPerByte = spec.content === 'b' && spec.enc !== 'hexascii' ? 2 : 1;
  const start = whole.offset + whole.headLength;
  return value.slice(
    (offset + headLength - start) * charactersPerByte,
    (offset + length - start) * charactersPerByte,
  );
}

/** What a stranger put into a message must not steer the terminal it is printed on. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
}
