import {
  amountField,
  decodeCanonical,
  encodeCanonical,
  type FieldKind,
  firstDifferenceIn,
  instantField,
  layouts,
  optionalField,
  textField,
} from '@kassa/ledger-client';
import type { Tiyn } from '@kassa/primitives';
import { parseReasonCode, type ReasonCode } from './credit-transfer.ts';

interface Identified {
  /** Made and stored by the caller before sending; names this operation for good. At most 64 characters. */
  readonly id: string;
}

interface OnAccount extends Identified {
  readonly iban: string;
}

/** What the non-cash book of a bank does. Each has an id of its caller's. */
export type NonCashOperation =
  /** An account in the book; the owner named `settlement` is the bank itself. */
  | (OnAccount & { readonly type: 'open'; readonly owner: string })
  /** Nothing comes or goes until unblock; a return does, for it corrects the bank's own entry. */
  | (OnAccount & { readonly type: 'block' | 'unblock' })
  /** For good. */
  | (OnAccount & { readonly type: 'close' })
  /** pacs.008: non-cash tenge onto a customer's account, out of the bank's own at the central bank. Its id is the instruction id. */
  | (OnAccount & {
      readonly type: 'credit';
      readonly amount: Tiyn;
      readonly messageId: string;
      readonly endToEndId: string;
      readonly debtorAgent: string;
      readonly creditorAgent: string;
      readonly purposeCode: string;
      readonly debtorSectorCode: string;
      readonly creditorSectorCode: string;
    })
  /** Off a customer's account, at most what is on it. */
  | (OnAccount & { readonly type: 'debit'; readonly amount: Tiyn; readonly endToEndId: string })
  /** Posts a queued credit. */
  | (Identified & { readonly type: 'settle'; readonly instruction: string })
  /** The bank gives a queued credit up. */
  | (Identified & { readonly type: 'reject'; readonly instruction: string; readonly reason: ReasonCode })
  /** camt.056: a credit not posted yet, or never seen, will not be. */
  | (Identified & { readonly type: 'cancel'; readonly instruction: string })
  /** pacs.004: takes a posted credit back whole, also below zero: the customer owes what was paid and is undone. */
  | (Identified & { readonly type: 'return'; readonly instruction: string });

export type NonCashOperationType = NonCashOperation['type'];

/** Why the book refuses, in the order it is checked. Amounts in tiyn. */
export type NonCashRefusal =
  /** The id names another operation, whose answer stays; `differs` is the first differing field. */
  | { readonly code: 'id-reused-with-different-content'; readonly differs: string }
  | { readonly code: 'zero-amount' }
  /** Cancelled before it came, or while it was queued. */
  | { readonly code: 'credit-cancelled'; readonly instruction: string }
  | { readonly code: 'unknown-credit'; readonly instruction: string }
  | { readonly code: 'credit-already-returned'; readonly instruction: string }
  | { readonly code: 'credit-not-posted'; readonly instruction: string }
  | { readonly code: 'credit-not-queued'; readonly instruction: string }
  | { readonly code: 'credit-already-posted'; readonly instruction: string }
  /** No customer's account of this bank. */
  | { readonly code: 'unknown-account'; readonly iban: string }
  | {
      readonly code: 'account-exists-with-different-content';
      readonly iban: string;
      readonly differs: string;
    }
  | { readonly code: 'account-closed'; readonly iban: string }
  | { readonly code: 'account-blocked'; readonly iban: string }
  | { readonly code: 'insufficient-funds'; readonly available: bigint; readonly required: bigint }
  | { readonly code: 'account-not-empty'; readonly iban: string; readonly balance: bigint }
  /** The bank's own no, by a setting of its tester. */
  | { readonly code: 'refused-by-bank'; readonly reason: ReasonCode };

/** What the book stores as its answer; `queued` is a credit accepted and not posted yet. */
export type NonCashVerdict =
  | { readonly code: 'ok' }
  | {
      readonly code: 'queued';
      /** When the bank will post it. */
      readonly dueAtMs: number;
      /** What the bank will say then instead of posting it. */
      readonly reason?: ReasonCode;
    }
  | NonCashRefusal;

