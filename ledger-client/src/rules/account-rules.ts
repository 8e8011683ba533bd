import type { AccountId } from '../identifiers.ts';
import { UNMARKED } from '../identifiers.ts';
import type {
  AttestOperation,
  OpenOperation,
  SetLabelPolicyOperation,
  SetTierOperation,
  SetTierPolicyOperation,
} from '../operation.ts';
import type { Account, LedgerView } from '../view.ts';
import { accept, type Decision, refuse } from './decision.ts';

export function decideOpen(view: LedgerView, operation: OpenOperation): Decision {
  const { account: id, kind, category, tier } = operation;
  if (category !== undefined && kind !== 'merchant') {
    return refuse({ code: 'kind-may-not-have-category', kind });
  }
  const existing = view.account(id);
  const differs = existing && differenceOf(existing, operation);
  if (differs) return refuse({ code: 'account-exists-with-different-content', account: id, differs });
  if (existing?.closed) return refuse({ code: 'account-closed', account: id });
  if (tier !== undefined && !view.tierPolicy(tier)) return refuse({ code: 'unknown-tier', tier });
  if (existing) return accept();
  return accept({ type: 'account', account: { id, kind, frozen: false, closed: false, category, tier } });
}

function differenceOf(existing: Account, operation: OpenOperation): string | undefined {
  return (['kind', 'category', 'tier'] as const).find((field) => existing[field] !== operation[field]);
}

export function decideFreeze(view: LedgerView, id: AccountId, frozen: boolean): Decision {
  const account = view.account(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  if (account.closed) return refuse({ code: 'account-closed', account: id });
  return account.frozen === frozen ? accept() : accept({ type: 'account', account: { ...account, frozen } });
}

export function decideClose(view: LedgerView, id: AccountId): Decision {
  const account = view.account(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  if (account.closed) return accept();
  const purses = view.purses(id);
  const held = purses.reduce((sum, purse) => sum + purse.held, 0n);
  if (held > 0n) return refuse({ code: 'account-has-open-holds', account: id, held });
  const available = purses.reduce((sum, purse) => sum + purse.available, 0n);
  if (available > 0n) return refuse({ code: 'account-not-empty', account: id, available });
  return accept({ type: 'account', account: { ...account, closed: true } });
}

export function decideSetTier(view: LedgerView, { account: id, tier }: SetTierOperation): Decision {
  const account = view.account(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  if (account.closed) return refuse({ code: 'account-closed', account: id });
  if (tier !== undefined && !view.tierPolicy(tier)) return refuse({ code: 'unknown-tier', tier });
  return accept({ type: 'account', account: { ...account, tier } });
}

export function decideSetTierPolicy({ type: _type, id: _id, ...policy }: SetTierPolicyOperation): Decision {
  return accept({ type: 'tier-policy', policy });
}

export function decideSetLabelPolicy(operation: SetLabelPolicyOperation): Decision {
  const { type: _type, id: _id, ...policy } = operation;
  const { label, validFromMs, validToMs } = policy;
  if (label === UNMARKED) return refuse({ code: 'unmarked-takes-no-policy' });
  if (validFromMs !== undefined && validToMs !== undefined && validToMs <= validFromMs) {
    return refuse({ code: 'validity-is-empty', validFromMs, validToMs });
  }
  const { payees = [], categories = [], finalPayees = [], finalCategories = [] } = policy;
  return accept({
    type: 'label-policy',
    policy: { ...policy, payees, categories, finalPayees, finalCategories },
  });
}

export function decideAttest(view: LedgerView, operation: AttestOperation): Decision {
  const { label, condition, subject } = operation;
  const policy = view.labelPolicy(label);
  if (!policy) return refuse({ code: 'label-unknown', label });
  if (policy.condition !== condition) {
    return refuse({ code: 'label-has-no-such-condition', label, condition });
  }
  return accept({ type: 'attestation', attestation: { label, condition, subject } });
}
