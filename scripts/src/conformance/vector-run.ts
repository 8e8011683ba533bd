/** What became of the vectors of one file. */
export interface VectorRun {
  readonly passed: number;
  /** One line each: name and what was wrong. A vector that cannot be run is among them. */
  readonly failures: readonly string[];
  /** Where the file names kinds: how many of each there are, and how many passed. */
  readonly kinds?: readonly KindCount[];
}

export interface KindCount {
  readonly kind: string;
  readonly passed: number;
  readonly total: number;
}

/** Runs every vector of a file, given its text. */
export type VectorRunner = (text: string) => VectorRun;

/** Runs `check` for each vector; what it throws is a failure. */
export function runEach<Vector>(
  vectors: readonly Vector[],
  nameOf: (vector: Vector) => string,
  check: (vector: Vector) => void,
): VectorRun {
  const failures: string[] = [];
  for (const vector of vectors) {
    try {
      check(vector);
    } catch (error) {
      failures.push(`${nameOf(vector)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed: vectors.length - failures.length, failures };
}
