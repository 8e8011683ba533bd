import {
  type AccountId,
  accountId,
  type OpenLedger,
  type OperationId,
  operationId,
} from '@kassa/ledger-client';
import { assert, tiyn } from '@kassa/primitives';

/** Callers that each wait for the answer before they go on. */
export interface TransferLoad {
  readonly callers: number;
  readonly transfers: number;
  /** All pay the same account. Default: payers and payees spread evenly. */
  readonly isHot?: boolean;
}

export interface LoadFigures {
  /** Counted in the journal, not by the loop. */
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

const OPENED_AT_ONCE = 100;
const OPENING_TIYN = tiyn(1_000_000_00n);

/** Strides without a common divisor with any round number of accounts, so that every account has its turn. */
const PAYER_STRIDE = 7_919;
const PAYEE_STRIDE = 104_729;

export function payerIndex(transfer: number, accounts: number): number {
  return (transfer * PAYER_STRIDE) % accounts;
}

export function payeeIndex(transfer: number, accounts: number): number {
  const index = (transfer * PAYEE_STRIDE + 1) % accounts;
  return index === payerIndex(transfer, accounts) ? (index + 1) % accounts : index;
}

export function benchAccount(index: number): AccountId {
  return accountId(`dt-bench-${index}`);
}

/** Ids that grow with time, as a good caller makes them: random ones would touch a page of the index each. */
export function transferId(transfer: number): OperationId {
  return operationId(`t-${String(transfer).padStart(9, '0')}`);
}

export async function openBenchLedger(ledger: OpenLedger, count: number): Promise<readonly AccountId[]> {
  const accounts = Array.from({ length: count }, (_, index) => benchAccount(index));
  for (let first = 0; first < count; first += OPENED_AT_ONCE) {
    const outcomes = await ledger.submit(
      accounts
        .slice(first, first + OPENED_AT_ONCE)
        .flatMap((account) => [
          { type: 'open', id: operationId(`open-${account}`), account, kind: 'person' } as const,
          { type: 'issue', id: operationId(`issue-${account}`), account, amount: OPENING_TIYN } as const,
        ]),
    );
    assert(
      outcomes.every(({ ok }) => ok),
      'the accounts of the benchmark open',
    );
  }
  return accounts;
}

/** Makes the transfers from `first` on, once each. */
export async function transferMany(
  ledger: OpenLedger,
  accounts: readonly AccountId[],
  { callers, transfers, isHot = false }: TransferLoad,
  first: number,
): Promise<LoadFigures> {
  const before = (await ledger.head()).sequence;
  const latenciesMs: number[] = [];
  let next = first;
  const caller = async (): Promise<void> => {
    while (next < first + transfers) {
      const transfer = next++;
      const payerAt = payerIndex(transfer, accounts.length);
      const payer = accounts[isHot ? Math.max(1, payerAt) : payerAt];
      const payee = accounts[isHot ? 0 : payeeIndex(transfer, accounts.length)];
      assert(payer !== undefined && payee !== undefined, 'there are so many accounts');
      const startedMs = performance.now();
      const [outcome] = await ledger.submit([
        { type: 'transfer', id: transferId(transfer), payer, payee, amount: tiyn(1n) },
      ]);
      assert(outcome?.ok === true, 'every transfer of the benchmark is accepted');
      latenciesMs.push(performance.now() - startedMs);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - startedMs) / 1000;
  const made = (await ledger.head()).sequence - before;
  assert(made === transfers, `the journal grew by ${transfers} entries, found ${made}`);
  return { perSecond: made / seconds, latenciesMs };
}