/** The answer to an operation, stored under its id for good. */
export type NonCashOutcome = NonCashVerdict & {
  readonly id: string;
  /** Place in the journal, from 1 without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  /** The answer was given before. */
  readonly replayed: boolean;
};

const NAME = textField((value) => value);
const REASON = textField(parseReasonCode);
const IBAN = NAME;
/** A balance, which may be below zero. */
const SIGNED: FieldKind = {
  encode: (value) => (value as bigint).toString(),
  decode: (scalar) => BigInt(String(scalar)),
};
const OF_INSTRUCTION = { instruction: NAME };
const OF_ACCOUNT = { iban: IBAN };

/** The fields of each operation in the order they are written and compared. Once released, never changed. */
const OPERATIONS = layouts({
  open: { iban: IBAN, owner: NAME },
  block: OF_ACCOUNT,
  unblock: OF_ACCOUNT,
  close: OF_ACCOUNT,
  credit: {
    iban: IBAN,
    amount: amountField,
    messageId: NAME,
    endToEndId: NAME,
    debtorAgent: NAME,
    creditorAgent: NAME,
    purposeCode: NAME,
    debtorSectorCode: NAME,
    creditorSectorCode: NAME,
  },
  debit: { iban: IBAN, amount: amountField, endToEndId: NAME },
  settle: OF_INSTRUCTION,
  reject: { instruction: NAME, reason: REASON },
  cancel: OF_INSTRUCTION,
  return: OF_INSTRUCTION,
} satisfies Record<NonCashOperationType, object>);

const VERDICTS = layouts({
  ok: {},
  queued: { dueAtMs: instantField, reason: optionalField(REASON) },
  'id-reused-with-different-content': { differs: NAME },
  'zero-amount': {},
  'credit-cancelled': OF_INSTRUCTION,
  'unknown-credit': OF_INSTRUCTION,
  'credit-already-returned': OF_INSTRUCTION,
  'credit-not-posted': OF_INSTRUCTION,
  'credit-not-queued': OF_INSTRUCTION,
  'credit-already-posted': OF_INSTRUCTION,
  'unknown-account': OF_ACCOUNT,
  'account-exists-with-different-content': { iban: IBAN, differs: NAME },
  'account-closed': OF_ACCOUNT,
  'account-blocked': OF_ACCOUNT,
  'insufficient-funds': { available: SIGNED, required: SIGNED },
  'account-not-empty': { iban: IBAN, balance: SIGNED },
  'refused-by-bank': { reason: REASON },
} satisfies Record<NonCashVerdict['code'], object>);

/** Every code a refusal has, in the order they are checked. */
export const NON_CASH_REFUSAL_CODES = [...VERDICTS.keys()].slice(2) as readonly NonCashRefusal['code'][];

/** The one text of an operation's content, its id aside: `["cancel","T1-1:credit"]`. */
export function encodeNonCash(operation: NonCashOperation): string {
  return encodeCanonical(OPERATIONS, operation.type, operation);
}

/** @throws CanonicalError when the text is not the canonical text of an operation. */
export function decodeNonCash(id: string, content: string): NonCashOperation {
  const { tag, fields } = decodeCanonical(OPERATIONS, content);
  return { type: tag, id, ...fields } as NonCashOperation;
}

export function encodeNonCashVerdict(verdict: NonCashVerdict): string {
  return encodeCanonical(VERDICTS, verdict.code, verdict);
}

/** @throws CanonicalError */
export function decodeNonCashVerdict(text: string): NonCashVerdict {
  const { tag, fields } = decodeCanonical(VERDICTS, text);
  return { code: tag, ...fields } as NonCashVerdict;
}

/** First field in which two contents differ. */
export function nonCashDifference(left: string, right: string): string | undefined {
  return firstDifferenceIn(OPERATIONS, left, right);
}
