/** A task that runs again and again. */
export interface RegularTask {
  /** No run begins after this; resolves when the one under way has ended. */
  close(): Promise<void>;
}

/**
 * Runs a task every `everyMs` milliseconds, counted from its end, so that it is never under way twice; trouble is told and the
 * next run comes all the same. Does not keep the process alive.
 */
export function runRegularly(
  task: () => Promise<unknown>,
  everyMs: number,
  onTrouble: (error: unknown) => void,
): RegularTask {
  let isClosed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = run();
    }, everyMs);
    timer.unref();
  };
  const run = async (): Promise<void> => {
    try {
      await task();
    } catch (error) {
      onTrouble(error);
    }
    if (!isClosed) schedule();
  };
  schedule();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
