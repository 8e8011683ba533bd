import type { Pan } from '@kassa/primitives';
import type { CardScheme, CryptogramVersion } from '../cryptogram/cryptogram-profile.ts';

/** Verification lists a fixture can name instead of writing tag 8E. */
export type CvmListName = 'online-pin' | 'online-pin-or-signature' | 'signature' | 'no-cvm';

/** EMV 4.4 Book 3, annex C3: amounts X and Y of zero, then rules. All conditions are 03, "if terminal supports the CVM". */
export const CVM_LISTS: Readonly<Record<CvmListName, string>> = {
  // Enciphered PIN online; without a PIN the verification fails. A terminal that cannot take one: no CVM.
  'online-pin': '000000000000000002031F03',
  'online-pin-or-signature': '000000000000000042035E031F03',
  signature: '00000000000000005E031F03',
  'no-cvm': '00000000000000001F03',
};

/** Issuer action codes, 5 bytes each (EMV 4.4 Book 3, 10.7). */
export interface IssuerActionCodes {
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly default: Uint8Array;
}

/** What a bank decides about one card: plain data, the input of `personalise`. */
export interface CardData {
  readonly scheme: CardScheme;
  /** Unless given, the scheme's own: cvn18 for Visa, cvn20 for Mastercard. */
  readonly cryptogramVersion?: CryptogramVersion;
  readonly pan: Pan;
  /** PAN sequence number, two digits. */
  readonly psn: string;
  /** YYMM; valid to the last day of the month. */
  readonly expiry: string;
  /** YYMM; valid from the first day of the month. */
  readonly effective: string;
  /** ISO/IEC 7813 form, `SURNAME/GIVEN`, 2 to 26 characters. */
  readonly cardholderName: string;
  /** Three digits (ISO/IEC 7813). */
  readonly serviceCode: string;
  /** One to four ISO 639 codes without separators: `kkru`. */
  readonly language: string;
  /** A name of {@link CVM_LISTS}, or tag 8E in hexadecimal. */
  readonly cvmList: string;
  /** The card's unique key for application cryptograms, 16 bytes; the issuer derives it with `deriveUdk`. */
  readonly udk: Uint8Array;
  /** Which issuer master key `udk` comes from, 0 to 255; sent in tag 9F10. */
  readonly keyIndex: number;
  /** Up to 16 characters; unless given, the scheme's usual one. */
  readonly label?: string;
  readonly preferredName?: string;
  /** Discretionary digits of track 2: PVKI, PVV and iCVV as the issuer makes them. */
  readonly track2Discretionary?: string;
  /** ISO 3166-1 numeric; 398 unless given. */
  readonly issuerCountry?: string;
  /** ISO 4217 numeric; 398 unless given. */
  readonly currency?: string;
  /** Tag 9F07; valid for everything unless given. */
  readonly usageControl?: Uint8Array;
  readonly actionCodes?: IssuerActionCodes;
  /**
   * Consecutive transactions the card may approve without its issuer. Unless given, none: every approval is online.
   * When given, the limits also stand in the records, so that the terminal checks them too (tags 9F14 and 9F23).
   */
  readonly offlineLimits?: { readonly lower: number; readonly upper: number };
  /** The issuer's answer comes in EXTERNAL AUTHENTICATE (AIP byte 1 bit 3) instead of the second GENERATE AC. */
  readonly externalAuthenticate?: boolean;
}

/** Everything an emulated card holds and does not change. It has a secret in it: the unique key. */
export interface CardProfile {
  readonly cryptogramVersion: CryptogramVersion;
  readonly aid: Uint8Array;
  /** Answers of SELECT, without status. */
  readonly pseFci: Uint8Array;
  readonly applicationFci: Uint8Array;
  /** Answer of GET PROCESSING OPTIONS. */
  readonly processingOptions: Uint8Array;
  readonly aip: Uint8Array;
  /** Records with their template 70, by `SFI.record`. */
  readonly pseRecords: ReadonlyMap<string, Uint8Array>;
  readonly applicationRecords: ReadonlyMap<string, Uint8Array>;
  readonly cdol1: Uint8Array;
  readonly cdol2: Uint8Array;
  readonly issuerCountry: Uint8Array;
  readonly udk: Uint8Array;
  readonly keyIndex: number;
  readonly offlineLimits: { readonly lower: number; readonly upper: number };
  readonly externalAuthenticate: boolean;
}

/** What a card remembers between transactions: nothing secret, plain JSON. */
export interface CardState {
  /** Application transaction counter; never goes back. */
  readonly atc: number;
  readonly lastOnlineAtc: number;
  readonly pinTriesLeft: number;
  /** An ARQC was given and the issuer's decision never came back. */
  readonly onlineNotCompleted: boolean;
  /** The last ARPC was wrong. */
  readonly issuerAuthenticationFailed: boolean;
  readonly applicationBlocked: boolean;
}

/** A card fresh from personalisation. */
export const NEW_CARD_STATE: CardState = {
  atc: 0,
  lastOnlineAtc: 0,
  pinTriesLeft: 3,
  onlineNotCompleted: false,
  issuerAuthenticationFailed: false,
  applicationBlocked: false,
};
