import { type CSSProperties, useState } from 'react';
import type { Payment } from '../trace/trace-state.ts';

interface ReceiptPaperProps {
  readonly receipts: Payment['receipts'];
}

type Copy = keyof Payment['receipts'];

const COPY_WORDS: Readonly<Record<Copy, string>> = { customer: 'Customer', merchant: 'Merchant' };

/** The receipt as it leaves the printer; its type is scaled so that the longest line fits the paper. */
export function ReceiptPaper({ receipts }: ReceiptPaperProps) {
  const [chosen, setChosen] = useState<Copy>('customer');
  const copies = (['customer', 'merchant'] as const).filter((copy) => receipts[copy] !== null);
  const copy = copies.includes(chosen) ? chosen : copies[0];
  if (copy === undefined) return null;
  const text = receipts[copy] ?? '';
  const columns = Math.max(24, ...text.split('\n').map((line) => line.length));
  return (
    <div className="receipt" data-testid="receipt">
      {copies.length > 1 && (
        <fieldset className="receipt-copies">
          <legend className="visually-hidden">Copy of the receipt</legend>
          {copies.map((name) => (
            <label key={name} className="segment segment-small">
              <input type="radio" name="copy" checked={name === copy} onChange={() => setChosen(name)} />
              <span>{COPY_WORDS[name]}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div className="receipt-paper" style={{ '--columns': columns } as CSSProperties}>
        <div className="receipt-sheet">
          <pre>{text}</pre>
        </div>
      </div>
    </div>
  );
}
