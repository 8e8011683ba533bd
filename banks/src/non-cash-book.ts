import type { Clock, EmitStep, Tiyn } from '@kassa/primitives';
import { formatTenge } from '@kassa/primitives';
import { type BankStore, type EntryRow, SETTLEMENT_OWNER } from './io/bank-store.ts';

/** An order to a merchant's bank. The id is the orderer's: the same order again is the same movement. */
export interface CreditInstruction {
  readonly instructionId: string;
  readonly transactionId: string;
  readonly iban: string;
  readonly amount: Tiyn;
}

/** Every answer of a merchant's bank. */
export type NonCashOutcome =
  | { readonly ok: true; readonly replayed: boolean }
  | { readonly ok: false; readonly code: 'unknown-account' | 'id-reused-with-different-content' };

export interface NonCashBook {
  /** Non-cash tenge onto a customer's account, out of the bank's own account at the central bank. */
  credit(instruction: CreditInstruction): Promise<NonCashOutcome>;
  /** Takes them back, also below zero: the customer owes what was paid and is undone. */
  debit(instruction: CreditInstruction): Promise<NonCashOutcome>;
  /** Whether an instruction was carried out. */
  isPosted(instructionId: string): boolean;
  /** Tiyn on a customer's account, undefined when the bank does not keep it. */
  balance(iban: string): bigint | undefined;
}

interface NonCashBookPorts {
  readonly bankId: string;
  /** The bank's own account at the central bank. */
  readonly settlementIban: string;
  readonly store: BankStore;
  readonly clock: Clock;
  readonly emit: EmitStep;
}

/** Double entry: every movement has a debit and a credit side, so the book always adds up to zero. */
export function createNonCashBook(ports: NonCashBookPorts): NonCashBook {
  const { store, settlementIban } = ports;
  const post = async (entry: EntryRow, customer: string, type: string): Promise<NonCashOutcome> => {
    const outcome = await store.run((tables): NonCashOutcome => {
      const earlier = tables.entry(entry.instructionId);
      if (earlier) {
        return sameEntry(earlier, entry)
          ? { ok: true, replayed: true }
          : { ok: false, code: 'id-reused-with-different-content' };
      }
      if (customer === settlementIban || tables.balance(customer) === undefined) {
        return { ok: false, code: 'unknown-account' };
      }
      tables.openAccount(settlementIban, SETTLEMENT_OWNER);
      tables.post(entry, ports.clock());
      return { ok: true, replayed: false };
    });
    if (outcome.ok && !outcome.replayed) {
      ports.emit({
        type,
        transactionId: entry.transactionId,
        terminalId: null,
        data: {
          bank: ports.bankId,
          iban: customer,
          amount: formatTenge(entry.amount),
          instructionId: entry.instructionId,
        },
      });
    }
    return outcome;
  };
  return {
    credit: ({ iban, ...order }) =>
      post({ ...order, debit: settlementIban, credit: iban }, iban, 'bank.credited'),
    debit: ({ iban, ...order }) =>
      post({ ...order, debit: iban, credit: settlementIban }, iban, 'bank.debited'),
    isPosted: (instructionId) => store.read.entry(instructionId) !== undefined,
    balance: (iban) => store.read.balance(iban),
  };
}

function sameEntry(left: EntryRow, right: EntryRow): boolean {
  return (
    left.transactionId === right.transactionId &&
    left.debit === right.debit &&
    left.credit === right.credit &&
    left.amount === right.amount
  );
}
