import { PIN_TRIES_MAX } from '@kassa/emv';
import { formatTenge, unreachable } from '@kassa/primitives';
import type { CardHint, DeviceState } from './device-state.ts';

/** What the device shows (docs/events.md, terminal.screen-changed). */
export interface Screen {
  readonly state:
    | 'idle'
    | 'present-card'
    | 'reading'
    | 'pin-entry'
    | 'authorising'
    | 'remove-card'
    | 'approved'
    | 'declined';
  readonly title: string;
  readonly lines: readonly string[];
  /** What the device waits for. */
  readonly prompt: 'card' | 'pin' | 'remove' | null;
  /** Decimal tenge. */
  readonly amount: string | null;
}

export function screenOf(state: DeviceState, merchantName: string): Screen {
  const tiyn = state.kind === 'idle' ? null : state.payment.amount;
  const amount = tiyn === null ? null : formatTenge(tiyn);
  switch (state.kind) {
    case 'idle':
      return {
        state: 'idle',
        title: 'Welcome',
        lines: [merchantName, 'Enter the amount'],
        prompt: null,
        amount,
      };
    case 'present-card':
      return {
        state: 'present-card',
        title: 'Present card',
        lines: PRESENT_LINES[state.hint ?? 'first'],
        prompt: 'card',
        amount,
      };
    case 'reading':
      return {
        state: 'reading',
        title: 'Please wait',
        lines: ['Reading the card'],
        prompt: null,
        amount,
      };
    case 'pin-entry':
      return {
        state: 'pin-entry',
        title: 'Enter PIN',
        lines: pinLines(state.triesLeft),
        prompt: 'pin',
        amount,
      };
    case 'authorising':
      return {
        state: 'authorising',
        title: 'Authorising',
        lines: ['Please wait'],
        prompt: null,
        amount,
      };
    case 'ending':
      return {
        state: 'reading',
        title: 'Please wait',
        lines: ['Ending the payment'],
        prompt: null,
        amount,
      };
    case 'remove-card': {
      const { title, lines } = verdict(state.result);
      return { state: 'remove-card', title, lines: [...lines, 'Remove the card'], prompt: 'remove', amount };
    }
    case 'finished': {
      const { title, lines } = verdict(state.result);
      return { state: state.result.approved ? 'approved' : 'declined', title, lines, prompt: null, amount };
    }
    default:
      return unreachable(state);
  }
}

const PRESENT_LINES: Readonly<Record<CardHint | 'first', readonly string[]>> = {
  first: ['Tap, insert or swipe'],
  insert: ['Tap is not possible', 'Insert the card'],
  swipe: ['The chip cannot be read', 'Swipe the card'],
  'tap-again': ['The card was removed too early', 'Tap again'],
  'see-phone': ['See the phone for instructions', 'then tap again'],
};

/** Tries are told once one is lost: the cardholder is not to block the card unawares. */
function pinLines(triesLeft: number | undefined): readonly string[] {
  if (triesLeft === undefined || triesLeft >= PIN_TRIES_MAX) return ['then press enter'];
  return triesLeft === 1 ? ['Last try', 'then press enter'] : [`${triesLeft} tries left`, 'then press enter'];
}

function verdict(result: {
  readonly approved: boolean;
  readonly responseCode: string;
  readonly approvalCode: string | null;
}): { title: string; lines: string[] } {
  return result.approved
    ? { title: 'Approved', lines: [`Approval code ${result.approvalCode ?? '-'}`] }
    : { title: 'Declined', lines: [`Code ${result.responseCode}`] };
}
