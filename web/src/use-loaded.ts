import { useEffect, useState } from 'react';

export interface Loaded<T> {
  /** The last answer; null before the first. */
  readonly value: T | null;
  /** Why the last attempt failed; null when it did not. */
  readonly error: string | null;
}

/** Several changes shortly after each other ask the server once. */
const SETTLE_MS = 60;

/** Loads on mount and again whenever `version` changes; an old answer stays until the new one is there. */
export function useLoaded<T>(load: () => Promise<T>, version: string): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to load again.
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      load().then(
        (value) => current && setLoaded({ value, error: null }),
        (error: unknown) =>
          current &&
          setLoaded((before) => ({
            ...before,
            error: error instanceof Error ? error.message : String(error),
          })),
      );
    }, SETTLE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [load, version]);
  return loaded;
}
