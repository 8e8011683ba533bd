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

/** A value, and whether it was changed. */
interface Cell<T> {
  value: T;
  isChanged: boolean;
}

/** Values of one kind by key. A value that changes again costs one look-up, not three. */
interface Cells<K, T> {
  readonly known: Map<K, Cell<T>>;
  readonly changed: Set<Cell<T>>;
}

/** Values by account and label. A map for each label: joining the two to one key would cost more than both look-ups. */
interface CellsByPurse<T> {
  readonly byLabel: Map<Label, Map<AccountId, Cell<T>>>;
  readonly changed: Set<Cell<T>>;
  /** The last two that were asked for: payer and payee are asked for again and again while one operation is decided. */
  recent: Cell<T> | undefined;
  lessRecent: Cell<T> | undefined;
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
      for (const change of changes) applyOne(cells, view, base, change);
    },
    changed: () => ({
      accounts: valuesOf(cells.accounts),
      purses: valuesOf(cells.purses),
      holds: valuesOf(cells.holds),
      circulations: valuesOf(cells.circulations),
      tierPolicies: valuesOf(cells.tierPolicies),
      labelPolicies: valuesOf(cells.labelPolicies),
      attestations: valuesOf(cells.attestations),
      spendings: valuesOf(cells.spendings),
    }),
    settle: () => {
      for (const { changed } of Object.values(cells)) {
        for (const cell of changed) cell.isChanged = false;
        changed.clear();
      }
    },
    forgetHold: (id) => {
      const cell = cells.holds.known.get(id);
      if (!cell) return;
      cells.holds.known.delete(id);
      cells.holds.changed.delete(cell);
    },
    get size() {
      const { purses, spendings, ...others } = cells;
      const maps = [
        ...Object.values(others).map(({ known }) => known),
        ...mapsOf(purses),
        ...mapsOf(spendings),
      ];
      return maps.reduce((sum, { size }) => sum + size, 0);
    },
  };
}

/** Everything a ledger's state is made of. */
interface AllCells {
  readonly accounts: Cells<AccountId, Account>;
  readonly purses: CellsByPurse<Purse>;
  readonly holds: Cells<OperationId, Hold>;
  readonly circulations: Cells<Label, Circulation>;
  readonly tierPolicies: Cells<Tier, TierPolicy>;
  readonly labelPolicies: Cells<Label, LabelPolicy>;
  readonly attestations: Cells<string, Attestation>;
  readonly spendings: CellsByPurse<Spending>;
}

function createAllCells(): AllCells {
  return {
    accounts: createCells(),
    purses: createCellsByPurse(),
    holds: createCells(),
    circulations: createCells(),
    tierPolicies: createCells(),
    labelPolicies: createCells(),
    attestations: createCells(),
    spendings: createCellsByPurse(),
  };
}

function readThrough(cells: AllCells, base: LedgerView): LedgerView {
  return {
    account: (id) => remembered(cells.accounts, id, () => base.account(id)),
    purse: (account, label) => purseCell(cells, base, account, label).value,
    purses: (account) => {
      const own = [...mapsOf(cells.purses)].flatMap((byAccount) => byAccount.get(account)?.value ?? []);
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
    spending: (account, label) => {
      const byAccount = accountsUnder(cells.spendings, label);
      const known = byAccount.get(account);
      if (known) return known.value;
      const value = base.spending(account, label);
      if (value) byAccount.set(account, { value, isChanged: false });
      return value;
    },
  };
}

function applyOne(cells: AllCells, view: LedgerView, base: LedgerView, change: Change): void {
  switch (change.type) {
    case 'account':
      put(cells.accounts, change.account.id, change.account);
      return;
    case 'hold':
      put(cells.holds, change.hold.id, change.hold);
      return;
    case 'purse': {
      const cell = purseCell(cells, base, change.account, change.label);
      const { account, label, available, held } = cell.value;
      const next = { account, label, available: available + change.available, held: held + change.held };
      putInto(cell, next, cells.purses.changed);
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
      putSpending(cells.spendings, change.spending);
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
  return { known: new Map(), changed: new Set() };
}

function createCellsByPurse<T>(): CellsByPurse<T> {
  return { byLabel: new Map(), changed: new Set(), recent: undefined, lessRecent: undefined };
}

function mapsOf<T>({ byLabel: maps }: CellsByPurse<T>): IterableIterator<Map<AccountId, Cell<T>>> {
  return maps.values();
}

function accountsUnder<T>({ byLabel: maps }: CellsByPurse<T>, label: Label): Map<AccountId, Cell<T>> {
  let byAccount = maps.get(label);
  if (!byAccount) {
    byAccount = new Map();
    maps.set(label, byAccount);
  }
  return byAccount;
}

/** A purse that does not exist is one without money. */
function purseCell(cells: AllCells, base: LedgerView, account: AccountId, label: Label): Cell<Purse> {
  const { purses } = cells;
  if (isOf(purses.recent, account, label)) return purses.recent;
  if (isOf(purses.lessRecent, account, label)) return purses.lessRecent;
  const byAccount = accountsUnder(purses, label);
  let cell = byAccount.get(account);
  if (!cell) {
    cell = { value: base.purse(account, label), isChanged: false };
    byAccount.set(account, cell);
  }
  purses.lessRecent = purses.recent;
  purses.recent = cell;
  return cell;
}

function isOf(cell: Cell<Purse> | undefined, account: AccountId, label: Label): cell is Cell<Purse> {
  return cell !== undefined && cell.value.account === account && cell.value.label === label;
}

function putSpending(cells: CellsByPurse<Spending>, value: Spending): void {
  const byAccount = accountsUnder(cells, value.label);
  const cell = byAccount.get(value.account) ?? { value, isChanged: false };
  byAccount.set(value.account, cell);
  putInto(cell, value, cells.changed);
}

function valuesOf<T>({ changed }: { readonly changed: ReadonlySet<Cell<T>> }): readonly T[] {
  return Array.from(changed, ({ value }) => value);
}

function put<K, T>(cells: Cells<K, T>, key: K, value: T): void {
  let cell = cells.known.get(key);
  if (!cell) {
    cell = { value, isChanged: false };
    cells.known.set(key, cell);
  }
  putInto(cell, value, cells.changed);
}

function putInto<T>(cell: Cell<T>, value: T, changed: Set<Cell<T>>): void {
  cell.value = value;
  if (cell.isChanged) return;
  cell.isChanged = true;
  changed.add(cell);
}

/** That something does not exist is not remembered. */
function remembered<K, T>(cells: Cells<K, NonNullable<T>>, key: K, read: () => T): T {
  const known = cells.known.get(key);
  if (known) return known.value;
  const value = read();
  if (value !== undefined && value !== null) cells.known.set(key, { value, isChanged: false });
  return value;
}
