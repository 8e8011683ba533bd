import type { AccountId, Label, OperationId, Tier } from '../../identifiers.ts';
import { attestationKey, byLabel, type Changed, purseKey } from '../../overlay.ts';
import type {
  Account,
  Attestation,
  Circulation,
  Hold,
  LabelPolicy,
  LedgerView,
  Purse,
  Spending,
  TierPolicy,
} from '../../view.ts';
import type { Loaded } from './load-rows.ts';
import { createWantedKeys, type Want, type WantedKeys, wantInto } from './wanted-keys.ts';

/** Null: known not to exist. */
type Known<K, T> = Map<K, T | null>;

/**
 * What the only writer knows of the tables between batches. The rules read it at once; what it does not know it answers as if
 * it did not exist, and puts on the list of what to read before the rules are asked again.
 */
export interface RememberedState {
  readonly view: LedgerView;
  /** Wants only what is not known. */
  readonly want: Want;
  /** What was asked for and not known since the last call. */
  takeWanted(): WantedKeys;
  /** Takes rows over; what was wanted and is not among them does not exist. */
  learn(wanted: WantedKeys, loaded: Loaded): void;
  /** Takes over what a batch changed. */
  fold(changed: Changed): void;
  /** Lists of all purses of an account are good for one batch. */
  forgetLists(): void;
  /** Rows known, or known not to exist. */
  readonly size: number;
}

interface Cells {
  readonly accounts: Known<AccountId, Account>;
  readonly purses: Known<string, Purse>;
  readonly pursesOf: Map<AccountId, readonly Purse[]>;
  readonly holds: Known<OperationId, Hold>;
  readonly circulations: Known<Label, Circulation>;
  readonly tierPolicies: Known<Tier, TierPolicy>;
  readonly labelPolicies: Known<Label, LabelPolicy>;
  readonly attestations: Known<string, Attestation>;
  readonly spendings: Known<string, Spending>;
}

export function createRememberedState(): RememberedState {
  const cells: Cells = {
    accounts: new Map(),
    purses: new Map(),
    pursesOf: new Map(),
    holds: new Map(),
    circulations: new Map(),
    tierPolicies: new Map(),
    labelPolicies: new Map(),
    attestations: new Map(),
    spendings: new Map(),
  };
  let wanted = createWantedKeys();
  const want = unknownOnly(cells, () => wantInto(wanted));
  return {
    view: viewOf(cells, want),
    want,
    takeWanted: () => {
      const taken = wanted;
      wanted = createWantedKeys();
      return taken;
    },
    learn: (asked, loaded) => learn(cells, asked, loaded),
    fold: (changed) => fold(cells, changed),
    forgetLists: () => cells.pursesOf.clear(),
    get size() {
      return Object.values(cells).reduce((sum, { size }: { readonly size: number }) => sum + size, 0);
    },
  };
}

function unknownOnly(cells: Cells, into: () => Want): Want {
  return {
    account: (id) => cells.accounts.has(id) || into().account(id),
    purse: (account, label) => cells.purses.has(purseKey(account, label)) || into().purse(account, label),
    pursesOf: (account) => cells.pursesOf.has(account) || into().pursesOf(account),
    hold: (id) => cells.holds.has(id) || into().hold(id),
    circulation: (label) => cells.circulations.has(label) || into().circulation(label),
    tierPolicy: (tier) => cells.tierPolicies.has(tier) || into().tierPolicy(tier),
    labelPolicy: (label) => cells.labelPolicies.has(label) || into().labelPolicy(label),
    attestation: (label, condition, subject) =>
      cells.attestations.has(attestationKey(label, condition, subject)) ||
      into().attestation(label, condition, subject),
    spending: (account, label) =>
      cells.spendings.has(purseKey(account, label)) || into().spending(account, label),
  };
}

function viewOf(cells: Cells, want: Want): LedgerView {
  return {
    account: (id) => {
      want.account(id);
      return cells.accounts.get(id) ?? undefined;
    },
    purse: (account, label) => {
      want.purse(account, label);
      return cells.purses.get(purseKey(account, label)) ?? { account, label, available: 0n, held: 0n };
    },
    purses: (account) => {
      want.pursesOf(account);
      const stored = (cells.pursesOf.get(account) ?? []).filter(
        ({ label }) => !cells.purses.get(purseKey(account, label)),
      );
      const newer = [...cells.purses.values()].filter((purse) => purse?.account === account);
      return [...stored, ...newer.filter((purse) => purse !== null)].sort(byLabel);
    },
    hold: (id) => {
      want.hold(id);
      return cells.holds.get(id) ?? undefined;
    },
    circulation: (label) => {
      want.circulation(label);
      return cells.circulations.get(label) ?? { label, issued: 0n, redeemed: 0n };
    },
    tierPolicy: (tier) => {
      want.tierPolicy(tier);
      return cells.tierPolicies.get(tier) ?? undefined;
    },
    labelPolicy: (label) => {
      want.labelPolicy(label);
      return cells.labelPolicies.get(label) ?? undefined;
    },
    attestation: (label, condition, subject) => {
      want.attestation(label, condition, subject);
      return cells.attestations.get(attestationKey(label, condition, subject)) ?? undefined;
    },
    spending: (account, label) => {
      want.spending(account, label);
      return cells.spendings.get(purseKey(account, label)) ?? undefined;
    },
  };
}

function learn(cells: Cells, wanted: WantedKeys, loaded: Loaded): void {
  for (const id of wanted.accounts) cells.accounts.set(id, null);
  for (const key of wanted.purses.keys()) cells.purses.set(key, null);
  for (const id of wanted.holds) cells.holds.set(id, null);
  for (const label of wanted.circulations) cells.circulations.set(label, null);
  for (const tier of wanted.tierPolicies) cells.tierPolicies.set(tier, null);
  for (const label of wanted.labelPolicies) cells.labelPolicies.set(label, null);
  for (const key of wanted.attestations.keys()) cells.attestations.set(key, null);
  for (const key of wanted.spendings.keys()) cells.spendings.set(key, null);
  for (const account of wanted.pursesOf) {
    cells.pursesOf.set(
      account,
      loaded.purses.filter((purse) => purse.account === account),
    );
  }
  // What is known already may be newer than what was read: a batch on its way has changed it.
  fold(cells, loaded, (known, key) => known.get(key) === undefined || known.get(key) === null);
}

type Takes = <K, T>(known: Known<K, T>, key: K) => boolean;

function fold(cells: Cells, changed: Changed, takes: Takes = () => true): void {
  const put = <K, T>(known: Known<K, T>, key: K, value: T): void => {
    if (takes(known, key)) known.set(key, value);
  };
  for (const account of changed.accounts) put(cells.accounts, account.id, account);
  for (const purse of changed.purses) put(cells.purses, purseKey(purse.account, purse.label), purse);
  for (const hold of changed.holds) put(cells.holds, hold.id, hold);
  for (const circulation of changed.circulations) put(cells.circulations, circulation.label, circulation);
  for (const policy of changed.tierPolicies) put(cells.tierPolicies, policy.tier, policy);
  for (const policy of changed.labelPolicies) put(cells.labelPolicies, policy.label, policy);
  for (const each of changed.attestations) {
    put(cells.attestations, attestationKey(each.label, each.condition, each.subject), each);
  }
  for (const each of changed.spendings) put(cells.spendings, purseKey(each.account, each.label), each);
}
