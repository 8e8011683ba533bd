import { encodeLabelPolicy, encodeTierPolicy } from '../../canonical.ts';
import { attestationKey, type Changed, purseKey } from '../../overlay.ts';
import type { Account, Attestation, Circulation, Purse, Spending } from '../../view.ts';
import type { AuditFinding, Note } from '../audit-report.ts';
import { pagesOf } from './cursor-rows.ts';
import type { Nullable } from './postgres-queries.ts';
import type { Session } from './session.ts';

/** One row: what it says, and how a finding names it. */
interface Told {
  readonly key: string;
  /** Begins the finding, and ends with how the text is joined to it: `account aru is stored as`. */
  readonly is: string;
  readonly text: string;
  readonly place: Pick<AuditFinding, 'account' | 'label'>;
}

/** Notes rows that do not follow from the journal. Holds and lines of statements are compared elsewhere. */
export async function compareTables(
  session: Session,
  schema: string,
  changed: Changed,
  note: Note,
): Promise<void> {
  const compare = async <Row extends object, Value>(
    code: AuditFinding['code'],
    select: string,
    read: (row: Row) => Value,
    tell: (value: Value) => Told,
    expected: readonly Value[],
  ): Promise<void> => {
    const wanted = new Map(expected.map((value) => [tell(value).key, tell(value)]));
    for await (const rows of pagesOf<Row>(session, 'audit_rows', select)) {
      for (const row of rows) {
        const { key, is, text, place } = tell(read(row));
        const should = wanted.get(key)?.text ?? 'nothing';
        wanted.delete(key);
        if (text === should) continue;
        note({ code, ...place, message: `${is} ${text}, the journal gives ${should}` });
      }
    }
    for (const { is, text, place } of wanted.values()) {
      note({ code, ...place, message: `${is} nothing, the journal gives ${text}` });
    }
  };
  await compare(
    'account-differs',
    `SELECT id, kind, frozen, closed, category, tier FROM ${schema}.account`,
    accountOf,
    tellAccount,
    changed.accounts,
  );
  await compare(
    'purse-differs',
    `SELECT account, label, available, held FROM ${schema}.purse`,
    (row: Purse) => row,
    tellPurse,
    changed.purses,
  );
  await compare(
    'circulation-differs',
    `SELECT label, issued, redeemed FROM ${schema}.circulation`,
    (row: Circulation) => row,
    tellCirculation,
    changed.circulations,
  );
  await compare(
    'tier-policy-differs',
    `SELECT tier AS name, policy FROM ${schema}.tier_policy`,
    (row: Policy) => row,
    tellPolicy('tier'),
    changed.tierPolicies.map((policy) => ({ name: policy.tier, policy: encodeTierPolicy(policy) })),
  );
  await compare(
    'label-policy-differs',
    `SELECT label AS name, policy FROM ${schema}.label_policy`,
    (row: Policy) => row,
    tellPolicy('label'),
    changed.labelPolicies.map((policy) => ({ name: policy.label, policy: encodeLabelPolicy(policy) })),
  );
  await compare(
    'attestation-differs',
    `SELECT label, condition, subject FROM ${schema}.attestation`,
    (row: Attestation) => row,
    tellAttestation,
    changed.attestations,
  );
  await compare(
    'spending-differs',
    `SELECT account, label, day, amount, count FROM ${schema}.spending`,
    ({ day, count, ...row }: SpendingRow): Spending => ({ ...row, day: Number(day), count: Number(count) }),
    tellSpending,
    changed.spendings,
  );
}

interface Policy {
  readonly name: string;
  readonly policy: string;
}

interface SpendingRow extends Omit<Spending, 'day' | 'count'> {
  readonly day: bigint;
  readonly count: bigint;
}

function accountOf(row: Nullable<Account>): Account {
  return { ...row, category: row.category ?? undefined, tier: row.tier ?? undefined };
}

function tellAccount({ id, kind, frozen, closed, category, tier }: Account): Told {
  const text = [
    kind,
    ...(frozen ? ['frozen'] : []),
    ...(closed ? ['closed'] : []),
    ...(category === undefined ? [] : [`category ${category}`]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
  ].join(', ');
  return { key: id, is: `account ${id} is stored as`, text, place: { account: id } };
}

function tellPurse({ account, label, available, held }: Purse): Told {
  return {
    key: purseKey(account, label),
    is: `account ${account}, label "${label}", is stored with`,
    text: `${available} available and ${held} held`,
    place: { account, label },
  };
}

function tellCirculation({ label, issued, redeemed }: Circulation): Told {
  const text = `${issued} issued and ${redeemed} redeemed`;
  return { key: label, is: `label "${label}" is stored with`, text, place: { label } };
}

function tellPolicy(what: string): (row: Policy) => Told {
  return ({ name, policy }) => ({ key: name, is: `${what} ${name} is stored as`, text: policy, place: {} });
}

function tellAttestation({ label, condition, subject }: Attestation): Told {
  const key = attestationKey(label, condition, subject);
  return { key, is: `condition ${key} is stored as`, text: 'attested', place: { label } };
}

function tellSpending({ account, label, day, amount, count }: Spending): Told {
  const key = purseKey(account, label);
  const text = `${amount} tiyn in ${count} payments on day ${day}`;
  return { key, is: `day total ${key} is stored as`, text, place: { account, label } };
}
