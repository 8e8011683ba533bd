import { useCallback, useRef, useState } from 'react';

export interface Request {
  /** Why the last request was refused, one sentence; null when it was not. */
  readonly problem: string | null;
  /** Sends unless a request of the same kind is on its way. */
  readonly send: (kind: string, action: () => Promise<void>) => void;
  readonly forget: () => void;
}

/** One request of a kind at a time: a key pressed twice must not pay twice, but cancel never has to wait. */
export function useRequest(): Request {
  const [problem, setProblem] = useState<string | null>(null);
  const busy = useRef(new Set<string>());

  const send = useCallback((kind: string, action: () => Promise<void>) => {
    if (busy.current.has(kind)) return;
    busy.current.add(kind);
    setProblem(null);
    action()
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => busy.current.delete(kind));
  }, []);
  const forget = useCallback(() => setProblem(null), []);
  return { problem, send, forget };
}
