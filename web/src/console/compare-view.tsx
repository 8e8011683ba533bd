import { useMemo, useState } from 'react';
import { displayAmount } from '../amount.ts';
import { type ComparedPart, comparePayments } from './compare-payments.ts';
import type { PaymentDetail, PaymentLine } from './console-types.ts';
import { useSay } from './language.ts';
import { paymentInShort } from './payment-words.ts';

/** Payments offered for comparison: the newest; any other by its link. */
const CHOICES_MAX = 100;

interface CompareViewProps {
  readonly detail: PaymentDetail;
  readonly other: PaymentDetail | null;
  readonly otherId: string | null;
  readonly payments: readonly PaymentLine[];
  readonly onOther: (transactionId: string | null) => void;
}

/** Two payments field by field. */
export function CompareView({ detail, other, otherId, payments, onOther }: CompareViewProps) {
  const say = useSay();
  const [showEqual, setShowEqual] = useState(false);
  const [hideExpected, setHideExpected] = useState(true);
  const parts = useMemo(() => (other === null ? [] : comparePayments(detail, other)), [detail, other]);
  const shown = parts.map((part) => ({
    ...part,
    fields: part.fields.filter(
      ({ isSame, isExpected }) => (showEqual || !isSame) && !(hideExpected && isExpected && !isSame),
    ),
  }));
  return (
    <div className="compare" data-testid="compare">
      <div className="compare-choices">
        <label>
          {say('compareWith')}{' '}
          <select
            value={otherId ?? ''}
            data-testid="compare-with"
            onChange={({ target }) => onOther(target.value === '' ? null : target.value)}
          >
            <option value="">–</option>
            {choicesOf(payments, detail.payment, otherId).map((payment) => (
              <option key={payment.transactionId} value={payment.transactionId}>
                {paymentInShort(payment, payment.amount === null ? '–' : displayAmount(payment.amount))}
              </option>
            ))}
          </select>
        </label>
        <Check label={say('showEqual')} value={showEqual} onChange={setShowEqual} />
        <Check label={say('hideExpected')} value={hideExpected} onChange={setHideExpected} />
      </div>
      {other === null ? <p className="empty">{say('compareHint')}</p> : <Parts parts={shown} />}
    </div>
  );
}

function choicesOf(payments: readonly PaymentLine[], own: PaymentLine, otherId: string | null) {
  const others = payments.filter(({ transactionId }) => transactionId !== own.transactionId);
  const chosen = others.filter(({ transactionId }) => transactionId === otherId);
  return [...new Set([...chosen, ...others.slice(0, CHOICES_MAX)])];
}

interface CheckProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

function Check({ label, value, onChange }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={value} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}

function Parts({ parts }: { readonly parts: readonly ComparedPart[] }) {
  const say = useSay();
  const filled = parts.filter(({ fields }) => fields.length > 0);
  if (filled.length === 0) return <p className="empty">{say('noDifference')}</p>;
  return (
    <div className="table-frame">
      <table className="compare-table">
        <thead>
          <tr>
            <th scope="col">{say('field')}</th>
            <th scope="col">{say('thisOne')}</th>
            <th scope="col">{say('otherOne')}</th>
          </tr>
        </thead>
        {filled.map(({ title, fields }) => (
          <tbody key={title}>
            {title !== '' && (
              <tr>
                <th scope="rowgroup" colSpan={3} className="compare-title">
                  {title}
                </th>
              </tr>
            )}
            {fields.map(({ path, name, left, right, isSame }) => (
              <tr key={path} data-same={isSame}>
                <th scope="row">
                  {name !== path && <b>{path} </b>}
                  {name}
                </th>
                <td>{left === null ? <i>{say('missing')}</i> : <code>{left}</code>}</td>
                <td>{right === null ? <i>{say('missing')}</i> : <code>{right}</code>}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
