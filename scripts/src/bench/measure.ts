/** One line of a benchmark, the shape of every part (`npm run bench -- [PART] --json`). */
export interface BenchRow {
  readonly part: string;
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Measured in the same run, turn and turn about. */
  readonly reference: { readonly name: string; readonly median: number };
  /** Median to median. */
  readonly ratio: number;
}

export interface Comparison {
  readonly part: string;
  readonly name: string;
  readonly unit: string;
  readonly referenceName: string;
  /** One figure a round, in `unit`. */
  readonly subject: readonly number[];
  readonly reference: readonly number[];
}

/** Rounds of each measurement; the machines these run on are noisy, so medians and ratios count. */
export const ROUNDS = 5;

export function rowOf(comparison: Comparison): BenchRow {
  const { part, name, unit, subject, reference, referenceName } = comparison;
  const sorted = [...subject].sort((left, right) => left - right);
  const median = medianOf(subject);
  const referenceMedian = medianOf(reference);
  return {
    part,
    name,
    unit,
    min: round(sorted[0] ?? 0),
    median: round(median),
    max: round(sorted.at(-1) ?? 0),
    reference: { name: referenceName, median: round(referenceMedian) },
    ratio: round(median / referenceMedian),
  };
}

/** Runs subject and reference in turns, so that a machine that changes its speed changes both. */
export async function alternate(
  subject: () => number | Promise<number>,
  reference: () => number | Promise<number>,
): Promise<{ subject: number[]; reference: number[] }> {
  const figures = { subject: [] as number[], reference: [] as number[] };
  // One round of each to warm up, not counted.
  await subject();
  await reference();
  for (let round = 0; round < ROUNDS; round++) {
    figures.subject.push(await subject());
    figures.reference.push(await reference());
  }
  return figures;
}

/** Calls per second of processor time of this process, its garbage collection included. */
export function ratePerCpuSecond(action: () => void, calls: number): number {
  const started = process.cpuUsage();
  for (let call = 0; call < calls; call++) action();
  const { user, system } = process.cpuUsage(started);
  return (calls * 1e6) / (user + system);
}

export function medianOf(figures: readonly number[]): number {
  return percentile(figures, 50);
}

/** Nearest-rank percentile. */
export function percentile(figures: readonly number[], percent: number): number {
  const sorted = [...figures].sort((left, right) => left - right);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Three significant digits below 100, whole numbers above. */
function round(figure: number): number {
  return figure >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
}
