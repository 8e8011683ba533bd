/** What the device shows: data of `terminal.screen-changed` (docs/events.md). `amount` is decimal tenge or null. */
export interface Screen {
  readonly state: ScreenState;
  readonly title: string;
  readonly lines: readonly string[];
  readonly prompt: Prompt;
  readonly amount: string | null;
}

export const SCREEN_STATES = [
  'idle',
  'present-card',
  'reading',
  'pin-entry',
  'authorising',
  'remove-card',
  'approved',
  'declined',
] as const;
export type ScreenState = (typeof SCREEN_STATES)[number];

export const PROMPTS = ['card', 'pin', 'remove'] as const;
/** What the device waits for; null: nothing a person could do now. */
export type Prompt = (typeof PROMPTS)[number] | null;

export const SETTLEMENTS = ['digital', 'non-cash'] as const;
/** How the merchant takes the money. */
export type Settlement = (typeof SETTLEMENTS)[number];

/** How the card meets the terminal. */
export type Entry = 'chip' | 'swipe' | 'tap';

/** One card of the tray. All are test cards; the PIN is a test PIN and public. */
export interface TestCard {
  readonly id: string;
  readonly bank: string;
  readonly bankName: string;
  readonly scheme: string;
  readonly name: string;
  readonly lastFour: string;
  readonly expiry: string;
  readonly pin: string;
  readonly says: string;
}

export interface Terminal {
  readonly id: string;
  readonly merchant: {
    readonly id: string;
    readonly name: string;
    readonly city: string;
    readonly settle: Settlement;
  };
  readonly dialect: string;
  readonly online: boolean;
  readonly screen: Screen;
}

/** All sums are decimal tenge. */
export interface Books {
  readonly issued: string;
  readonly redeemed: string;
  readonly wallets: string;
  readonly held: string;
  readonly offline: string;
  readonly nonCash: string;
  readonly balanced: boolean;
  readonly merchants: readonly MerchantBooks[];
}

export interface MerchantBooks {
  readonly id: string;
  readonly name: string;
  readonly digital: string;
  readonly nonCash: string;
}
