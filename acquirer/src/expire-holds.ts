import { type Hold, operationId, sha256Hex } from '@kassa/ledger-client';
import type { PaymentsPorts } from './conclude.ts';
import { EXPIRE_BATCH_MAX } from './limits.ts';
import { isUnfinished } from './payment-record.ts';
import type { Serialiser } from './serialise.ts';

const HOLD_SUFFIX = ':hold';
/** Of an operation id. */
const ID_CHARACTERS_MAX = 64;

/**
 * Gives back holds whose time is over. One of a payment that is not concluded is left alone: its recovery decides, and what a
 * conversion has credited must stay covered.
 */
export async function expireHolds(
  ports: Pick<PaymentsPorts, 'ledger' | 'store' | 'clock'>,
  serialiser: Serialiser,
): Promise<number> {
  const due = await ports.ledger.holdsDue(ports.clock(), EXPIRE_BATCH_MAX);
  let count = 0;
  for (const hold of due) {
    const transactionId = hold.id.endsWith(HOLD_SUFFIX) ? hold.id.slice(0, -HOLD_SUFFIX.length) : hold.id;
    const isExpired = await serialiser.run(transactionId, async () => {
      const record = ports.store.find(transactionId);
      return record && isUnfinished(record.state) ? false : expire(ports, hold);
    });
    if (isExpired) count++;
  }
  return count;
}

async function expire({ ledger }: Pick<PaymentsPorts, 'ledger'>, hold: Hold): Promise<boolean> {
  const id = `expire:${hold.id}`;
  const [outcome] = await ledger.submit([
    {
      type: 'expire',
      id: operationId(id.length <= ID_CHARACTERS_MAX ? id : sha256Hex(id)),
      hold: hold.id,
    },
  ]);
  return outcome?.ok === true;
}
