import type { Pan } from '@kassa/primitives';
import type { RsaPrivateKey } from '../crypto/rsa.ts';
import type { TestIssuer } from '../crypto/test-authority.ts';
import type { CardScheme, CryptogramVersion } from '../cryptogram/cryptogram-profile.ts';

/** Verification lists a fixture can name instead of writing tag 8E. */
export type CvmListName =
  | 'online-pin'
  | 'online-pin-or-signature'
  | 'offline-pin'
  | 'enciphered-offline-pin'
  | 'signature'
  | 'no-cvm';

/**
 * EMV 4.4 Book 3, annex C3: amounts X and Y of zero, then rules. All conditions are 03, "if terminal supports the
 * CVM".
 */
export const CVM_LISTS: Readonly<Record<CvmListName, string>> = {
  // Enciphered PIN online; without a PIN the verification fails. A terminal that cannot take one: no CVM.
  'online-pin': '000000000000000002031F03',
  'online-pin-or-signature': '000000000000000042035E031F03',
  // The card verifies its PIN; at a terminal that cannot hand it one, online PIN, signature or nothing.
  'offline-pin': '000000000000000001030203' + '5E031F03',
  'enciphered-offline-pin': '0000000000000000040301030203' + '5E031F03',
  signature: '00000000000000005E031F03',
  'no-cvm': '00000000000000001F03',
};

/** Issuer action codes, 5 bytes each (EMV 4.4 Book 3, 10.7). */
export interface IssuerActionCodes {
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly default: Uint8Array;
}

/** How a card proves offline that it is genuine (EMV 4.4 Book 2, 5 and 6). CDA cards also do DDA. */
export interface CardAuthentication {
  readonly method: 'sda' | 'dda' | 'cda';
  /** Certifies the card's key and signs its data: {@link createTestAuthority}. */
  readonly issuer: TestIssuer;
  /** The card's signatures are of other data than it sends: for tests of terminals. */
  readonly wrongSignatures?: boolean;
}

/** The card's unique keys for secure messaging (EMV 4.4 Book 2, 9), 16 bytes each. */
export interface ScriptKeys {
  readonly integrity: Uint8Array;
  readonly confidentiality: Uint8Array;
}

/** What a card does over the air. */
export interface ContactlessData {
  /** A phone verifies its owner itself (CDCVM). */
  readonly device: 'card' | 'phone';
  /** What a Visa card asks for above the reader's limit (tag 9F6C); M/Chip has its list (tag 8E). */
  readonly verification: 'online-pin' | 'signature' | 'device' | 'none';
  /** Answers 6984: the reader is to use another interface. */
  readonly refuses?: boolean;
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
  /** Unless given, the card proves nothing offline. */
  readonly authentication?: CardAuthentication;
  /** Takes every answer of its issuer (tag 91) for a forgery: for tests of what comes after an approval. */
  readonly distrustsIssuer?: boolean;
  /** Unless given, the card has contacts alone. */
  readonly contactless?: ContactlessData;
  /** Unless given, the card takes no issuer scripts. */
  readonly scriptKeys?: ScriptKeys;
  /** What the card compares an offline PIN with, 4 to 12 digits; unless given, it verifies none. */
  readonly pin?: string;
}

/** What a card signs with. */
export interface CardSigner {
  readonly key: RsaPrivateKey;
  /** Tag 9F49. */
  readonly ddol: Uint8Array;
  /** Whether a signature goes with a cryptogram too. */
  readonly combines: boolean;
  readonly wrongSignatures: boolean;
}

/** The contactless side of a card. */
export interface ContactlessProfile {
  readonly data: ContactlessData;
  readonly aip: Uint8Array;
  readonly ppseFci: Uint8Array;
  readonly applicationFci: Uint8Array;
  /** Of M/Chip; Visa makes its answer anew. */
  readonly processingOptions: Uint8Array;
  readonly fileLocator: Uint8Array;
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly track2: Uint8Array;
  readonly psn: Uint8Array;
  /** Tag 9F51. */
  readonly drdol: Uint8Array;
}

/** Everything an emulated card holds and does not change. It has secrets in it: keys and PIN. */
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
  /** Null for a card that signs nothing itself. */
  readonly signer: CardSigner | null;
  /** Secret. */
  readonly pin: string | null;
  readonly scriptKeys: ScriptKeys | null;
  readonly contactless: ContactlessProfile | null;
  readonly distrustsIssuer: boolean;
}

/** Wrong PINs in a row a new card takes. */
export const PIN_TRIES_MAX = 3;

/** What a card remembers between transactions: plain JSON. It has a secret in it once an issuer has changed the PIN. */
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
  /** Answers every SELECT with 6A81 (ISO/IEC 7816-4); no command undoes it. */
  readonly cardBlocked: boolean;
  /** Set by an issuer script in place of the PIN the card was made with. */
  readonly changedPin: string | null;
  /** Set by issuer scripts in place of the limits the card was made with. */
  readonly changedLimits: { readonly lower?: number; readonly upper?: number };
  /** The owner has just proved to the phone who he is: good for one tap. */
  readonly deviceUnlocked: boolean;
  /** The last contactless cryptogram, in case the reader never got it: what it was for, and the answer. */
  readonly recoverable: { readonly key: string; readonly response: string } | null;
}

/** A card fresh from personalisation. */
export const NEW_CARD_STATE: CardState = {
  atc: 0,
  lastOnlineAtc: 0,
  pinTriesLeft: PIN_TRIES_MAX,
  onlineNotCompleted: false,
  issuerAuthenticationFailed: false,
  applicationBlocked: false,
  cardBlocked: false,
  changedPin: null,
  changedLimits: {},
  deviceUnlocked: false,
  recoverable: null,
};
