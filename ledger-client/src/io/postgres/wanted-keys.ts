import type { AccountId, Condition, Label, OperationId, Subject, Tier } from '../../identifiers.ts';
import { UNMARKED } from '../../identifiers.ts';
import type { Operation } from '../../operation.ts';
import { attestationKey, purseKey } from '../../overlay.ts';

export type PurseKey = readonly [account: AccountId, label: Label];
export type AttestationKey = readonly [label: Label, condition: Condition, subject: Subject];

/** Rows to be read, each once. */
export interface WantedKeys {
  readonly entries: Set<OperationId>;
  readonly accounts: Set<AccountId>;
  readonly purses: Map<string, PurseKey>;
  /** Accounts all of whose purses are wanted. */
  readonly pursesOf: Set<AccountId>;
  readonly holds: Set<OperationId>;
  readonly circulations: Set<Label>;
  readonly tierPolicies: Set<Tier>;
  readonly labelPolicies: Set<Label>;
  readonly attestations: Map<string, AttestationKey>;
  readonly spendings: Map<string, PurseKey>;
}

export function createWantedKeys(): WantedKeys {
  return {
    entries: new Set(),
    accounts: new Set(),
    purses: new Map(),
    pursesOf: new Set(),
    holds: new Set(),
    circulations: new Set(),
    tierPolicies: new Set(),
    labelPolicies: new Set(),
    attestations: new Map(),
    spendings: new Map(),
  };
}

export function isEmpty(wanted: WantedKeys): boolean {
  return Object.values(wanted).every(({ size }: { readonly size: number }) => size === 0);
}

/** How to want one row; what is known already may be left out. */
export interface Want {
  account(id: AccountId): void;
  purse(account: AccountId, label: Label): void;
  pursesOf(account: AccountId): void;
  hold(id: OperationId): void;
  circulation(label: Label): void;
  tierPolicy(tier: Tier): void;
  labelPolicy(label: Label): void;
  attestation(label: Label, condition: Condition, subject: Subject): void;
  spending(account: AccountId, label: Label): void;
}

export function wantInto(wanted: WantedKeys): Want {
  return {
    account: (id) => wanted.accounts.add(id),
    purse: (account, label) => wanted.purses.set(purseKey(account, label), [account, label]),
    pursesOf: (account) => wanted.pursesOf.add(account),
    hold: (id) => wanted.holds.add(id),
    circulation: (label) => wanted.circulations.add(label),
    tierPolicy: (tier) => wanted.tierPolicies.add(tier),
    labelPolicy: (label) => wanted.labelPolicies.add(label),
    attestation: (label, condition, subject) =>
      wanted.attestations.set(attestationKey(label, condition, subject), [label, condition, subject]),
    spending: (account, label) => wanted.spendings.set(purseKey(account, label), [account, label]),
  };
}

/**
 * Wants what an operation is likely to ask for, so that most batches are read in one go. No rule: what is missing is read
 * when the rules ask for it, and what is read in vain only costs time.
 */
export function wantLikely(want: Want, operation: Operation): void {
  switch (operation.type) {
    case 'issue':
    case 'redeem':
    case 'transfer':
    case 'hold':
      wantPayment(want, operation);
      return;
    case 'execute':
      wantExecute(want, operation);
      return;
    case 'release':
    case 'expire':
      want.hold(operation.hold);
      return;
    case 'set-label-policy':
    case 'set-tier-policy':
      return;
    case 'attest':
      want.labelPolicy(operation.label);
      want.attestation(operation.label, operation.condition, operation.subject);
      return;
    case 'close':
      want.pursesOf(operation.account);
      want.account(operation.account);
      return;
    default:
      want.account(operation.account);
      if ('tier' in operation && operation.tier !== undefined) want.tierPolicy(operation.tier);
  }
}

type Payment = Extract<Operation, { readonly type: 'issue' | 'redeem' | 'transfer' | 'hold' }>;

function wantPayment(want: Want, operation: Payment): void {
  const { label = UNMARKED } = operation;
  const payer = 'payer' in operation ? operation.payer : operation.account;
  const payee = 'payee' in operation ? operation.payee : undefined;
  if (label !== UNMARKED) {
    want.labelPolicy(label);
    want.spending(payer, label);
  }
  for (const account of [payer, ...(payee === undefined ? [] : [payee])]) {
    want.account(account);
    want.purse(account, label);
  }
  if (operation.type === 'issue' || operation.type === 'redeem') want.circulation(label);
}

function wantExecute(want: Want, operation: Extract<Operation, { readonly type: 'execute' }>): void {
  want.hold(operation.hold);
  const payees = operation.parts
    ? operation.parts.map(({ payee }) => payee)
    : [operation.redeem ? null : operation.payee];
  for (const payee of payees) {
    if (payee === null) {
      want.circulation(UNMARKED);
      continue;
    }
    want.account(payee);
    want.purse(payee, UNMARKED);
  }
}
