import type { StatusReport } from '@kassa/banks';
import { type PaymentsPorts, settleAndAnswer, tellPayment, undoAll } from './conclude.ts';
import { concludeConversion } from './conversion.ts';
import { RECOVERY_WAIT_MS, RECOVERY_WAIT_MS_MAX } from './limits.ts';
import { isUnfinished, type PaymentRecord } from './payment-record.ts';
import { finishReversal } from './reversal.ts';
import type { Serialiser } from './serialise.ts';

export interface Recovery {
  recover(): Promise<number>;
  tend(): Promise<number>;
  takeReport(report: StatusReport): Promise<void>;
}

/** What is remembered of a payment that could not be concluded, in memory only: a restart tries at once. */
interface Waiting {
  readonly atMs: number;
  readonly waitMs: number;
  /** Told last: the same again is not told. */
  readonly how: string;
}

export function createRecovery(ports: PaymentsPorts, serialiser: Serialiser): Recovery {
  const waiting = new Map<string, Waiting>();
  const look = (transactionId: string): Promise<void> =>
    serialiser.run(transactionId, async () => {
      // Read again: what was under way when the list was made may be done.
      const record = ports.store.find(transactionId);
      if (!record || !isUnfinished(record.state)) {
        waiting.delete(transactionId);
        return;
      }
      const how = await finishInterrupted(ports, record);
      const before = waiting.get(transactionId);
      if (before?.how !== how)
        tellPayment(ports, record, 'acquirer.payment-recovered', { state: record.state, how });
      if (!isUnfinished(ports.store.find(transactionId)?.state ?? 'reversed')) {
        waiting.delete(transactionId);
        return;
      }
      const waitMs = Math.min((before?.waitMs ?? RECOVERY_WAIT_MS / 2) * 2, RECOVERY_WAIT_MS_MAX);
      waiting.set(transactionId, { atMs: ports.clock() + waitMs, waitMs, how });
    });
  const lookAt = async (records: readonly PaymentRecord[]): Promise<number> => {
    for (const { transactionId } of records) await look(transactionId);
    return records.length;
  };
  return {
    recover: () => lookAt(ports.store.unfinished()),
    tend: () => {
      const nowMs = ports.clock();
      const isDue = ({ transactionId }: PaymentRecord): boolean =>
        (waiting.get(transactionId)?.atMs ?? 0) <= nowMs;
      return lookAt(ports.store.unfinished().filter(isDue));
    },
    async takeReport({ endToEndId }) {
      if (ports.store.find(endToEndId)?.state === 'pending') await look(endToEndId);
    },
  };
}

/** @returns what became of it, in words. */
async function finishInterrupted(ports: PaymentsPorts, record: PaymentRecord): Promise<string> {
  const { transactionId, state } = record;
  if (state === 'authorised' || state === 'pending') {
    const merchant = ports.merchants.get(record.merchantId);
    if (!merchant) return `left as it is: merchant ${record.merchantId} is no longer configured`;
    if (state === 'pending') {
      const conclusion = await concludeConversion(ports, record, merchant, ports.clock());
      if (conclusion.state !== 'pending')
        await ports.store.change(transactionId, { state: conclusion.state });
      return conclusion.how;
    }
    const { responseCode, reason } = await settleAndAnswer(ports, record, merchant);
    return responseCode === '00' ? 'settled as decided' : `not settled: ${reason}`;
  }
  if (state === 'reversing') {
    const { responseCode, reason } = await finishReversal(ports, record);
    return responseCode === '00' ? 'the reversal was finished' : `the reversal is still open: ${reason}`;
  }
  const undone = await undoAll(ports, record);
  const reason = 'the host stopped before it had decided';
  await ports.store.change(transactionId, {
    state: undone.ok ? 'declined' : 'reversing',
    responseCode: '91',
    reason,
  });
  return undone.ok ? undone.how : `not undone yet: ${undone.reason}`;
}
