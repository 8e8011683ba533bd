import { useCallback } from 'react';
import { displayAmount } from '../amount.ts';
import { getJson } from '../api/api-client.ts';
import { useLoaded } from '../use-loaded.ts';
import { AccountView } from './account-view.tsx';
import { AuditButton } from './audit-button.tsx';
import { decodeAccounts, decodeLedger } from './decode-ledger.ts';
import { JournalView } from './journal-view.tsx';
import { useSay } from './language.ts';
import type { LedgerSummary } from './ledger-types.ts';

interface LedgerViewProps {
  /** Grows with the events: the sign to read again. */
  readonly version: number;
  readonly account: string | null;
  readonly onAccount: (account: string | null) => void;
}

const loadLedger = async () => decodeLedger(await getJson('/v1/ledger'));

/** The ledger to look into: what there is in all, whose it is, and every entry of the journal. */
export function LedgerView({ version, account, onAccount }: LedgerViewProps) {
  const summary = useLoaded(loadLedger, `${version}`);
  const problem = summary.error;
  return (
    <main className="ledger-view" data-testid="ledger">
      {problem !== null && <p className="problem">{problem}</p>}
      {summary.value !== null && <Supply summary={summary.value} />}
      <div className="ledger-columns">
        <Accounts version={version} account={account} onAccount={onAccount} />
        <div className="ledger-main">
          {account !== null && (
            <AccountView key={account} account={account} version={version} onAccount={onAccount} />
          )}
          <JournalView version={version} />
        </div>
      </div>
    </main>
  );
}

function Supply({ summary: { total, labels } }: { readonly summary: LedgerSummary }) {
  const say = useSay();
  const marked = labels.filter(({ label }) => label !== '');
  return (
    <section className="panel supply" aria-label={say('ledger')}>
      <dl className="books-figures">
        {(['issued', 'redeemed', 'wallets', 'held'] as const).map((key) => (
          <div key={key} className="figure">
            <dt>{say(key)}</dt>
            <dd>{displayAmount(total[key])}</dd>
          </div>
        ))}
      </dl>
      {marked.length > 0 && (
        <div className="table-frame">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{say('label')}</th>
                {(['issued', 'redeemed', 'wallets', 'held'] as const).map((key) => (
                  <th key={key} scope="col">
                    {say(key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((line) => (
                <tr key={line.label}>
                  <th scope="row">{line.label === '' ? say('unmarked') : line.label}</th>
                  {(['issued', 'redeemed', 'wallets', 'held'] as const).map((key) => (
                    <td key={key} className="number">
                      {displayAmount(line[key])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <AuditButton />
    </section>
  );
}

function Accounts({ version, account, onAccount }: LedgerViewProps) {
  const say = useSay();
  const load = useCallback(async () => decodeAccounts(await getJson('/v1/ledger/accounts')), []);
  const { value } = useLoaded(load, `${version}`);
  return (
    <nav className="panel accounts" aria-label={say('accounts')}>
      <h2>{say('accounts')}</h2>
      <ul>
        {(value ?? []).map(({ account: id, name, purses }) => (
          <li key={id}>
            <button
              type="button"
              className="account-line"
              aria-current={id === account}
              data-testid={`account-${id}`}
              onClick={() => onAccount(id)}
            >
              <span>
                <b>{name ?? id}</b>
                <code>{id}</code>
              </span>
              <span className="account-purses">
                {purses.map(({ label, available }) => (
                  <span key={label}>
                    {label !== '' && <i>{label} </i>}
                    {displayAmount(available)}
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
