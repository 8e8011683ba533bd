import { type Dispatch, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { EVENT_BATCH_MS } from './limits.ts';
import { later, openSocket } from './stream/browser-socket.ts';
import { openStream, type StreamClient, type StreamStatus } from './stream/stream-client.ts';
import type { KassaEvent } from './stream/stream-frame.ts';
import { EMPTY_TRACE, type TraceAction, type TraceState, traceReducer } from './trace/trace-state.ts';

export interface Trace {
  readonly state: TraceState;
  readonly status: StreamStatus;
  /** How often the stream has become live: a reason to read the snapshots again. */
  readonly liveCount: number;
  readonly dispatch: Dispatch<TraceAction>;
  readonly retryNow: () => void;
}

/** The event stream of this server as view state. */
export function useTrace(): Trace {
  const [state, dispatch] = useReducer(traceReducer, EMPTY_TRACE);
  const [status, setStatus] = useState<StreamStatus>({ kind: 'connecting' });
  const [liveCount, setLiveCount] = useState(0);
  const client = useRef<StreamClient | null>(null);

  useEffect(() => {
    const batch = eventBatch((events) => dispatch({ kind: 'events-arrived', events }));
    client.current = openStream({
      openSocket,
      later,
      onEvent: batch.add,
      onRestart: () => {
        batch.clear();
        dispatch({ kind: 'stream-restarted' });
      },
      onStatus: (next) => {
        // Who reads "live" must find the present on the screen, not history still waiting to be drawn.
        batch.flush();
        setStatus(next);
        if (next.kind === 'live') setLiveCount((count) => count + 1);
      },
    });
    return () => {
      client.current?.close();
      batch.clear();
    };
  }, []);

  const retryNow = useCallback(() => client.current?.retryNow(), []);
  return { state, status, liveCount, dispatch, retryNow };
}

/** Collects events for a moment, so that a burst is drawn once. */
function eventBatch(deliver: (events: readonly KassaEvent[]) => void) {
  let waiting: KassaEvent[] = [];
  let cancel: (() => void) | null = null;
  const flush = () => {
    cancel?.();
    cancel = null;
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    deliver(events);
  };
  return {
    add: (event: KassaEvent) => {
      waiting.push(event);
      cancel ??= later(EVENT_BATCH_MS, flush);
    },
    flush,
    clear: () => {
      cancel?.();
      cancel = null;
      waiting = [];
    },
  };
}
