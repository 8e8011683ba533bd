import type { TestCard } from '../api/api-types.ts';

interface CardSlotProps {
  readonly occupied: boolean;
  /** The card in the slot; null when it is not one of the tray. */
  readonly card: TestCard | null;
  readonly hue: number;
  readonly wanted: boolean;
}

/** The chip slot at the foot of the device, with the card that is in it. */
export function CardSlot({ occupied, card, hue, wanted }: CardSlotProps) {
  return (
    <div className="card-slot" data-wanted={wanted} data-occupied={occupied}>
      <div className="card-slot-mouth" aria-hidden="true" />
      {occupied ? (
        <p className="card-in-slot" data-hue={hue}>
          <span className="visually-hidden">In the slot: </span>
          {card === null ? 'Card' : `${card.bankName} •••• ${card.lastFour}`}
        </p>
      ) : (
        <p className="card-slot-hint">{wanted ? 'Tap, insert or swipe a card' : 'Chip'}</p>
      )}
    </div>
  );
}
