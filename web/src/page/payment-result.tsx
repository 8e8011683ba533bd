import { displayAmount } from '../amount.ts';
import type { Payment, PaymentResult as Result } from '../trace/trace-state.ts';
import { CheckIcon, CrossIcon } from './icons.tsx';
import { ReceiptPaper } from './receipt-paper.tsx';

interface PaymentResultProps {
  readonly payment: Payment;
  readonly result: Result;
}

const ROUTE_WORDS: Readonly<Record<string, string>> = {
  direct: 'DIRECT, as digital tenge',
  convert: 'CONVERT, to non-cash tenge',
};

/** How the shown payment ended, and its receipt. */
export function PaymentResult({ payment, result }: PaymentResultProps) {
  const facts = [
    ['Response code', result.responseCode],
    ['Approval code', result.approvalCode],
    ['Reason', result.reason],
    ['Route', result.route === null ? null : (ROUTE_WORDS[result.route] ?? result.route)],
    ['Reference', result.rrn],
  ] as const;
  return (
    <section className="payment-result" aria-label="Result">
      <div
        className="result"
        data-testid="result"
        data-approved={result.approved}
        data-response-code={result.responseCode ?? ''}
      >
        <span className="result-mark" aria-hidden="true">
          {result.approved ? <CheckIcon /> : <CrossIcon />}
        </span>
        <div className="result-head">
          <p className="result-word">{outcomeWord(result)}</p>
          {payment.amount !== null && <p className="result-amount">{displayAmount(payment.amount)}</p>}
        </div>
        <dl className="result-facts">
          {facts.map(([name, value]) =>
            value === null || value === '' ? null : (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
      <ReceiptPaper receipts={payment.receipts} />
    </section>
  );
}

/** Without a response code nobody declined: the payment was cancelled or broke off. */
function outcomeWord(result: Result): string {
  if (result.approved) return 'Approved';
  return result.responseCode === null ? 'Not completed' : 'Declined';
}
