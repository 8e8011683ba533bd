/** Rows of a long list that are drawn: from `first` up to and without `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The rows in sight of a list of rows of one height, and some more on both sides so that scrolling finds them drawn. */
export function visibleRows(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  more = 8,
): RowRange {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - more));
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + more);
  return { first, end: Math.max(first, end) };
}

/** Where to scroll so that a row is in sight; unchanged when it is already. */
export function scrollToRow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}
