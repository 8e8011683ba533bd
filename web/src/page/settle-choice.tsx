import type { Settlement } from '../api/api-types.ts';

interface SettleChoiceProps {
  /** Null: the merchant's own setting. */
  readonly settle: Settlement | null;
  readonly merchantSettle: Settlement | null;
  readonly onSettle: (settle: Settlement | null) => void;
}

const CHOICES: readonly { value: Settlement | null; testId: string; label: string }[] = [
  { value: null, testId: 'settle-default', label: 'Merchant’s setting' },
  { value: 'digital', testId: 'settle-digital', label: 'Digital tenge' },
  { value: 'non-cash', testId: 'settle-non-cash', label: 'Non-cash' },
];

const SETTLEMENT_WORDS: Readonly<Record<Settlement, string>> = {
  digital: 'This merchant is set to digital tenge.',
  'non-cash': 'This merchant is set to non-cash tenge.',
};

/** How the merchant takes the next payment. */
export function SettleChoice({ settle, merchantSettle, onSettle }: SettleChoiceProps) {
  return (
    <fieldset className="settle-choice">
      <legend>The merchant takes</legend>
      <div className="segments">
        {CHOICES.map(({ value, testId, label }) => (
          <label key={testId} className="segment" data-testid={testId}>
            <input type="radio" name="settle" checked={settle === value} onChange={() => onSettle(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {merchantSettle !== null && <p className="hint">{SETTLEMENT_WORDS[merchantSettle]}</p>}
    </fieldset>
  );
}
