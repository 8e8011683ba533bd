import { displayAmount } from '../amount.ts';
import type { Payment } from './trace-state.ts';

interface PaymentPickerProps {
  readonly payments: readonly Payment[];
  readonly payment: Payment | null;
  readonly onPick: (transactionId: string) => void;
}

/** The last payments of this terminal, newest first. */
export function PaymentPicker({ payments, payment, onPick }: PaymentPickerProps) {
  if (payments.length < 2) return null;
  return (
    <label className="payment-picker">
      <span className="visually-hidden">Payment</span>
      <select value={payment?.transactionId ?? ''} onChange={(change) => onPick(change.target.value)}>
        {payments.map((item) => (
          <option key={item.transactionId} value={item.transactionId}>
            {optionWords(item)}
          </option>
        ))}
      </select>
    </label>
  );
}

function optionWords(payment: Payment): string {
  const time = new Date(payment.startedMs).toLocaleTimeString('en-GB');
  const amount = payment.amount === null ? '' : ` · ${displayAmount(payment.amount)}`;
  return `${time}${amount} · ${outcomeWords(payment)}`;
}

function outcomeWords(payment: Payment): string {
  if (payment.result === null) return 'running';
  const { approved, responseCode } = payment.result;
  if (approved) return 'approved';
  return responseCode === null ? 'not completed' : `declined ${responseCode}`;
}
