import { amountFromDigits } from '../amount.ts';
import type { Screen } from '../api/api-types.ts';
import { AMOUNT_DIGITS_MAX, PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../limits.ts';

export type DigitKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '00';
export type Key = DigitKey | 'enter' | 'clear' | 'cancel';

/** What the keypad types into now. */
export type KeypadMode = 'amount' | 'pin' | 'none';

/** Digits typed and not yet sent. A PIN lives here and in the one request that sends it, nowhere else. */
export interface Entry {
  readonly mode: KeypadMode;
  readonly digits: string;
  /** One sentence when a key could not do what it should; else empty. */
  readonly note: string;
}

/** What the page asks the server to do after a key. */
export type KeypadRequest =
  | { readonly kind: 'start-payment'; readonly amount: string }
  | { readonly kind: 'enter-pin'; readonly pin: string }
  | { readonly kind: 'cancel' };

export interface KeyPressed {
  readonly entry: Entry;
  readonly request: KeypadRequest | null;
}

/** An amount is typed while the device rests or shows the last result; a PIN when it asks for one. */
export function keypadMode(screen: Screen | null): KeypadMode {
  if (screen === null) return 'none';
  if (screen.prompt === 'pin') return 'pin';
  const rests = screen.state === 'idle' || screen.state === 'approved' || screen.state === 'declined';
  return rests && screen.prompt === null ? 'amount' : 'none';
}

export function emptyEntry(mode: KeypadMode): Entry {
  return { mode, digits: '', note: '' };
}

export function pressKey(entry: Entry, key: Key): KeyPressed {
  switch (key) {
    case 'cancel':
      return cancelled(entry);
    case 'clear':
      return { entry: { ...entry, digits: entry.digits.slice(0, -1), note: '' }, request: null };
    case 'enter':
      return entered(entry);
    default:
      return { entry: typed(entry, key), request: null };
  }
}

/** While an amount is typed the red key only wipes it: no payment has begun. */
function cancelled(entry: Entry): KeyPressed {
  return { entry: emptyEntry(entry.mode), request: entry.mode === 'amount' ? null : { kind: 'cancel' } };
}

function typed(entry: Entry, key: DigitKey): Entry {
  if (entry.mode === 'none') return entry;
  const digits = entry.mode === 'amount' ? (entry.digits + key).replace(/^0+/, '') : entry.digits + key;
  const max = entry.mode === 'amount' ? AMOUNT_DIGITS_MAX : PIN_DIGITS_MAX;
  if (digits.length <= max) return { ...entry, digits, note: '' };
  const note =
    entry.mode === 'amount' ? 'The amount is as large as it can be.' : 'A PIN has at most 12 digits.';
  return { ...entry, note };
}

function entered(entry: Entry): KeyPressed {
  if (entry.mode === 'none') return { entry, request: null };
  if (entry.mode === 'amount') {
    if (entry.digits === '') return { entry: { ...entry, note: 'First type an amount.' }, request: null };
    // The digits stay on the glass until the device shows its next screen.
    return { entry, request: { kind: 'start-payment', amount: amountFromDigits(entry.digits) } };
  }
  if (entry.digits !== '' && entry.digits.length < PIN_DIGITS_MIN) {
    return { entry: { ...entry, note: 'A PIN has at least 4 digits.' }, request: null };
  }
  return { entry: emptyEntry('pin'), request: { kind: 'enter-pin', pin: entry.digits } };
}

/** The keypad's key for a key of the keyboard (`KeyboardEvent.key`), or null. */
export function keyOfKeyboard(name: string): Key | null {
  if (/^\d$/.test(name)) return name as DigitKey;
  if (name === 'Enter') return 'enter';
  if (name === 'Backspace' || name === 'Delete') return 'clear';
  return name === 'Escape' ? 'cancel' : null;
}
