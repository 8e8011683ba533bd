import type { Clock, EmitStep } from '@kassa/primitives';
import { REVERSAL_PAUSE_MS_MAX, REVERSAL_PAUSE_MS_MIN } from '../limits.ts';
import { reversalMessage, type TerminalIdentity } from '../messages.ts';
import { traceNumbers } from '../trace-numbers.ts';
import type { HostSession } from './host-session.ts';
import type { PendingReversal, TerminalStore } from './terminal-store.ts';

export interface ReversalQueuePorts {
  readonly identity: TerminalIdentity;
  readonly store: TerminalStore;
  readonly session: HostSession;
  readonly clock: Clock;
  readonly emit: EmitStep;
  /** A disk that cannot be written, say; the queue tries again later. */
  readonly onTrouble: (error: unknown) => void;
}

/** Payments to be undone, in order, each sent again until the host confirms. The queue is on disk. */
export interface ReversalQueue {
  /** Tries every reversal once, now; whether none is left. */
  flush(): Promise<boolean>;
  /** Starts repeating in the background whatever is queued. */
  wake(): void;
  close(): void;
}

/** DE 39 of a 0410 that says the payment does not stand (ISO 8583:1987): done, or nothing there to undo. */
const ACKNOWLEDGED = new Set(['00', '21', '25']);

export function createReversalQueue(ports: ReversalQueuePorts): ReversalQueue {
  const { store, session } = ports;
  let flushing: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = REVERSAL_PAUSE_MS_MIN;
  let isClosed = false;

  const flushAll = async (): Promise<boolean> => {
    for (const reversal of store.pendingReversals()) {
      if (isClosed || !(await sendOnce(ports, session, reversal))) return false;
    }
    return true;
  };
  const flush = (): Promise<boolean> => {
    flushing ??= flushAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const repeat = async (): Promise<void> => {
    timer = undefined;
    try {
      if (await flush()) {
        pauseMs = REVERSAL_PAUSE_MS_MIN;
        return;
      }
    } catch (error) {
      ports.onTrouble(error);
    }
    schedule();
    pauseMs = Math.min(pauseMs * 2, REVERSAL_PAUSE_MS_MAX);
  };
  const schedule = (): void => {
    if (isClosed || timer) return;
    timer = setTimeout(() => void repeat(), pauseMs);
  };
  return {
    flush,
    wake() {
      if (store.pendingReversals().length > 0 && !timer) void repeat();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Whether the host confirmed. Attempts are counted on disk first: a repeat says that it is one (0401). */
async function sendOnce(
  ports: ReversalQueuePorts,
  session: HostSession,
  reversal: PendingReversal,
): Promise<boolean> {
  const opened = await session.open();
  if (!opened.ok) return false;
  const own = traceNumbers(reversal.reversalStan, ports.clock());
  const request = reversalMessage(ports.identity, own, reversal, reversal.attempts > 0);
  await ports.store.countAttempt(reversal.transactionId);
  const answer = await session.ask(request);
  if (answer.kind !== 'answered' || !ACKNOWLEDGED.has(answer.message.fields[39] ?? '')) return false;
  await ports.store.acknowledgeReversal(reversal.transactionId);
  ports.emit({
    type: 'terminal.reversal-acknowledged',
    transactionId: reversal.transactionId,
    terminalId: ports.identity.id,
    data: { stan: reversal.numbers.stan, attempts: reversal.attempts + 1 },
  });
  return true;
}
