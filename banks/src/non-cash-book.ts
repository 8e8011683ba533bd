import { type Clock, type EmitStep, formatTenge } from '@kassa/primitives';
import type {
  BankBehaviour,
  CreditInstruction,
  InstructionRequest,
  StatusReport,
} from './credit-transfer.ts';
import type { BankStore } from './io/bank-store.ts';
import type { NonCashTables } from './io/non-cash-tables.ts';
import { SETTLE_BATCH_MAX } from './limits.ts';
import {
  decodeNonCash,
  decodeNonCashVerdict,
  type NonCashOperation,
  type NonCashOutcome,
} from './non-cash-operation.ts';
import { type NonCashAccount, reasonOf, SETTLEMENT_OWNER } from './non-cash-rules.ts';
import {
  type NonCashStatement,
  type NonCashStatementQuery,
  readNonCashStatement,
} from './non-cash-statement.ts';
import { submitNonCash } from './submit-non-cash.ts';

/** A bank's non-cash tenge, and its desk for credit transfers. */
export interface NonCashBook {
  /** The bank as an agent of a credit transfer: the three digits its IBANs carry. */
  readonly agent: string;
  /** How credits are treated; {@link setBehaviour} changes it for those that come. */
  readonly behaviour: BankBehaviour;
  setBehaviour(behaviour: BankBehaviour): void;
  /** pacs.008 → pacs.002. The same instruction again is told how it stands now. Null: no answer came in time. */
  instruct(credit: CreditInstruction): Promise<StatusReport | null>;
  /** pacs.028 → pacs.002: how an instruction stands; RJCT with NOOR when it never came. */
  inquire(instructionId: string): Promise<StatusReport | null>;
  /** camt.056: stops a credit that is not posted, or has not even come; how it stands afterwards, DS02 when stopped. */
  cancel(request: InstructionRequest): Promise<StatusReport | null>;
  /** pacs.004 → pacs.002: takes a posted credit back whole. */
  returnCredit(request: InstructionRequest): Promise<StatusReport | null>;
  /** Posts, or refuses, the queued credits whose time has come, and reports each. @returns how many. */
  settleDue(): Promise<number>;
  /**
   * Decides operations of the bank's own people: accounts, debits. The same id with the same content gets the same answer.
   * @throws (rejects) StorageError when the outcome is not known: submit again under the same ids.
   */
  submit(operations: readonly NonCashOperation[]): Promise<readonly NonCashOutcome[]>;
  account(iban: string): NonCashAccount | undefined;
  /** Tiyn on an account, undefined when the bank does not keep it. */
  balance(iban: string): bigint | undefined;
  statement(iban: string, query?: NonCashStatementQuery): NonCashStatement;
  /** Tiyn on an account after a journal entry. */
  balanceAt(iban: string, sequence: number): bigint;
  /** The last journal entry made at or before an instant; 0 when there is none. */
  sequenceAt(atMs: number): number;
  /** End of the journal. */
  head(): { readonly sequence: number; readonly hash: string };
}

export interface NonCashBookPorts {
  readonly bankId: string;
  /** The bank's own account at the central bank. */
  readonly settlementIban: string;
  readonly store: BankStore;
  readonly clock: Clock;
  readonly emit: EmitStep;
  /** Default: immediate. */
  readonly behaviour?: BankBehaviour | undefined;
  /** Hears of credits that are concluded later, and of everything twice from a bank that answers twice. */
  readonly report?: ((report: StatusReport) => void) | undefined;
}

export function createNonCashBook(ports: NonCashBookPorts): NonCashBook {
  const { store } = ports;
  const read = store.read.nonCash;
  let behaviour: BankBehaviour = ports.behaviour ?? { kind: 'immediate' };
  const isSilent = (): boolean => behaviour.kind === 'silent';
  const desk = createDesk(ports, () => behaviour);
  return {
    agent: ports.settlementIban.slice(4, 7),
    get behaviour() {
      return behaviour;
    },
    setBehaviour(next) {
      behaviour = next;
    },
    async instruct(credit) {
      if (behaviour.kind === 'silent' && !behaviour.posts) return null;
      const report = await desk.instruct(credit);
      return isSilent() ? null : report;
    },
    inquire: async (instructionId) => (isSilent() ? null : standing(read, instructionId)),
    cancel: async (request) => (isSilent() ? null : desk.cancel(request)),
    returnCredit: async (request) => (isSilent() ? null : desk.returnCredit(request)),
    settleDue: async () => (isSilent() ? 0 : desk.settleDue()),
    submit: desk.submit,
    account: (iban) => read.account(iban),
    balance: (iban) => read.account(iban)?.balance,
    statement: (iban, query) => readNonCashStatement(read, iban, query),
    balanceAt: (iban, sequence) => read.balanceUpTo(iban, sequence * 2 + 1),
    sequenceAt: (atMs) => sequenceAt(read, atMs),
    head: () => read.head(),
  };
}

type Desk = Pick<NonCashBook, 'submit'> & {
  instruct(credit: CreditInstruction): Promise<StatusReport>;
  cancel(request: InstructionRequest): Promise<StatusReport>;
  returnCredit(request: InstructionRequest): Promise<StatusReport>;
  settleDue(): Promise<number>;
};

