import { type Label, type Subject, UNMARKED } from '../identifiers.ts';
import type { Refusal } from '../outcome.ts';
import type { Account, LabelPolicy, LedgerView, Spending } from '../view.ts';

/** What money does on its way to one payee. */
export interface Credit {
  readonly payee: Account;
  readonly amount: bigint;
  /** What the payee gets it under: the payer's label, or none for a final payee. */
  readonly label: Label;
}

/**
 * What a label demands; undefined for unmarked money, which demands nothing. Money of a label nobody has set a policy for
 * does not move: a typing error would otherwise make money that is bound to nothing.
 */
export function policyOf(view: LedgerView, label: Label): LabelPolicy | undefined | { refusal: Refusal } {
  if (label === UNMARKED) return undefined;
  return view.labelPolicy(label) ?? { refusal: { code: 'label-unknown', label } };
}

/** Whether the label may be spent at this instant. */
export function validityRefused(policy: LabelPolicy | undefined, nowMs: number): Refusal | undefined {
  if (!policy) return undefined;
  const { label, validFromMs, validToMs } = policy;
  if (validFromMs !== undefined && nowMs < validFromMs) {
    return { code: 'label-not-yet-valid', label, validFromMs };
  }
  return validToMs !== undefined && nowMs >= validToMs
    ? { code: 'label-expired', label, validToMs }
    : undefined;
}

/** Whether the label may go to all of these payees. */
export function payeesRefused(
  policy: LabelPolicy | undefined,
  payees: readonly Account[],
): Refusal | undefined {
  if (!policy) return undefined;
  const stranger = payees.find((payee) => !mayBePaid(policy, payee));
  return stranger && { code: 'label-may-not-go-to-payee', label: policy.label, account: stranger.id };
}

function mayBePaid(policy: LabelPolicy, payee: Account): boolean {
  const { payees = [], categories = [] } = policy;
  const isOpenToAll = payees.length === 0 && categories.length === 0;
  return isOpenToAll || isNamed(payee, payees, categories) || isFinal(policy, payee);
}

/** Whether the mark disappears when this payee is paid. */
export function isFinal({ finalPayees = [], finalCategories = [] }: LabelPolicy, payee: Account): boolean {
  return isNamed(payee, finalPayees, finalCategories);
}

function isNamed(
  { id, category }: Account,
  accounts: readonly string[],
  categories: readonly string[],
): boolean {
  return accounts.includes(id) || (category !== undefined && categories.includes(category));
}

/** Whether what the label waits for has been attested, of the subject or of each payee. */
export function conditionRefused(
  view: LedgerView,
  policy: LabelPolicy | undefined,
  payees: readonly Account[],
  named: Subject | undefined,
): Refusal | undefined {
  const condition = policy?.condition;
  if (!policy || condition === undefined || payees.length === 0) return undefined;
  // An account's id is a subject by its form.
  const subjects = named === undefined ? payees.map(({ id }) => id as string as Subject) : [named];
  const open = subjects.find((each) => !view.attestation(policy.label, condition, each));
  return open && { code: 'label-condition-not-satisfied', label: policy.label, condition, subject: open };
}

/** Whether the payer has paid under the label as often today as it may. */
export function dayCountRefused(
  policy: LabelPolicy | undefined,
  today: Pick<Spending, 'count'>,
): Refusal | undefined {
  const limit = policy?.dayCountMax;
  if (!policy || limit === undefined || today.count < limit) return undefined;
  return { code: 'label-day-count-exceeded', label: policy.label, count: today.count, limit };
}

/** Under which label a payee gets money of this one. */
export function creditLabel(policy: LabelPolicy | undefined, label: Label, payee: Account): Label {
  return policy && isFinal(policy, payee) ? UNMARKED : label;
}
