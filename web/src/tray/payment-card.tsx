import type { TestCard } from '../api/api-types.ts';

interface PaymentCardProps {
  readonly card: TestCard;
  readonly hue: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

const SCHEME_WORDS: Readonly<Record<string, string>> = { visa: 'VISA', mastercard: 'mastercard' };

/** One test card, drawn as a card, with what it does beneath. */
export function PaymentCard({ card, hue, chosen, onChoose }: PaymentCardProps) {
  return (
    <label className="payment-card" data-testid={`card-${card.id}`} data-chosen={chosen}>
      <input type="radio" name="card" checked={chosen} onChange={onChoose} />
      <span className="card-face" data-hue={hue}>
        <span className="card-bank">{card.bankName}</span>
        <span className="card-scheme" data-scheme={card.scheme}>
          {SCHEME_WORDS[card.scheme] ?? card.scheme}
        </span>
        <ChipDrawing />
        <span className="card-number">
          <span aria-hidden="true">•••• •••• •••• </span>
          <span className="visually-hidden">ending in </span>
          {card.lastFour}
        </span>
        <span className="card-name">{card.name}</span>
        <span className="card-expiry">
          <span className="visually-hidden">valid to </span>
          {card.expiry}
        </span>
      </span>
      <span className="card-says">{card.says}</span>
      <span className="card-pin">
        Test PIN <b>{card.pin}</b>
      </span>
    </label>
  );
}

function ChipDrawing() {
  return (
    <svg className="card-chip" viewBox="0 0 34 26" aria-hidden="true">
      <rect x="0.5" y="0.5" width="33" height="25" rx="5" />
      <path d="M0 9h11v8H0M34 9H23v8h11M11 0v26M23 0v26" />
    </svg>
  );
}
