import { useCallback, useState } from 'react';
import { displayAmount } from '../amount.ts';
import { getJson } from '../api/api-client.ts';
import { useLoaded } from '../use-loaded.ts';
import { decodeAccount, decodeStatement } from './decode-ledger.ts';
import { useLanguage, useSay } from './language.ts';
import type { StatementLine } from './ledger-types.ts';
import { fullTime } from './payment-words.ts';

interface AccountViewProps {
  readonly account: string;
  readonly version: number;
  readonly onAccount: (account: string | null) => void;
}

/** One account: its money by label, and what came and went. */
export function AccountView({ account, version, onAccount }: AccountViewProps) {
  const say = useSay();
  const [label, setLabel] = useState('');
  const [after, setAfter] = useState<number | null>(null);
  const path = `/v1/ledger/accounts/${encodeURIComponent(account)}`;
  const loadAccount = useCallback(async () => decodeAccount(await getJson(path)), [path]);
  const loadStatement = useCallback(async () => {
    const query = new URLSearchParams({ label, ...(after === null ? {} : { after: String(after) }) });
    return decodeStatement(await getJson(`${path}/statement?${query}`));
  }, [path, label, after]);
  const head = useLoaded(loadAccount, `${version}`);
  const statement = useLoaded(loadStatement, `${version}`);
  const problem = head.error ?? statement.error;
  return (
    <section className="panel account-view" aria-label={account}>
      <h2>
        {head.value?.name ?? say('account')} <code>{account}</code>
      </h2>
      {problem !== null && <p className="problem">{problem}</p>}
      {head.value !== null && (
        <ul className="purses">
          {head.value.purses.map((purse) => (
            <li key={purse.label}>
              <button
                type="button"
                className="purse"
                aria-pressed={purse.label === label}
                onClick={() => {
                  setLabel(purse.label);
                  setAfter(null);
                }}
              >
                <span className="hint">{purse.label === '' ? say('unmarked') : purse.label}</span>
                <b>{displayAmount(purse.available)}</b>
                <span className="hint">
                  {say('held')} {displayAmount(purse.held)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <h3>{say('statement')}</h3>
      {statement.value !== null && <Statement lines={statement.value.entries} onAccount={onAccount} />}
      {statement.value?.next !== undefined && statement.value.next !== null && (
        <button type="button" className="button" onClick={() => setAfter(statement.value?.next ?? null)}>
          {say('next')}
        </button>
      )}
    </section>
  );
}

interface StatementProps {
  readonly lines: readonly StatementLine[];
  readonly onAccount: (account: string | null) => void;
}

function Statement({ lines, onAccount }: StatementProps) {
  const say = useSay();
  const language = useLanguage();
  if (lines.length === 0) return <p className="hint">{say('emptyStatement')}</p>;
  return (
    <div className="table-frame">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{say('time')}</th>
            <th scope="col">{say('operation')}</th>
            <th scope="col">{say('account')}</th>
            <th scope="col">{say('amount')}</th>
            <th scope="col">{say('balance')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.sequence} ${line.line}`}>
              <td>{fullTime(line.atMs, language)}</td>
              <td>
                {line.operationType} <code>{line.operationId}</code>
              </td>
              <td>
                {line.counterAccount !== null && (
                  <button
                    type="button"
                    className="link-button"
                    onClick={() => onAccount(line.counterAccount)}
                  >
                    {line.counterAccount}
                  </button>
                )}
              </td>
              <td className="number">{displayAmount(line.amount)}</td>
              <td className="number">{displayAmount(line.balance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
