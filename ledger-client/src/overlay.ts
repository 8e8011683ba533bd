import { unreachable } from '@kassa/primitives';
import type { AccountId, Label, OperationId } from './identifiers.ts';
import type { Account, Change, Circulation, Hold, LedgerView, Purse } from './view.ts';

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
  const accounts = createCells<AccountId, Account>();
  const purses = createCells<string, Purse>();
  const holds = createCells<OperationId, Hold>();
  const circulations = createCells<Label, Circulation>();
  const all = [accounts, purses, holds, circulations];

  const purse = (account: AccountId, label: Label): Purse =>
    remembered(purses, purseKey(account, label), () => base.purse(account, label));
  const circulation = (label: Label): Circulation =>
    remembered(circulations, label, () => base.circulation(label));

  const applyOne = (change: Change): void => {
    switch (change.type) {
      case 'account':
        put(accounts, change.account.id, change.account);
        return;
      case 'hold':
        put(holds, change.hold.id, change.hold);
        return;
      case 'purse': {
        const { account, label, available, held } = purse(change.account, change.label);
        const next = { account, label, available: available + change.available, held: held + change.held };
        put(purses, purseKey(account, label), next);
        return;
      }
      case 'circulation': {
        const { label, issued, redeemed } = circulation(change.label);
        const next = { label, issued: issued + change.issued, redeemed: redeemed + change.redeemed };
        put(circulations, label, next);
        return;
      }
      default:
        unreachable(change);
    }
  };

  return {
    account: (id) => remembered(accounts, id, () => base.account(id)),
    purse,
    hold: (id) => remembered(holds, id, () => base.hold(id)),
    circulation,
    apply: (changes) => {
      for (const change of changes) applyOne(change);
    },
    changed: () => ({
      accounts: [...accounts.changed.values()],
      purses: [...purses.changed.values()],
      holds: [...holds.changed.values()],
      circulations: [...circulations.changed.values()],
    }),
    settle: () => {
      for (const cells of all) cells.changed.clear();
    },
    forgetHold: (id) => {
      holds.known.delete(id);
      holds.changed.delete(id);
    },
    get size() {
      return all.reduce((sum, cells) => sum + cells.known.size, 0);
    },
  };
}

/** Neither name can hold a slash. */
function purseKey(account: AccountId, label: Label): string {
  return `${account}/${label}`;
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
