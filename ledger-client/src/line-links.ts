/**
 * How the lines of one purse hang together, so that a statement finds its place among them without an index: an index over
 * all lines would have every payment change two random pages of it, and cost more the longer the journal grows.
 *
 * Lines are numbered from 1. Each knows the one before it and, further back, the one whose number is its own without the
 * lowest set bit (as in a Fenwick tree), so any line is reached in at most log² steps and a new one needs nothing but the
 * purse's {@link LineTail}.
 */
export interface LineLinks {
  /** Place among the lines of its purse. */
  readonly number: number;
  /** Key of the line before; 0 when it is the first. */
  readonly previous: number;
  /** Key of the line `number − lowest set bit of number`; 0 when there is none. */
  readonly jump: number;
}

/** The end of a purse's lines. */
export interface LineTail {
  lines: number;
  /** Keys of the lines whose numbers are the last one's without its lowest bits, one after the other; the last line at the end. */
  readonly path: number[];
}

export function emptyTail(): LineTail {
  return { lines: 0, path: [] };
}

/** Puts a line at the end. */
export function appendLine(tail: LineTail, key: number): LineLinks {
  const { path } = tail;
  const previous = path.at(-1) ?? 0;
  // Adding one carries over the trailing ones.
  for (let rest = tail.lines; rest % 2 === 1; rest = (rest - 1) / 2) path.pop();
  const jump = path.at(-1) ?? 0;
  path.push(key);
  tail.lines++;
  return { number: tail.lines, previous, jump };
}

/** Reads the links of a stored line. */
export type ReadLinks = (key: number) => LineLinks;

/** The tail of a purse whose last line has this key; 0 for a purse without lines. */
export function tailOf(lastKey: number, read: ReadLinks): LineTail {
  if (lastKey === 0) return emptyTail();
  const last = read(lastKey);
  const path = [lastKey];
  for (let key = last.jump; key !== 0; key = read(key).jump) path.push(key);
  return { lines: last.number, path: path.reverse() };
}

/** The last line with a key of at most `keyMax`, walking back from a line; 0 when there is none. */
export function lineUpTo(fromKey: number, keyMax: number, read: ReadLinks): number {
  let key = fromKey;
  while (key > keyMax) {
    const { jump, previous } = read(key);
    key = jump > keyMax ? jump : previous;
  }
  return key;
}

/** The line of a purse with this number, walking back from one that is not before it. */
export function lineOfNumber(fromKey: number, number: number, read: ReadLinks): number {
  let key = fromKey;
  for (;;) {
    const links = read(key);
    if (links.number <= number) return key;
    key = links.number - lowestBit(links.number) >= number ? links.jump : links.previous;
  }
}

function lowestBit(number: number): number {
  let bit = 1;
  while (number % (bit * 2) === 0) bit *= 2;
  return bit;
}
