import { unreachable } from '@kassa/primitives';
import type { AccountId, Condition, Label, OperationId, Subject, Tier } from './identifiers.ts';
import type {
  Account,
  Attestation,
  Change,
  Circulation,
  Hold,
  LabelPolicy,
  LedgerView,
  Purse,
  Spending,
  TierPolicy,
} from './view.ts';

/** Values of one kind by key. */
interface Cells<K, T> {
  readonly known: Map<K, T>;
  readonly changed: Map<K, T>;
}

/** What has to be written for an overlay to become the ledger's state. */
export interface Changed {
  readonly accounts: readonly Account[];
  readonly purses: readonly Purse[];
  readonly holds: readonly Hold[];
  readonly circulations: readonly Circulation[];
  readonly tierPolicies: readonly TierPolicy[];
  readonly labelPolicies: readonly LabelPolicy[];
  readonly attestations: readonly Attestation[];
  readonly spendings: readonly Spending[];
}

/** A view with changes on top of another one, which stays as it is; it remembers what it read. */
export interface Overlay extends LedgerView {
  apply(changes: readonly Change[]): void;
  /** The new values, each once however often it changed. */
  changed(): Changed;
  /** The changes are now the base's too: what is remembered stays true, and nothing is changed any more. */
  settle(): void;
  /** Drops what is remembered of a hold. */
  forgetHold(id: OperationId): void;
  /** Values remembered. */
  readonly size: number;
}

export function createOverlay(base: LedgerView): Overlay {
  const cells = createAllCells();
  const view = readThrough(cells, base);
  return {
    ...view,
    apply: (changes) => {
      for (const change of changes) applyOne(cells, view, change);
    },
    changed: () => ({
      accounts: [...cells.accounts.changed.values()],
      purses: [...cells.purses.changed.values()],
      holds: [...cells.holds.changed.values()],
      circulations: [...cells.circulations.changed.values()],
      tierPolicies: [...cells.tierPolicies.changed.values()],
      labelPolicies: [...cells.labelPolicies.changed.values()],
      attestations: [...cells.attestations.changed.values()],
      spendings: [...cells.spendings.changed.values()],
    }),
    settle: () => {
      for (const each of Object.values(cells)) each.changed.clear();
    },
    forgetHold: (id) => {
      cells.holds.known.delete(id);
      cells.holds.changed.delete(id);
    },
    get size() {
      return Object.values(cells).reduce((sum, each) => sum + each.known.size, 0);
    },
  };
}

/** Everything a ledger's state is made of. */
interface AllCells {
  readonly accounts: Cells<AccountId, Account>;
  readonly purses: Cells<string, Purse>;
  readonly holds: Cells<OperationId, Hold>;
  readonly circulations: Cells<Label, Circulation>;
  readonly tierPolicies: Cells<Tier, TierPolicy>;
  readonly labelPolicies: Cells<Label, LabelPolicy>;
  readonly attestations: Cells<string, Attestation>;
  readonly spendings: Cells<string, Spending>;
}

function createAllCells(): AllCells {
  return {
    accounts: createCells(),
    purses: createCells(),
    holds: createCells(),
    circulations: createCells(),
    tierPolicies: createCells(),
    labelPolicies: createCells(),
    attestations: createCells(),
    spendings: createCells(),
  };
}

function readThrough(cells: AllCells, base: LedgerView): LedgerView {
  return {
    account: (id) => remembered(cells.accounts, id, () => base.account(id)),
    purse: (account, label) =>
      remembered(cells.purses, purseKey(account, label), () => base.purse(account, label)),
    purses: (account) => {
      const own = [...cells.purses.known.values()].filter((known) => known.account === account);
      const labels = new Set(own.map(({ label }) => label));
      return [...own, ...base.purses(account).filter(({ label }) => !labels.has(label))].sort(byLabel);
    },
    hold: (id) => remembered(cells.holds, id, () => base.hold(id)),
    circulation: (label) => remembered(cells.circulations, label, () => base.circulation(label)),
    tierPolicy: (tier) => remembered(cells.tierPolicies, tier, () => base.tierPolicy(tier)),
    labelPolicy: (label) => remembered(cells.labelPolicies, label, () => base.labelPolicy(label)),
    attestation: (label, condition, subject) =>
      remembered(cells.attestations, attestationKey(label, condition, subject), () =>
        base.attestation(label, condition, subject),
      ),
    spending: (account, label) =>
      remembered(cells.spendings, purseKey(account, label), () => base.spending(account, label)),
  };
}

function applyOne(cells: AllCells, view: LedgerView, change: Change): void {
  switch (change.type) {
    case 'account':
      put(cells.accounts, change.account.id, change.account);
      return;
    case 'hold':
      put(cells.holds, change.hold.id, change.hold);
      return;
    case 'purse': {
      const { account, label, available, held } = view.purse(change.account, change.label);
      const next = { account, label, available: available + change.available, held: held + change.held };
      put(cells.purses, purseKey(account, label), next);
      return;
    }
    case 'circulation': {
      const { label, issued, redeemed } = view.circulation(change.label);
      const next = { label, issued: issued + change.issued, redeemed: redeemed + change.redeemed };
      put(cells.circulations, label, next);
      return;
    }
    case 'tier-policy':
      put(cells.tierPolicies, change.policy.tier, change.policy);
      return;
    case 'label-policy':
      put(cells.labelPolicies, change.policy.label, change.policy);
      return;
    case 'attestation': {
      const { label, condition, subject } = change.attestation;
      put(cells.attestations, attestationKey(label, condition, subject), change.attestation);
      return;
    }
    case 'spending':
      put(cells.spendings, purseKey(change.spending.account, change.spending.label), change.spending);
      return;
    // A line on a statement is no state: the block keeps it.
    case 'posting':
      return;
    default:
      unreachable(change);
  }
}

/** Neither name can hold a slash. */
export function purseKey(account: AccountId, label: Label): string {
  return `${account}/${label}`;
}

/** As {@link purseKey}. */
export function attestationKey(label: Label, condition: Condition, subject: Subject): string {
  return `${label}/${condition}/${subject}`;
}

/** Orders purses of one account. */
export function byLabel(left: Purse, right: Purse): number {
  return left.label < right.label ? -1 : 1;
}

function createCells<K, T>(): Cells<K, T> {
  return { known: new Map(), changed: new Map() };
}

function put<K, T>(cells: Cells<K, T>, key: K, value: T): void {
  cells.known.set(key, value);
  cells.changed.set(key, value);
}

/** That something does not exist is not remembered. */
function remembered<K, T>(cells: Cells<K, NonNullable<T>>, key: K, read: () => T): T {
  const known = cells.known.get(key);
  if (known !== undefined) return known;
  const value = read();
  if (value !== undefined && value !== null) cells.known.set(key, value);
  return value;
}
