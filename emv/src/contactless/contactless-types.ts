import type {
  KernelOutcome,
  KernelReceipt,
  TerminalApplication,
  TerminalConfig,
} from '../kernel/kernel-types.ts';

/**
 * Limits of a reader for one application, minor units (EMV Contactless Book A, pre-processing; Book C-2, data
 * dictionary: DF8123 to DF8126).
 */
export interface ContactlessLimits {
  /** From here on the issuer is asked. */
  readonly floorLimit: bigint;
  /** From here on the cardholder is verified. */
  readonly cvmLimit: bigint;
  /** From here on contactless is not possible. */
  readonly transactionLimit: bigint;
  /** The same for a device that verifies its owner itself. */
  readonly transactionLimitOnDevice: bigint;
}

/** One application the reader takes; its own floor limit and random selection are not looked at. */
export interface ContactlessApplication extends TerminalApplication {
  /** EMV Contactless Book C-3 or C-2. */
  readonly kernel: 'visa' | 'mastercard';
  readonly limits: ContactlessLimits;
}

/** What a reader is: the terminal behind it, with applications of its own. */
export interface ContactlessConfig {
  readonly terminal: TerminalConfig;
  readonly applications: readonly ContactlessApplication[];
}

/**
 * A transaction whose last answer never came (EMV Contactless Book C-2, torn transaction recovery): kept by the
 * device until the card comes
 * back. Secret: never to an event or a log.
 */
export interface TornTransaction {
  readonly pan: string;
  readonly psn: string | null;
  readonly amount: bigint;
  readonly unpredictableNumber: Uint8Array;
  readonly tvr: Uint8Array;
  /** Tag 9F34. */
  readonly cvmResults: Uint8Array;
  readonly cdol1Values: Uint8Array;
}

/** What comes of a card in the field, beside what comes of one in the slot (EMV Contactless Book A, outcomes). */
export type ContactlessOutcome =
  | KernelOutcome
  /** Insert or swipe instead. */
  | { readonly kind: 'try-another-interface'; readonly detail: string; readonly receipt: KernelReceipt }
  /** The owner is to do something on the phone, then tap again. */
  | { readonly kind: 'see-phone'; readonly detail: string; readonly receipt: KernelReceipt }
  /** The card left the field too early: tap again. */
  | {
      readonly kind: 'present-again';
      readonly detail: string;
      readonly receipt: KernelReceipt;
      /** To be given to the next transaction; null when the card had not been asked for its cryptogram. */
      readonly torn: TornTransaction | null;
    };
