/** A card at the terminal's reader. */
export type PresentedCard =
  | {
      /** In the slot, or in the reader's field. */
      readonly entry: 'chip' | 'tap';
      /** Name of the emulated card, for traces. */
      readonly name: string;
      /**
       * One command and its answer; what the card must remember is stored before the answer comes. No bytes: the chip is
       * dead. Null: the card is gone.
       */
      transmit(command: Uint8Array): Promise<Uint8Array | null>;
    }
  | {
      readonly entry: 'swipe';
      readonly name: string;
      /** As the reader gives it (ISO/IEC 7813). */
      readonly track2: string;
    };

/** What the cardholder did when asked for a PIN. */
export type PinEntry =
  | { readonly kind: 'pin'; readonly digits: string }
  | { readonly kind: 'bypassed' }
  | { readonly kind: 'given-up'; readonly why: 'cancelled' | 'timed-out' };
