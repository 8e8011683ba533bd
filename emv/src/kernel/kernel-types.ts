import type { Pan } from '@kassa/primitives';
import type { RsaPublicKey } from '../crypto/rsa.ts';
import type { AuthorityKey } from '../crypto/test-authority.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';

/** Action codes of the acquirer, 5 bytes each (EMV 4.4 Book 3, 10.7). */
export interface TerminalActionCodes {
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly default: Uint8Array;
}

/** Random transaction selection (EMV 4.4 Book 3, 10.6.2): percentages are 0 to 99, the target not above the maximum. */
export interface RandomSelection {
  readonly targetPercent: number;
  readonly maximumPercent: number;
  /** Minor units; from here to the floor limit the chance grows from target to maximum. */
  readonly thresholdAmount: bigint;
}

/** One application the terminal takes (EMV 4.4 Book 1, 12.3.1; Book 4, 10.2). */
export interface TerminalApplication {
  /** 5 to 16 bytes. */
  readonly aid: Uint8Array;
  /** Whether a longer name on the card that begins with this one matches too. */
  readonly partialSelection: boolean;
  /** Tag 9F09, 2 bytes. */
  readonly version: Uint8Array;
  readonly actionCodes: TerminalActionCodes;
  /** Minor units; 0 sends every amount online. */
  readonly floorLimit: bigint;
  readonly randomSelection?: RandomSelection;
}

/** What a terminal is (EMV 4.4 Book 4, annex A). Plain data, the same for many transactions. */
export interface TerminalConfig {
  /** Tag 9F35, two digits: 22 = merchant, attended, offline with online capability. */
  readonly terminalType: string;
  /** Tag 9F33, 3 bytes. */
  readonly capabilities: Uint8Array;
  /** Tag 9F40, 5 bytes. */
  readonly additionalCapabilities: Uint8Array;
  /** Tag 9F1A, ISO 3166-1 numeric. */
  readonly countryCode: string;
  /** Tag 9F1E, 8 characters. */
  readonly ifdSerialNumber: string;
  readonly applications: readonly TerminalApplication[];
  /** Keys of certification authorities; without the one a card names, its data are not authenticated. */
  readonly authorityKeys?: readonly AuthorityKey[];
  /** Further objects a card may ask for: 9F15, 9F16, 9F1C, 9F4E … */
  readonly otherData?: ReadonlyMap<string, Uint8Array>;
}

/** One transaction; everything a clock, a counter or randomness gives is given here. */
export interface TransactionData {
  /** Minor units, cashback included. */
  readonly amount: bigint;
  /** Cashback part of it. */
  readonly otherAmount?: bigint;
  /** ISO 4217 numeric, three digits. */
  readonly currencyCode: string;
  readonly currencyExponent: number;
  /** Tag 9C: 00 purchase, 01 cash, 09 purchase with cashback, 20 refund. */
  readonly type: string;
  /** YYMMDD, local. */
  readonly date: string;
  /** HHMMSS, local. */
  readonly time: string;
  /** Tag 9F41, 1 to 99999999. */
  readonly sequenceCounter: number;
  /** Tag 9F37, 4 random bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** Random number 1 to 99 for random transaction selection. */
  readonly randomSelectionNumber: number;
  /** The merchant asks for an online decision. */
  readonly forceOnline?: boolean;
}

/** What the card is, for routing and messages. Secret: never to an event or a log. */
export interface CardAccount {
  readonly pan: Pan;
  /** Two digits; null when the card has none. */
  readonly psn: string | null;
  /** YYMM. */
  readonly expiry: string;
  /** Number, `D`, expiry, service code, discretionary digits; null when the card gave none. */
  readonly track2: string | null;
}

/** For a request or an advice: DE 55 and the fields beside it. */
export interface ChipData extends CardAccount {
  readonly de55: Uint8Array;
  /** The request carries a PIN block (DE 52). */
  readonly onlinePin: boolean;
}

export interface ApplicationChoice {
  readonly aid: string;
  readonly label: string;
}