function createDesk(ports: NonCashBookPorts, behaviour: () => BankBehaviour): Desk {
  const { store, clock } = ports;
  const read = store.read.nonCash;
  const open: NonCashOperation = {
    type: 'open',
    id: `open:${ports.settlementIban}`,
    iban: ports.settlementIban,
    owner: SETTLEMENT_OWNER,
  };
  const submit: Desk['submit'] = async (operations) => {
    const outcomes = await store.run(({ nonCash }) => {
      if (!nonCash.settlement()) submitNonCash(nonCash, open, behaviour(), clock());
      return operations.map((operation) => submitNonCash(nonCash, operation, behaviour(), clock()));
    });
    for (const [index, outcome] of outcomes.entries()) tell(ports, operations[index], outcome);
    return outcomes;
  };
  const report = (instructionId: string): void => {
    const times = behaviour().kind === 'answers-twice' ? 2 : 1;
    for (let time = 0; time < times; time++) ports.report?.(standing(read, instructionId));
  };
  return {
    submit,
    async instruct(credit) {
      const [outcome] = await submit([creditOperation(credit)]);
      const { instructionId, endToEndId } = credit;
      if (outcome?.code === 'id-reused-with-different-content') {
        const { differs } = outcome;
        return { instructionId, endToEndId, status: 'RJCT', reason: 'AM05', differs };
      }
      if (behaviour().kind === 'answers-twice') ports.report?.(standing(read, instructionId));
      return standing(read, instructionId);
    },
    async cancel({ id, instructionId }) {
      await submit([{ type: 'cancel', id, instruction: instructionId }]);
      return standing(read, instructionId);
    },
    async returnCredit({ id, instructionId }) {
      const [outcome] = await submit([{ type: 'return', id, instruction: instructionId }]);
      const about = { instructionId, endToEndId: read.credit(instructionId)?.endToEndId ?? '' };
      if (outcome?.code === 'ok') return { ...about, status: 'ACSC' };
      return { ...about, status: 'RJCT', reason: outcome ? reasonOf(outcome) : 'MS03' };
    },
    async settleDue() {
      const due = read.due(clock(), SETTLE_BATCH_MAX);
      if (due.length === 0) return 0;
      await submit(due.map(({ instruction }) => conclusionOf(read, instruction)));
      for (const { instruction } of due) report(instruction);
      return due.length;
    },
  };
}

function creditOperation(credit: CreditInstruction): NonCashOperation {
  const { instructionId, creditorIban, currency: _always, ...rest } = credit;
  return { type: 'credit', id: instructionId, iban: creditorIban, ...rest };
}

/** What the bank said it would do with a queued credit when its time comes. */
function conclusionOf(read: NonCashTables, instruction: string): NonCashOperation {
  const verdict = decodeNonCashVerdict(read.row(instruction)?.verdict ?? '');
  const id = `${instruction}:conclude`;
  return verdict.code === 'queued' && verdict.reason
    ? { type: 'reject', id, instruction, reason: verdict.reason }
    : { type: 'settle', id, instruction };
}

/** How an instruction stands, from the book alone. A credit that was returned was settled. */
function standing(read: NonCashTables, instructionId: string): StatusReport {
  const credit = read.credit(instructionId);
  if (credit) {
    const about = { instructionId, endToEndId: credit.endToEndId };
    if (credit.state === 'queued') return { ...about, status: 'PDNG' };
    if (credit.state === 'posted' || credit.state === 'returned') return { ...about, status: 'ACSC' };
    return { ...about, status: 'RJCT', reason: credit.reason ?? 'MS03' };
  }
  const row = read.row(instructionId);
  if (!row) return { instructionId, endToEndId: '', status: 'RJCT', reason: 'NOOR' };
  const operation = decodeNonCash(row.id, row.content);
  const endToEndId = operation.type === 'credit' ? operation.endToEndId : '';
  return { instructionId, endToEndId, status: 'RJCT', reason: reasonOf(decodeNonCashVerdict(row.verdict)) };
}

function sequenceAt(read: NonCashTables, atMs: number): number {
  let low = 0;
  let high = read.head().sequence;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [row] = read.rows(middle, 1);
    if (Number(row?.atMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Events of the stream: `bank.credited`, `bank.debited`, `bank.credit-queued`, `bank.credit-rejected`. */
function tell(
  ports: NonCashBookPorts,
  operation: NonCashOperation | undefined,
  outcome: NonCashOutcome,
): void {
  if (!operation || outcome.replayed) return;
  const instructionId = 'instruction' in operation ? operation.instruction : operation.id;
  const credit =
    operation.type === 'credit' || operation.type === 'debit'
      ? { iban: operation.iban, amount: operation.amount, endToEndId: operation.endToEndId }
      : ports.store.read.nonCash.credit(instructionId);
  const type = eventOf(operation, outcome);
  if (!credit || !type) return;
  const reason = operation.type === 'reject' ? operation.reason : reasonOf(outcome);
  ports.emit({
    type,
    transactionId: credit.endToEndId,
    terminalId: null,
    data: {
      bank: ports.bankId,
      iban: credit.iban,
      amount: formatTenge(credit.amount),
      instructionId: operation.type === 'return' ? operation.id : instructionId,
      ...(type === 'bank.credit-rejected' ? { reason } : {}),
    },
  });
}

function eventOf({ type }: NonCashOperation, { code }: NonCashOutcome): string | undefined {
  switch (type) {
    case 'credit':
      if (code === 'ok') return 'bank.credited';
      return code === 'queued' ? 'bank.credit-queued' : 'bank.credit-rejected';
    case 'settle':
      return code === 'ok' ? 'bank.credited' : 'bank.credit-rejected';
    case 'reject':
      return 'bank.credit-rejected';
    case 'debit':
    case 'return':
      return code === 'ok' ? 'bank.debited' : undefined;
    default:
      return undefined;
  }
}
