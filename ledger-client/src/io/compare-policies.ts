import { encodeLabelPolicy, encodeTierPolicy } from '../canonical.ts';
import { attestationKey, type Changed, purseKey } from '../overlay.ts';
import type { AuditFinding, Note } from './audit-report.ts';
import { type LedgerTables, type PolicyRow, spendingOf } from './ledger-tables.ts';

/** One stored value, or one that should be: what it says, and where it is. */
interface Told {
  readonly key: string;
  /** Follows `is stored as` and `the journal gives`. */
  readonly text: string;
  readonly place: Pick<AuditFinding, 'account' | 'label'>;
}

/** Notes policies, attestations and day totals that do not follow from the journal. */
export function comparePolicies(tables: LedgerTables, changed: Changed, note: Note): void {
  compare(
    'tier-policy-differs',
    'tier',
    policies(tables.tierPolicies()),
    changed.tierPolicies.map((policy) => told(policy.tier, encodeTierPolicy(policy))),
    note,
  );
  compare(
    'label-policy-differs',
    'label',
    policies(tables.labelPolicies()),
    changed.labelPolicies.map((policy) => told(policy.label, encodeLabelPolicy(policy))),
    note,
  );
  const attested = ({ label, condition, subject }: Changed['attestations'][number]): Told =>
    told(attestationKey(label, condition, subject), 'attested', { label });
  compare(
    'attestation-differs',
    'condition',
    [...tables.attestations()].map(attested),
    changed.attestations.map(attested),
    note,
  );
  const spent = ({ account, label, day, amount, count }: Changed['spendings'][number]): Told =>
    told(purseKey(account, label), `${amount} tiyn in ${count} payments on day ${day}`, { account, label });
  compare(
    'spending-differs',
    'day total',
    [...tables.spendings()].map((row) => spent(spendingOf(row))),
    changed.spendings.map(spent),
    note,
  );
}

function compare(
  code: AuditFinding['code'],
  what: string,
  stored: readonly Told[],
  expected: readonly Told[],
  note: Note,
): void {
  const wanted = new Map(expected.map((each) => [each.key, each]));
  const found = new Map(stored.map((each) => [each.key, each]));
  for (const { key, place } of [...stored, ...expected.filter((each) => !found.has(each.key))]) {
    const is = found.get(key)?.text ?? 'nothing';
    const should = wanted.get(key)?.text ?? 'nothing';
    if (is === should) continue;
    note({ code, ...place, message: `${what} ${key} is stored as ${is}, the journal gives ${should}` });
  }
}

function policies(rows: Iterable<PolicyRow>): readonly Told[] {
  return [...rows].map(({ name, policy }) => told(name, policy));
}

function told(key: string, text: string, place: Told['place'] = {}): Told {
  return { key, text, place };
}
