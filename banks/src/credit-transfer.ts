import type { Tiyn } from '@kassa/primitives';

/**
 * A customer credit transfer to a bank, in the shape of ISO 20022 pacs.008 (FIToFICustomerCreditTransfer). Made and stored by
 * the sender before it is sent: the same instruction again is the same credit.
 */
export interface CreditInstruction {
  /** GrpHdr/MsgId. */
  readonly messageId: string;
  /** PmtId/InstrId: names the credit for good. */
  readonly instructionId: string;
  /** PmtId/EndToEndId: the transaction id. */
  readonly endToEndId: string;
  /** IntrBkSttlmAmt. */
  readonly amount: Tiyn;
  readonly currency: 'KZT';
  /** DbtrAgt and CdtrAgt: BIC, or the bank's three digits as in its IBANs. */
  readonly debtorAgent: string;
  readonly creditorAgent: string;
  /** CdtrAcct. */
  readonly creditorIban: string;
  /** KNP, the purpose of the payment: three digits. */
  readonly purposeCode: string;
  /** KOd and KBe, residence and sector of payer and payee: two digits each. */
  readonly debtorSectorCode: string;
  readonly creditorSectorCode: string;
}

/** camt.056 (FIToFIPaymentCancellationRequest) and pacs.004 (PaymentReturn), each about one instruction. */
export interface InstructionRequest {
  /** Names this request for good. */
  readonly id: string;
  readonly instructionId: string;
}

/** ISO 20022 ExternalStatusReason1Code, those used here. */
export const REASON_CODES = {
  AC01: 'the account number is not known here',
  AC04: 'the account is closed',
  AC06: 'the account is blocked',
  AM01: 'the amount is zero',
  AM04: 'not enough on the account',
  AM05: 'the id names another instruction',
  ARDT: 'returned already',
  DS02: 'the order was cancelled',
  MS03: 'the bank gives no reason',
  NOOR: 'no such original instruction was received',
} as const;

export type ReasonCode = keyof typeof REASON_CODES;

/** @throws RangeError */
export function parseReasonCode(text: string): ReasonCode {
  if (Object.hasOwn(REASON_CODES, text)) return text as ReasonCode;
  throw new RangeError(`expected one of ${Object.keys(REASON_CODES).join(', ')}`);
}

/** The answer, in the shape of ISO 20022 pacs.002 (FIToFIPaymentStatusReport). */
export type StatusReport = { readonly instructionId: string; readonly endToEndId: string } & (
  | { readonly status: 'PDNG' | 'ACSC' }
  | {
      readonly status: 'RJCT';
      readonly reason: ReasonCode;
      /** With AM05: the first part in which the instruction differs from the one its id names. */
      readonly differs?: string;
    }
);

/**
 * How a bank treats credits from now on, for testers: what a bank may do, as data. `delayed` answers PDNG and posts after
 * `delayMs` – or, with a reason, answers RJCT then; `silent` gives no answer to anything, having posted or not; `answers-twice`
 * tells each status a second time.
 */
export type BankBehaviour =
  | { readonly kind: 'immediate' | 'answers-twice' }
  | { readonly kind: 'delayed'; readonly delayMs: number; readonly reason?: ReasonCode | undefined }
  | { readonly kind: 'refuses'; readonly reason: ReasonCode }
  | { readonly kind: 'silent'; readonly posts: boolean };

/** How long a delayed credit may wait: longer, and its hold would run out first. */
const DELAY_MS_MAX = 6 * 24 * 60 * 60 * 1000;

const BEHAVIOUR_FORMS =
  'expected {"kind":"immediate"}, {"kind":"answers-twice"}, {"kind":"delayed","delayMs":5000} with or without "reason", {"kind":"refuses","reason":"AC06"} or {"kind":"silent","posts":false}';

/** A behaviour from outside. @throws RangeError saying which forms there are. */
export function parseBankBehaviour(value: unknown): BankBehaviour {
  if (typeof value !== 'object' || value === null) throw new RangeError(BEHAVIOUR_FORMS);
  const { kind, delayMs, reason, posts } = value as Readonly<Record<string, unknown>>;
  const hasReason = typeof reason === 'string';
  switch (kind) {
    case 'immediate':
    case 'answers-twice':
      return { kind };
    case 'delayed': {
      const isDelay =
        Number.isSafeInteger(delayMs) && Number(delayMs) >= 0 && Number(delayMs) <= DELAY_MS_MAX;
      if (!isDelay) throw new RangeError(`delayMs is 0 to ${DELAY_MS_MAX} whole milliseconds`);
      return { kind, delayMs: Number(delayMs), ...(hasReason ? { reason: parseReasonCode(reason) } : {}) };
    }
    case 'refuses':
      if (!hasReason) throw new RangeError(BEHAVIOUR_FORMS);
      return { kind, reason: parseReasonCode(reason) };
    case 'silent':
      return { kind, posts: posts === true };
    default:
      throw new RangeError(BEHAVIOUR_FORMS);
  }
}
