import { useCallback, useEffect, useRef, useState } from 'react';
import { getJson } from '../api/api-client.ts';
import { LIST_REFRESH_MS } from '../limits.ts';
import { later, openSocket } from '../stream/browser-socket.ts';
import { openStream, type StreamClient, type StreamStatus } from '../stream/stream-client.ts';
import { decodePage } from './decode-console.ts';
import { EMPTY_STORE, type PaymentStore, storeAfter } from './payment-store.ts';

export interface LivePayments extends PaymentStore {
  readonly status: StreamStatus;
  /** Why the list could not be read; null when it could. */
  readonly problem: string | null;
  readonly isLoaded: boolean;
  readonly retryNow: () => void;
}

/** The list of payments: an event of the stream is the sign to ask the server what has changed. */
export function usePayments(): LivePayments {
  const [store, setStore] = useState(EMPTY_STORE);
  const [status, setStatus] = useState<StreamStatus>({ kind: 'connecting' });
  const [problem, setProblem] = useState<string | null>(null);
  const [isLoaded, setLoaded] = useState(false);
  const client = useRef<StreamClient | null>(null);

  useEffect(() => {
    const refresher = refreshing((next) => {
      setStore(next);
      setProblem(null);
      setLoaded(true);
    }, setProblem);
    client.current = openStream({
      openSocket,
      later,
      historyEvents: 0,
      onEvent: refresher.ask,
      onRestart: refresher.startOver,
      onStatus: (next) => {
        setStatus(next);
        if (next.kind === 'live') refresher.ask();
      },
    });
    return () => {
      client.current?.close();
      refresher.stop();
    };
  }, []);

  const retryNow = useCallback(() => client.current?.retryNow(), []);
  return { ...store, status, problem, isLoaded, retryNow };
}

/** Asks for what has changed, one request at a time and not more often than {@link LIST_REFRESH_MS}. */
function refreshing(onStore: (store: PaymentStore) => void, onProblem: (why: string) => void) {
  let store = EMPTY_STORE;
  let generation = 0;
  let busy = false;
  let wanted = false;
  let cancel: (() => void) | null = null;

  const run = async (): Promise<void> => {
    cancel = null;
    busy = true;
    wanted = false;
    const own = generation;
    try {
      let more = true;
      while (more && own === generation) {
        const page = decodePage(await getJson(`/v1/console/payments?since=${store.next}`));
        if (own !== generation) break;
        more = page.more;
        store = storeAfter(store, page);
      }
      if (own === generation) onStore(store);
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
    busy = false;
    if (wanted) ask();
  };
  const ask = (): void => {
    wanted = true;
    if (!busy) cancel ??= later(LIST_REFRESH_MS, () => void run());
  };
  return {
    ask,
    startOver: () => {
      generation++;
      store = EMPTY_STORE;
      ask();
    },
    stop: () => {
      generation++;
      cancel?.();
    },
  };
}
