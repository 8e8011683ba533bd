import type { Entry, Prompt, TestCard } from '../api/api-types.ts';

interface CardActionsProps {
  /** The chosen card. */
  readonly card: TestCard | null;
  readonly prompt: Prompt;
  /** A card is in the slot. */
  readonly removable: boolean;
  readonly onPresent: (entry: Entry) => void;
  readonly onRemove: () => void;
}

/** What can be done with the chosen card now; stays in sight however long the tray is. */
export function CardActions({ card, prompt, removable, onPresent, onRemove }: CardActionsProps) {
  const wanted = prompt === 'card' && card !== null;
  return (
    <div className="card-actions" data-wanted={wanted || removable}>
      <p className="card-actions-hint">
        {card === null ? 'No card' : `${card.bankName} •••• ${card.lastFour}, test PIN ${card.pin}`}
      </p>
      {removable ? (
        <button
          key="remove"
          type="button"
          className="button button-primary"
          data-testid="remove-card"
          onClick={onRemove}
        >
          Remove card
        </button>
      ) : (
        <div key="present" className="button-pair">
          <button
            type="button"
            className="button button-primary"
            data-testid="tap-card"
            disabled={!wanted}
            onClick={() => onPresent('tap')}
          >
            Tap
          </button>
          <button
            type="button"
            className="button button-primary"
            data-testid="insert-card"
            disabled={!wanted}
            onClick={() => onPresent('chip')}
          >
            Insert
          </button>
          <button
            type="button"
            className="button"
            data-testid="swipe-card"
            disabled={!wanted}
            onClick={() => onPresent('swipe')}
          >
            Swipe
          </button>
        </div>
      )}
    </div>
  );
}
