import type { OfflinePinOutcome } from '../cryptogram/card-verification-results.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';
import type { CardState } from './card-data.ts';

/** Where the card stands inside one insertion; power-off brings it back to `idle`. */
export type CardSession =
  | { readonly stage: 'idle' }
  /** The payment system environment is selected. */
  | { readonly stage: 'directory' }
  | { readonly stage: 'selected' }
  | InitiatedSession
  | OnlineSession
  /** The last cryptogram is out; scripts belong to the ARQC before it. */
  | { readonly stage: 'completed'; readonly arqc: Uint8Array | null };

/** Processing options are given; a cryptogram may be asked for. */
export interface InitiatedSession {
  readonly stage: 'initiated';
  /** Values sent for the PDOL: a combined signature covers them. */
  readonly pdolValues: Uint8Array;
  readonly offlinePin: OfflinePinOutcome;
  /** What GET CHALLENGE gave, until it is used. */
  readonly challenge: Uint8Array | null;
  readonly challengesGiven: number;
}

/** An ARQC is out and the issuer's decision may come back. */
export interface OnlineSession {
  readonly stage: 'online';
  readonly arqc: Uint8Array;
  readonly arpcKey: Uint8Array;
  /** Values of the first GENERATE AC: what the second does not repeat is taken from here. */
  readonly firstValues: ReadonlyMap<string, Uint8Array>;
  /** Values sent for PDOL and CDOL1: the next signature covers them too. */
  readonly valuesSoFar: Uint8Array;
  readonly firstCryptogram: CryptogramType;
  readonly offlinePin: OfflinePinOutcome;
  readonly issuerAuthentication: 'not-performed' | 'successful' | 'failed';
  /** The issuer's approval inside verified data; false while nothing is verified. */
  readonly issuerApproved: boolean;
  /** How things stood before the ARQC of this transaction. */
  readonly stateBefore: CardState;
}

/** All that changes in a card. */
export interface CardMemory {
  readonly state: CardState;
  readonly session: CardSession;
}

/** What a command does: the card afterwards and its answer. */
export interface CardStep {
  readonly memory: CardMemory;
  readonly response: Uint8Array;
}
