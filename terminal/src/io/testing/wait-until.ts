const PATIENCE_MS = 5_000;

/** Waits for what another part of the program does. @throws Error naming it when it does not happen. */
export async function waitUntil<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false && seen !== null) return seen;
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
