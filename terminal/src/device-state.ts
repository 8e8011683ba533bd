import { type Tiyn, unreachable } from '@kassa/primitives';
import type { PaymentResult } from './payment-result.ts';

export type Entry = 'chip' | 'swipe';
export type Settle = 'digital' | 'non-cash';

/** A payment as the device knows it before it has a result. */
export interface DevicePayment {
  readonly transactionId: string;
  readonly amount: Tiyn;
  /** Null: as the merchant's profile at the acquirer says. */
  readonly settle: Settle | null;
}

/** What the device is doing. */
export type DeviceState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'present-card'; readonly payment: DevicePayment }
  | { readonly kind: 'reading'; readonly payment: DevicePayment; readonly entry: Entry }
  | { readonly kind: 'pin-entry'; readonly payment: DevicePayment; readonly entry: Entry }
  | { readonly kind: 'authorising'; readonly payment: DevicePayment; readonly entry: Entry }
  | { readonly kind: 'remove-card'; readonly payment: DevicePayment; readonly result: PaymentResult }
  | { readonly kind: 'finished'; readonly payment: DevicePayment; readonly result: PaymentResult };

/** What can happen to the device. */
export type DeviceEvent =
  | { readonly kind: 'amount-entered'; readonly payment: DevicePayment }
  | { readonly kind: 'card-presented'; readonly entry: Entry }
  | { readonly kind: 'pin-wanted' }
  /** Also when the enter key is pressed without a PIN. */
  | { readonly kind: 'pin-given' }
  | { readonly kind: 'host-asked' }
  | { readonly kind: 'cancel-pressed' }
  | { readonly kind: 'cardholder-timed-out' }
  | { readonly kind: 'card-removed' }
  /** `cardInSlot`: the cardholder has to take it out. */
  | { readonly kind: 'payment-ended'; readonly result: PaymentResult; readonly cardInSlot: boolean }
  | { readonly kind: 'result-timed-out' };

/** What the device's surroundings must do. */
export type DeviceEffect =
  | { readonly kind: 'read-card'; readonly entry: Entry }
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
            { kind: 'reading', payment: state.payment, entry: event.entry },
            { kind: 'read-card', entry: event.entry },
          )
        : refuse(state, 'a card is expected');
    case 'pin-wanted':
      return state.kind === 'reading'
        ? go({ kind: 'pin-entry', payment: state.payment, entry: state.entry })
        : refuse(state, 'a PIN can be asked for');
    case 'pin-given':
      return state.kind === 'pin-entry'
        ? go({ kind: 'reading', payment: state.payment, entry: state.entry })
        : refuse(state, 'a PIN is expected');
    case 'host-asked':
      return state.kind === 'reading'
        ? go({ kind: 'authorising', payment: state.payment, entry: state.entry })
        : refuse(state, 'the host can be asked');
    case 'cancel-pressed':
      return giveUp(state, 'cancelled');
    case 'cardholder-timed-out':
      return giveUp(state, 'timed-out');
    case 'card-removed':
      return removeCard(state);
    case 'payment-ended':
      return end(state, event.result, event.cardInSlot);
    case 'result-timed-out':
      return state.kind === 'finished' ? go({ kind: 'idle' }) : refuse(state, 'a result is shown');
    default:
      return unreachable(event);
  }
}

function giveUp(state: DeviceState, why: 'cancelled' | 'timed-out'): DeviceStep {
  // Once the host was asked there is no way back: the answer decides, or the time limit does.
  return state.kind === 'present-card' || state.kind === 'pin-entry'
    ? go(state, { kind: 'give-up', why })
    : refuse(state, 'a payment can be cancelled');
}

function removeCard(state: DeviceState): DeviceStep {
  switch (state.kind) {
    case 'remove-card':
      return go({ kind: 'finished', payment: state.payment, result: state.result }, { kind: 'card-gone' });
    case 'reading':
    case 'pin-entry':
    case 'authorising':
      return state.entry === 'chip'
        ? go(state, { kind: 'card-gone' })
        : refuse(state, 'a card is in the slot');
    case 'idle':
    case 'present-card':
    case 'finished':
      return refuse(state, 'a card is in the slot');
    default:
      return unreachable(state);
  }
}

function end(state: DeviceState, result: PaymentResult, cardInSlot: boolean): DeviceStep {
  if (state.kind === 'idle' || state.kind === 'remove-card' || state.kind === 'finished') {
    return refuse(state, 'a payment is under way');
  }
  return go({ kind: cardInSlot ? 'remove-card' : 'finished', payment: state.payment, result });
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
  'remove-card': 'waiting for the card to be removed',
  finished: 'showing a result',
};

function refuse(state: DeviceState, when: string): DeviceStep {
  return { ok: false, reason: `this is possible only when ${when}; the device is ${DOING[state.kind]}` };
}
