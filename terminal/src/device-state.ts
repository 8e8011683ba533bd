import { type Tiyn, unreachable } from '@kassa/primitives';
import type { PaymentResult } from './payment-result.ts';

/** Inserted, swiped or held over the reader. */
export type Entry = 'chip' | 'swipe' | 'tap';
/** Why a card is wanted once more, and how. */
export type CardHint = 'insert' | 'swipe' | 'tap-again' | 'see-phone';
export type Settle = 'digital' | 'non-cash';

/** A payment as the device knows it before it has a result. */
export interface DevicePayment {
  readonly transactionId: string;
  readonly amount: Tiyn;
  /** Null: as the merchant's profile at the acquirer says. */
  readonly settle: Settle | null;
}

/** A payment being made, and whether its card is in the slot now. */
interface Running {
  readonly payment: DevicePayment;
  readonly cardInSlot: boolean;
}

/** What the device is doing. */
export type DeviceState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'present-card';
      readonly payment: DevicePayment;
      /** Absent for the first card. */
      readonly hint?: CardHint;
    }
  | ({ readonly kind: 'reading' } & Running)
  | ({
      readonly kind: 'pin-entry';
      /** As the card tells it; absent when it does not, or the bank counts. */
      readonly triesLeft?: number;
    } & Running)
  | ({ readonly kind: 'authorising' } & Running)
  /** Given up by the cardholder or the clock before the host was asked: the result is being stored. */
  | ({ readonly kind: 'ending' } & Running)
  | { readonly kind: 'remove-card'; readonly payment: DevicePayment; readonly result: PaymentResult }
  | { readonly kind: 'finished'; readonly payment: DevicePayment; readonly result: PaymentResult };

/** What can happen to the device. */
export type DeviceEvent =
  | { readonly kind: 'amount-entered'; readonly payment: DevicePayment }
  | { readonly kind: 'card-presented'; readonly entry: Entry }
  /** The card as it was presented cannot pay: once more, otherwise. */
  | { readonly kind: 'card-wanted-again'; readonly hint: CardHint }
  | { readonly kind: 'pin-wanted'; readonly triesLeft?: number }
  /** Also when the enter key is pressed without a PIN. */
  | { readonly kind: 'pin-given' }
  | { readonly kind: 'host-asked' }
  | { readonly kind: 'cancel-pressed' }
  | { readonly kind: 'cardholder-timed-out' }
  | { readonly kind: 'card-removed' }
  | { readonly kind: 'payment-ended'; readonly result: PaymentResult }
  | { readonly kind: 'result-timed-out' };

/** What the device's surroundings must do. */
export type DeviceEffect =
  | { readonly kind: 'read-card' }
  /** End the payment: at most once for each. */
  | { readonly kind: 'give-up'; readonly why: 'cancelled' | 'timed-out' }
  | { readonly kind: 'card-gone' };

export type DeviceStep =
  | { readonly ok: true; readonly state: DeviceState; readonly effects: readonly DeviceEffect[] }
  | { readonly ok: false; readonly reason: string };

/** The device as a table of what may happen when; anything else is refused with a reason and changes nothing. */
export function step(state: DeviceState, event: DeviceEvent): DeviceStep {
  switch (event.kind) {
    case 'amount-entered':
      return state.kind === 'idle' || state.kind === 'finished'
        ? go({ kind: 'present-card', payment: event.payment })
        : refuse(state, 'a payment can begin');
    case 'card-presented':
      return state.kind === 'present-card'
        ? go(
            { kind: 'reading', payment: state.payment, cardInSlot: event.entry === 'chip' },
            { kind: 'read-card' },
          )
        : refuse(state, 'a card is expected');
    case 'card-wanted-again':
      // A card left in the slot is in nobody's way: the next one is presented as the prompt says.
      return state.kind === 'reading'
        ? go({ kind: 'present-card', payment: state.payment, hint: event.hint })
        : refuse(state, 'a card is being read');
    case 'pin-wanted':
      return state.kind === 'reading'
        ? go({
            ...{ kind: 'pin-entry', payment: state.payment, cardInSlot: state.cardInSlot },
            ...(event.triesLeft === undefined ? {} : { triesLeft: event.triesLeft }),
          })
        : refuse(state, 'a PIN can be asked for');
    case 'pin-given':
      return state.kind === 'pin-entry'
        ? go({ kind: 'reading', payment: state.payment, cardInSlot: state.cardInSlot })
        : refuse(state, 'a PIN is expected');
    case 'host-asked':
      return state.kind === 'reading'
        ? go({ ...state, kind: 'authorising' })
        : refuse(state, 'the host can be asked');
    case 'cancel-pressed':
      return giveUp(state, 'cancelled');
    case 'cardholder-timed-out':
      return giveUp(state, 'timed-out');
    case 'card-removed':
      return removeCard(state);
    case 'payment-ended':
      return end(state, event.result);
    case 'result-timed-out':
      return state.kind === 'finished' ? go({ kind: 'idle' }) : refuse(state, 'a result is shown');
    default:
      return unreachable(event);
  }
}

function giveUp(state: DeviceState, why: 'cancelled' | 'timed-out'): DeviceStep {
  // Once the host was asked there is no way back: the answer decides, or the time limit does.
  if (state.kind !== 'present-card' && state.kind !== 'pin-entry')
    return refuse(state, 'a payment can be cancelled');
  const cardInSlot = state.kind === 'pin-entry' && state.cardInSlot;
  return go({ kind: 'ending', payment: state.payment, cardInSlot }, { kind: 'give-up', why });
}

function removeCard(state: DeviceState): DeviceStep {
  switch (state.kind) {
    case 'remove-card':
      return go({ kind: 'finished', payment: state.payment, result: state.result }, { kind: 'card-gone' });
    case 'reading':
    case 'pin-entry':
    case 'ending':
      return state.cardInSlot
        ? go({ kind: 'ending', payment: state.payment, cardInSlot: false }, { kind: 'card-gone' })
        : refuse(state, 'a card is in the slot');
    case 'authorising':
      // The question is out: what it came to is needed, if only to undo it.
      return state.cardInSlot
        ? go({ ...state, cardInSlot: false }, { kind: 'card-gone' })
        : refuse(state, 'a card is in the slot');
    case 'idle':
    case 'present-card':
    case 'finished':
      return refuse(state, 'a card is in the slot');
    default:
      return unreachable(state);
  }
}

function end(state: DeviceState, result: PaymentResult): DeviceStep {
  switch (state.kind) {
    case 'reading':
    case 'pin-entry':
    case 'authorising':
    case 'ending':
      return go({ kind: state.cardInSlot ? 'remove-card' : 'finished', payment: state.payment, result });
    case 'idle':
    case 'present-card':
    case 'remove-card':
    case 'finished':
      return refuse(state, 'a payment is being made');
    default:
      return unreachable(state);
  }
}

function go(state: DeviceState, ...effects: DeviceEffect[]): DeviceStep {
  return { ok: true, state, effects };
}

const DOING: Readonly<Record<DeviceState['kind'], string>> = {
  idle: 'idle',
  'present-card': 'waiting for a card',
  reading: 'reading the card',
  'pin-entry': 'waiting for the PIN',
  authorising: 'waiting for the host',
  ending: 'giving up the payment',
  'remove-card': 'waiting for the card to be removed',
  finished: 'showing a result',
};

function refuse(state: DeviceState, when: string): DeviceStep {
  return { ok: false, reason: `this is possible only when ${when}; the device is ${DOING[state.kind]}` };
}
