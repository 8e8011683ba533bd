import type { Segment } from './tcp-segment.ts';

/** Bytes of one direction of one connection, without a gap. */
export interface Piece {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
  /** Which packet brought the byte at an offset. */
  readonly packetAt: (offset: number) => number;
  /** Bytes before it were not captured. */
  readonly isAfterGap: boolean;
}

interface Placed {
  /** From the first byte of the connection; before it where the capture began out of order. */
  readonly start: number;
  readonly segment: Segment;
}

/**
 * Puts segments of TCP in order by their sequence numbers: each direction of each connection, repeats dropped (what
 * came first stays), a new piece after each gap.
 */
export function reassemble(segments: readonly Segment[]): Piece[] {
  const connections: Placed[][] = [];
  const open = new Map<string, { base: number; isSyn: boolean; placed: Placed[] }>();
  for (const segment of segments) {
    const key = `${segment.from} ${segment.to}`;
    // A SYN takes one number; data may come with it.
    const sequence = (segment.sequence + (segment.isSyn ? 1 : 0)) >>> 0;
    let connection = open.get(key);
    if (connection === undefined || (segment.isSyn && sequence !== connection.base)) {
      connection = { base: sequence, isSyn: segment.isSyn, placed: [] };
      open.set(key, connection);
      connections.push(connection.placed);
    }
    if (segment.payload.length === 0) continue;
    // The difference as a signed number: sequence numbers begin again after 2^32 (RFC 9293, 3.4).
    connection.placed.push({ start: (sequence - connection.base) | 0, segment });
  }
  return connections.flatMap(piecesOf);
}

function piecesOf(placed: readonly Placed[]): Piece[] {
  const runs: Placed[][] = [];
  let end = 0;
  for (const { start, segment } of placed.toSorted((left, right) => left.start - right.start)) {
    const { payload } = segment;
    const run = runs.at(-1);
    if (run === undefined || start > end) {
      runs.push([{ start, segment }]);
    } else {
      const known = end - start;
      if (known >= payload.length) continue;
      run.push({ start: end, segment: { ...segment, payload: payload.subarray(known) } });
    }
    end = start + payload.length;
  }
  return runs.map((run, index) => pieceOf(run, index > 0));
}

function pieceOf(run: readonly Placed[], isAfterGap: boolean): Piece {
  const ends: { end: number; packetNumber: number }[] = [];
  let length = 0;
  for (const { segment } of run) {
    length += segment.payload.length;
    ends.push({ end: length, packetNumber: segment.packetNumber });
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { segment } of run) {
    bytes.set(segment.payload, at);
    at += segment.payload.length;
  }
  const [first] = run;
  return {
    from: first?.segment.from ?? '',
    to: first?.segment.to ?? '',
    bytes,
    packetAt: (offset) => ends.find(({ end }) => offset < end)?.packetNumber ?? 0,
    isAfterGap,
  };
}
