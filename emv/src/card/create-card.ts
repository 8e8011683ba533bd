import { type CardProfile, type CardState, NEW_CARD_STATE } from './card-data.ts';
import type { CardMemory } from './card-memory.ts';
import { stepCard } from './card-step.ts';
import { stepContactlessCard } from './contactless-step.ts';

/** An emulated card in a reader or in its field. */
export interface Card {
  /**
   * What must survive power-off. It has already changed when {@link Card.transmit} returns: the caller stores it before
   * it hands the response out, so that a counter never goes back.
   */
  readonly state: CardState;
  /** One command and its answer, status word included. Any bytes are answered; nothing is thrown. */
  transmit(command: Uint8Array): Uint8Array;
  /** Power-off: the transaction is forgotten, the state is not. */
  reset(): void;
}

/**
 * Puts a card into a reader. @param remembered what differs from a new card, or all a card of an earlier run
 * remembered.
 */
export function createCard(
  profile: CardProfile,
  remembered: Partial<CardState>,
  cardInterface: 'contact' | 'contactless' = 'contact',
): Card {
  const run = cardInterface === 'contact' ? stepCard : stepContactlessCard;
  let memory: CardMemory = { state: { ...NEW_CARD_STATE, ...remembered }, session: { stage: 'idle' } };
  return {
    get state() {
      return memory.state;
    },
    transmit(command) {
      const step = run(profile, memory, command);
      memory = step.memory;
      return step.response;
    },
    reset() {
      memory = { state: memory.state, session: { stage: 'idle' } };
    },
  };
}
