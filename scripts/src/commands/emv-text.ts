import type { DescribedListEntry, DescribedTlv } from '@kassa/emv';

interface Row {
  readonly head: string;
  readonly length: string;
  readonly value: string;
  readonly notes: readonly string[];
}

/** Data objects as an aligned tree: tag and name, length, value, and what the value says below it. */
export function emvText(objects: readonly DescribedTlv[]): string {
  const rows = objects.flatMap((object) => rowsOf(object, 0));
  const headWidth = widest(rows.map(({ head }) => head));
  const lengthWidth = widest(rows.map(({ length }) => length));
  return rows
    .map(({ head, length, value, notes }) => {
      const line = `${head.padEnd(headWidth)}  ${length.padStart(lengthWidth)}  ${value}`.trimEnd();
      const indent = ' '.repeat(headWidth + lengthWidth + 4);
      return `${[line, ...notes.map((note) => `${indent}${note}`)].join('\n')}\n`;
    })
    .join('');
}

/** The entries of lists alone: tag, bytes asked for, name. */
export function emvListText(objects: readonly DescribedTlv[]): string {
  return objects
    .flatMap(({ list }) => listLines(list))
    .map((line) => `${line}\n`)
    .join('');
}

function rowsOf(object: DescribedTlv, depth: number): Row[] {
  const { tag, name, length, value, words, list, children } = object;
  const row = {
    head: `${'  '.repeat(depth)}${tag} ${name}`,
    length: String(length),
    value: value ?? '',
    notes: [...words, ...listLines(list)],
  };
  return [row, ...children.flatMap((child) => rowsOf(child, depth + 1))];
}

function listLines(list: readonly DescribedListEntry[]): string[] {
  return list.map(({ tag, name, length }) => {
    return `${tag.padEnd(6)}  ${length === null ? '' : `${String(length).padStart(3)}  `}${name}`;
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
