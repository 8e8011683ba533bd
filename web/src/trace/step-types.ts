/** Between whom a step happens: the groups of the trace. */
export type Party = 'card' | 'host' | 'acquirer' | 'bank' | 'ledger' | 'account';

export const PARTY_NAMES: Readonly<Record<Party, string>> = {
  card: 'Card ↔ terminal',
  host: 'Terminal → acquirer',
  acquirer: 'Acquirer',
  bank: 'Bank',
  ledger: 'Digital tenge ledger',
  account: 'Merchant’s account',
};

/** `quiet` steps are there to be found, not to be read first. */
export type Tone = 'plain' | 'quiet' | 'good' | 'bad';

/** One line of a plain table. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** One field of a message; `offset` and `length` are bytes in the message, null when the field has no place in it. */
export interface MessageField {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly words: string;
  readonly offset: number | null;
  readonly length: number | null;
}

/** One byte as two characters: hexadecimal digits, or `**` where it is secret. */
export type HexByte = string;

export interface IsoMessage {
  readonly mti: string;
  readonly dialect: string;
  readonly lengthBytes: number;
  readonly bytes: readonly HexByte[];
  readonly fields: readonly MessageField[];
}

/** What a step shows when it is opened. */
export type StepDetail =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'apdu';
      readonly commandName: string;
      readonly command: readonly HexByte[];
      readonly response: readonly HexByte[];
      readonly status: string;
      readonly meaning: string;
    }
  | {
      readonly kind: 'decision';
      readonly step: string;
      readonly decision: string;
      readonly why: string;
      readonly bits: readonly string[];
    }
  | { readonly kind: 'message'; readonly message: IsoMessage };

/** What one event says to a person. */
export interface StepText {
  readonly party: Party;
  /** One plain-English sentence. */
  readonly sentence: string;
  readonly tone: Tone;
  readonly detail: StepDetail;
}

/** Turns the data of one event type into a step. @throws ShapeError when the data are not as docs/events.md says. */
export type StepWriter = (data: Readonly<Record<string, unknown>>) => StepText;

/** The writers of one party by event type. */
export type StepWriters = Readonly<Record<string, StepWriter>>;
