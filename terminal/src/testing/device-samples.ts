import { tiyn } from '@kassa/primitives';
import type { DeviceEvent, DevicePayment, DeviceState } from '../device-state.ts';
import type { PaymentResult } from '../payment-result.ts';

export const SAMPLE_PAYMENT: DevicePayment = {
  transactionId: '20000001-632815000007',
  amount: tiyn(150_000n),
  settle: null,
};

export const SAMPLE_RESULT: PaymentResult = {
  transactionId: SAMPLE_PAYMENT.transactionId,
  approved: true,
  responseCode: '00',
  approvalCode: 'A1B2C3',
  stan: '000007',
  rrn: '632815000007',
  amount: '1500.00',
  route: 'direct',
  reason: null,
};

const payment = SAMPLE_PAYMENT;
const result = SAMPLE_RESULT;

/** Every state, those of a running payment with and without a card in the slot. */
export const DEVICE_STATES: Readonly<Record<DeviceState['kind'], readonly DeviceState[]>> = {
  idle: [{ kind: 'idle' }],
  'present-card': [
    { kind: 'present-card', payment },
    { kind: 'present-card', payment, hint: 'insert' },
  ],
  reading: [
    { kind: 'reading', payment, cardInSlot: true },
    { kind: 'reading', payment, cardInSlot: false },
  ],
  'pin-entry': [
    { kind: 'pin-entry', payment, cardInSlot: true },
    { kind: 'pin-entry', payment, cardInSlot: false },
  ],
  authorising: [
    { kind: 'authorising', payment, cardInSlot: true },
    { kind: 'authorising', payment, cardInSlot: false },
  ],
  ending: [
    { kind: 'ending', payment, cardInSlot: true },
    { kind: 'ending', payment, cardInSlot: false },
  ],
  'remove-card': [{ kind: 'remove-card', payment, result }],
  finished: [{ kind: 'finished', payment, result }],
};

/** Every event, a card in every way. */
export const DEVICE_EVENTS: Readonly<Record<DeviceEvent['kind'], readonly DeviceEvent[]>> = {
  'amount-entered': [{ kind: 'amount-entered', payment }],
  'card-presented': [
    { kind: 'card-presented', entry: 'chip' },
    { kind: 'card-presented', entry: 'swipe' },
    { kind: 'card-presented', entry: 'tap' },
  ],
  'card-wanted-again': [{ kind: 'card-wanted-again', hint: 'insert' }],
  'pin-wanted': [{ kind: 'pin-wanted' }],
  'pin-given': [{ kind: 'pin-given' }],
  'host-asked': [{ kind: 'host-asked' }],
  'cancel-pressed': [{ kind: 'cancel-pressed' }],
  'cardholder-timed-out': [{ kind: 'cardholder-timed-out' }],
  'card-removed': [{ kind: 'card-removed' }],
  'payment-ended': [{ kind: 'payment-ended', result }],
  'result-timed-out': [{ kind: 'result-timed-out' }],
};
