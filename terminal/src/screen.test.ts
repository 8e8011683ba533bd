import { describe, expect, test } from 'vitest';
import type { DeviceState } from './device-state.ts';
import { type Screen, screenOf } from './screen.ts';
import {
  DEVICE_STATES,
  SAMPLE_PAYMENT as payment,
  SAMPLE_RESULT as result,
} from './testing/device-samples.ts';

const declined = { ...result, approved: false, responseCode: '51', approvalCode: null, reason: 'no funds' };

const ROWS: readonly (readonly [state: DeviceState, screen: Screen])[] = [
  [
    { kind: 'idle' },
    {
      state: 'idle',
      title: 'Welcome',
      lines: ['Nan Bakery', 'Enter the amount'],
      prompt: null,
      amount: null,
    },
  ],
  [
    { kind: 'present-card', payment },
    {
      state: 'present-card',
      title: 'Present card',
      lines: ['Tap, insert or swipe'],
      prompt: 'card',
      amount: '1500.00',
    },
  ],
  [
    { kind: 'reading', payment, cardInSlot: true },
    {
      state: 'reading',
      title: 'Please wait',
      lines: ['Reading the card'],
      prompt: null,
      amount: '1500.00',
    },
  ],
  [
    { kind: 'pin-entry', payment, cardInSlot: true },
    {
      state: 'pin-entry',
      title: 'Enter PIN',
      lines: ['then press enter'],
      prompt: 'pin',
      amount: '1500.00',
    },
  ],
  ...(
    [
      [3, ['then press enter']],
      [2, ['2 tries left', 'then press enter']],
      [1, ['Last try', 'then press enter']],
    ] as const
  ).map(([triesLeft, lines]): [DeviceState, Screen] => [
    { kind: 'pin-entry', payment, cardInSlot: true, triesLeft },
    { state: 'pin-entry', title: 'Enter PIN', lines, prompt: 'pin', amount: '1500.00' },
  ]),
  ...(
    [
      ['insert', ['Tap is not possible', 'Insert the card']],
      ['swipe', ['The chip cannot be read', 'Swipe the card']],
      ['tap-again', ['The card was removed too early', 'Tap again']],
      ['see-phone', ['See the phone for instructions', 'then tap again']],
    ] as const
  ).map(([hint, lines]): [DeviceState, Screen] => [
    { kind: 'present-card', payment, hint },
    { state: 'present-card', title: 'Present card', lines, prompt: 'card', amount: '1500.00' },
  ]),
  [
    { kind: 'authorising', payment, cardInSlot: true },
    {
      state: 'authorising',
      title: 'Authorising',
      lines: ['Please wait'],
      prompt: null,
      amount: '1500.00',
    },
  ],
  [
    { kind: 'ending', payment, cardInSlot: false },
    {
      state: 'reading',
      title: 'Please wait',
      lines: ['Ending the payment'],
      prompt: null,
      amount: '1500.00',
    },
  ],
  [
    { kind: 'remove-card', payment, result },
    {
      state: 'remove-card',
      title: 'Approved',
      lines: ['Approval code A1B2C3', 'Remove the card'],
      prompt: 'remove',
      amount: '1500.00',
    },
  ],
  [
    { kind: 'remove-card', payment, result: declined },
    {
      state: 'remove-card',
      title: 'Declined',
      lines: ['Code 51', 'Remove the card'],
      prompt: 'remove',
      amount: '1500.00',
    },
  ],
  [
    { kind: 'finished', payment, result },
    {
      state: 'approved',
      title: 'Approved',
      lines: ['Approval code A1B2C3'],
      prompt: null,
      amount: '1500.00',
    },
  ],
  [
    { kind: 'finished', payment, result: { ...result, approvalCode: null } },
    {
      state: 'approved',
      title: 'Approved',
      lines: ['Approval code -'],
      prompt: null,
      amount: '1500.00',
    },
  ],
  [
    { kind: 'finished', payment, result: declined },
    { state: 'declined', title: 'Declined', lines: ['Code 51'], prompt: null, amount: '1500.00' },
  ],
];

describe('screen', () => {
  test.each(ROWS.map(([state, screen]) => ({ kind: state.kind, title: screen.title, state, screen })))(
    '$kind shows "$title"',
    ({ state, screen }) => {
      expect(screenOf(state, 'Nan Bakery')).toEqual(screen);
    },
  );

  test('has a row for every state', () => {
    expect(new Set(ROWS.map(([{ kind }]) => kind))).toEqual(new Set(Object.keys(DEVICE_STATES)));
  });
});
