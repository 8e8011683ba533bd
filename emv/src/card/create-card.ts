import type { CardProfile, CardState } from './card-data.ts';
import type { CardMemory } from './card-memory.ts';
import { stepCard } from './card-step.ts';

/** An emulated contact card in a reader. */
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

/** Puts a card with its remembered state into a reader. */
export function createCard(profile: CardProfile, state: CardState): Card {
  let memory: CardMemory = { state, session: { stage: 'idle' } };
  return {
    get state() {
      return memory.state;
    },
    transmit(command) {
      const step = stepCard(profile, memory, command);
      memory = step.memory;
      return step.response;
    },
    reset() {
      memory = { state: memory.state, session: { stage: 'idle' } };
    },
  };
}
