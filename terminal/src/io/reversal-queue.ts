import type { Clock, EmitStep } from '@kassa/primitives';
import { reversalMessage, type TerminalIdentity } from '../messages.ts';
import { resultOf, verdictOfMalfunction } from '../payment-end.ts';
import type { Timing } from '../timing.ts';
import { traceNumbers } from '../trace-numbers.ts';
import type { HostSession } from './host-session.ts';
import type { FinishedPayment, JournalledPayment, PendingReversal, TerminalStore } from './terminal-store.ts';

export interface ReversalQueuePorts {
  readonly identity: TerminalIdentity;
  readonly store: TerminalStore;
  readonly session: HostSession;
  readonly timing: Pick<Timing, 'reversalPauseMsMin' | 'reversalPauseMsMax'>;
  readonly clock: Clock;
  readonly emit: EmitStep;
  /** A disk that cannot be written, say; the queue tries again later. */
  readonly onTrouble: (error: unknown) => void;
}

/** Payments to be undone, in order, each sent again until the host confirms. The queue is on disk. */
export interface ReversalQueue {
  /** From now on the payment is to be undone, whatever happens to this process. @param end what the cardholder is told */
  add(payment: JournalledPayment, why: string, end: FinishedPayment): Promise<void>;
  /**
   * Adds what was sent and never finished: the answer, if one came, was lost with the process or the disk. Nobody saw an
   * approval, so none may stand. To be called only while no payment is under way.
   */
  addInterrupted(): Promise<void>;
  /** Tries every reversal once, now; whether none is left. */
  flush(): Promise<boolean>;
  /** Starts repeating in the background whatever is queued. */
  wake(): void;
  /** Resolves when the last attempt is over. */
  close(): Promise<void>;
}

/** DE 39 of a 0410 that says the payment does not stand (ISO 8583:1987): done, or nothing there to undo. */
const ACKNOWLEDGED = new Set(['00', '21', '25']);

export function createReversalQueue(ports: ReversalQueuePorts): ReversalQueue {
  const { store, timing } = ports;
  let flushing: Promise<boolean> | undefined;
  let repeating: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = timing.reversalPauseMsMin;
  let isClosed = false;

  const flushAll = async (): Promise<boolean> => {
    // Read again each time: a payment may have joined the queue meanwhile.
    for (;;) {
      const [next] = store.pendingReversals();
      if (!next) return true;
      if (isClosed || !(await sendOnce(ports, next))) return false;
    }
  };
  const flush = (): Promise<boolean> => {
    flushing ??= flushAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const repeat = async (): Promise<void> => {
    try {
      if (await flush()) {
        pauseMs = timing.reversalPauseMsMin;
        return;
      }
    } catch (error) {
      ports.onTrouble(error);
    }
    if (isClosed) return;
    timer = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, timing.reversalPauseMsMax);
  };
  const start = (): void => {
    timer = undefined;
    repeating ??= repeat().finally(() => {
      repeating = undefined;
    });
  };
  return {
    add: (payment, why, end) => add(ports, payment, why, end),
    async addInterrupted() {
      for (const payment of store.interrupted()) {
        const result = resultOf(payment, verdictOfMalfunction(INTERRUPTED));
        await add(ports, payment, INTERRUPTED, { result, receipts: null });
      }
    },
    flush,
    wake() {
      if (!isClosed && !timer) start();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await repeating;
      // Its end is told to whoever asked for it.
      await flushing?.catch(() => undefined);
    },
  };
}

const INTERRUPTED = 'the terminal stopped or failed before the answer was stored';

async function add(
  ports: ReversalQueuePorts,
  payment: JournalledPayment,
  why: string,
  end: FinishedPayment,
): Promise<void> {
  const { transactionId, numbers } = payment;
  await ports.store.queueReversal(transactionId, why, end);
  ports.emit({
    type: 'terminal.reversal-queued',
    transactionId,
    terminalId: ports.identity.id,
    data: { stan: numbers.stan, why },
  });
}

/** Whether the host confirmed. Attempts are counted on disk first: a repeat says that it is one (0401). */
async function sendOnce(ports: ReversalQueuePorts, reversal: PendingReversal): Promise<boolean> {
  const { store, session } = ports;
  const opened = await session.open();
  if (!opened.ok) return false;
  const own = traceNumbers(reversal.reversalStan, ports.clock());
  const request = reversalMessage(ports.identity, own, reversal, reversal.attempts > 0);
  await store.countAttempt(reversal.transactionId);
  const answer = await session.ask(session.seal(request));
  if (answer.kind !== 'answered' || !ACKNOWLEDGED.has(answer.message.fields[39] ?? '')) return false;
  await store.acknowledgeReversal(reversal.transactionId);
  ports.emit({
    type: 'terminal.reversal-acknowledged',
    transactionId: reversal.transactionId,
    terminalId: ports.identity.id,
    data: { stan: reversal.numbers.stan, attempts: reversal.attempts + 1 },
  });
  return true;
}