/** What the kernel asks of the device. */
export type KernelRequest =
  | { readonly kind: 'transmit'; readonly command: Uint8Array }
  /** Several applications, or one that must be confirmed. */
  | { readonly kind: 'choose-application'; readonly choices: readonly ApplicationChoice[] }
  /** The PIN pad takes a PIN and makes its block for this number; neither comes to the kernel. */
  | { readonly kind: 'online-pin'; readonly pan: Pan }
  /** The PIN pad takes a PIN and sends it to the card itself ({@link offlinePinCommand}); the kernel gets the answer. */
  | {
      readonly kind: 'offline-pin';
      /** 1 to 15; null when the card does not tell. */
      readonly triesLeft: number | null;
      /** Null: in clear. */
      readonly encipherment: PinEncipherment | null;
    }
  | { readonly kind: 'go-online'; readonly request: ChipData };

/** What an enciphered PIN is made with (EMV 4.4 Book 2, 7.2). */
export interface PinEncipherment {
  readonly key: RsaPublicKey;
  /** 8 bytes of the card. */
  readonly challenge: Uint8Array;
}

/** What the device answers. `removed` answers any request; the others their own. */
export type KernelReply =
  | { readonly kind: 'response'; readonly bytes: Uint8Array }
  | { readonly kind: 'chosen'; readonly index: number }
  | { readonly kind: 'pin-entered' }
  /** What the card answered to VERIFY, status word included. */
  | { readonly kind: 'pin-verified'; readonly response: Uint8Array }
  | { readonly kind: 'pin-bypassed' }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'online-response';
      /** DE 39. */
      readonly responseCode: string;
      /** DE 55 of the answer: 91, 8A, 71, 72; empty when there is none. */
      readonly issuerData: Uint8Array;
    }
  | { readonly kind: 'unable-to-go-online' }
  | { readonly kind: 'removed' };

export type CvmOutcome =
  | 'online-pin'
  | 'offline-pin'
  | 'offline-pin-and-signature'
  | 'signature'
  /** On the cardholder's own device (CDCVM). */
  | 'device'
  | 'no-cvm'
  | 'failed'
  | 'not-performed';

/** What a receipt shows (EMV 4.4 Book 4, 11.4) and a console explains. Hexadecimal, nothing secret. */
export interface KernelReceipt {
  readonly aid: string | null;
  readonly label: string | null;
  /** Tag 9F12 when it is in Latin letters (9F11 = 01): receipts prefer it to the label. */
  readonly preferredName: string | null;
  readonly tvr: string;
  readonly tsi: string;
  readonly cvm: CvmOutcome;
  readonly cvmResults: string;
  readonly cryptogramType: CryptogramType | null;
  readonly cryptogram: string | null;
  /** 0 to 65535. */
  readonly atc: number | null;
  /** Tag 9F5B, five bytes for each issuer script; null when there was none. */
  readonly scriptResults: string | null;
}

export type DeclineReason =
  /** Terminal action analysis: no request was made. */
  | 'terminal'
  /** The card answered AAC to the first GENERATE AC. */
  | 'card'
  /** The issuer said no. */
  | 'issuer'
  /** The issuer said yes, the card no: {@link KernelOutcome} `reversalNeeded`. */
  | 'card-after-approval'
  /** The issuer could not be reached and the rules or the card do not let it pass. */
  | 'unable-to-go-online';

export type TerminationReason =
  | 'card-removed'
  | 'cancelled'
  /** No byte came back: there is no chip, or it is dead. */
  | 'card-mute'
  | 'card-blocked'
  | 'no-application'
  | 'mandatory-data-missing'
  /** The card sent bytes that break the rules. */
  | 'bad-card-data'
  /** The card refused a command it had to obey. */
  | 'card-error';

interface OutcomeData {
  readonly receipt: KernelReceipt;
  /** For the advice or the clearing message; null when the card was not read so far. */
  readonly chipData: ChipData | null;
  /**
   * The issuer approved, or was asked and the answer is unknown, and the payment does not stand: reverse it.
   * After `unable-to-go-online` it is the device that knows whether its request may have arrived.
   */
  readonly reversalNeeded: boolean;
}

export type KernelOutcome =
  | (OutcomeData & { readonly kind: 'approved'; readonly by: 'issuer' | 'offline' })
  | (OutcomeData & { readonly kind: 'declined'; readonly reason: DeclineReason; readonly detail: string })
  | (OutcomeData & {
      readonly kind: 'terminated';
      readonly reason: TerminationReason;
      readonly detail: string;
    });
