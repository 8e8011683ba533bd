/** What a reader of the event stream asked for. */
export interface StreamQuery {
  /** First sequence number wanted; null for live events only. */
  readonly from: number | null;
  /** Instead of `from`: how many of the events so far to begin with. */
  readonly last: number | null;
  readonly terminalId: string | null;
  readonly transactionId: string | null;
}

/** Parses the query of `/v1/events`; a string says what is wrong with it. */
export function parseStreamQuery(parameters: URLSearchParams): StreamQuery | string {
  const known = new Set(['from', 'last', 'terminal', 'transaction']);
  const unknown = [...parameters.keys()].find((name) => !known.has(name));
  if (unknown !== undefined)
    return `unknown parameter "${unknown.slice(0, 40)}": use from, last, terminal or transaction`;
  const from = parameters.get('from');
  const last = parameters.get('last');
  if (from !== null && !/^[1-9]\d{0,14}$/.test(from)) return 'from is a sequence number, 1 or more';
  if (last !== null && !/^\d{1,15}$/.test(last)) return 'last is a number of events';
  if (from !== null && last !== null) return 'from and last exclude each other';
  return {
    from: from === null ? null : Number(from),
    last: last === null ? null : Number(last),
    terminalId: parameters.get('terminal'),
    transactionId: parameters.get('transaction'),
  };
}
