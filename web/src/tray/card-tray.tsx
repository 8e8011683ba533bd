import type { TestCard } from '../api/api-types.ts';
import { cardHue } from './card-hue.ts';
import { PaymentCard } from './payment-card.tsx';

interface CardTrayProps {
  readonly cards: readonly TestCard[];
  readonly chosenId: string | null;
  readonly onChoose: (cardId: string) => void;
}

/** All test cards; one is chosen. */
export function CardTray({ cards, chosenId, onChoose }: CardTrayProps) {
  return (
    <fieldset className="card-tray">
      <legend>Test cards</legend>
      <div className="card-list">
        {cards.map((card) => (
          <PaymentCard
            key={card.id}
            card={card}
            hue={cardHue(card.bank, cards)}
            chosen={card.id === chosenId}
            onChoose={() => onChoose(card.id)}
          />
        ))}
        {cards.length === 0 && <p className="hint">The tray is empty.</p>}
      </div>
    </fieldset>
  );
}
