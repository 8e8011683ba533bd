import type { DescribedField } from './describe.ts';

const GAP = '  ';

/**
 * A described message as aligned text, one element a line: offset and length in bytes, path, name, value, words;
 * what is inside an element is indented below it.
 */
export function formatDescription(fields: readonly DescribedField[]): string {
  const rows = fields.map((field) => {
    const depth = field.path.split('.').length - 1;
    return {
      offset: String(field.offset),
      length: String(field.length),
      label: '  '.repeat(depth) + field.path.slice(field.path.lastIndexOf('.') + 1),
      name: field.name,
      value: field.value,
      words: field.words ?? '',
    };
  });
  const widthOf = (column: keyof (typeof rows)[number]): number =>
    rows.reduce((width, row) => Math.max(width, row[column].length), 0);
  const [offset, length, label, name] = [
    widthOf('offset'),
    widthOf('length'),
    widthOf('label'),
    widthOf('name'),
  ];
  return rows
    .map((row) =>
      [
        row.offset.padStart(offset),
        row.length.padStart(length),
        row.label.padEnd(label),
        row.name.padEnd(name),
        row.words === '' ? row.value : `${row.value}${GAP}(${row.words})`,
      ]
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}
