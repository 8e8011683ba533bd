import { describe, expect, it } from 'vitest';
import type { Prompt, Screen, ScreenState } from '../api/api-types.ts';
import {
  emptyEntry,
  type Key,
  type KeypadMode,
  keyOfKeyboard,
  keypadMode,
  pressKey,
} from './keypad-state.ts';

function screen(state: ScreenState, prompt: Prompt): Screen {
  return { state, title: '', lines: [], prompt, amount: null };
}

function pressAll(mode: KeypadMode, keys: readonly Key[]) {
  return keys.reduce((before, key) => pressKey(before.entry, key), {
    entry: emptyEntry(mode),
    request: null,
  } as ReturnType<typeof pressKey>);
}

describe('keypadMode', () => {
  it.each<[string, Screen | null, KeypadMode]>([
    ['no device', null, 'none'],
    ['a device at rest', screen('idle', null), 'amount'],
    ['the last result', screen('approved', null), 'amount'],
    ['a declined payment', screen('declined', null), 'amount'],
    ['a result with the card still in', screen('declined', 'remove'), 'none'],
    ['a wait for a card', screen('present-card', 'card'), 'none'],
    ['a card being read', screen('reading', null), 'none'],
    ['a wait for a PIN', screen('pin-entry', 'pin'), 'pin'],
    ['a wait for the host', screen('authorising', null), 'none'],
  ])('%s', (_, shown, mode) => {
    expect(keypadMode(shown)).toBe(mode);
  });
});

describe('an amount', () => {
  it('is typed tiyn last and sent with enter', () => {
    const { entry, request } = pressAll('amount', ['1', '5', '00', '00', 'enter']);
    expect(request).toEqual({ kind: 'start-payment', amount: '1500.00' });
    expect(entry.digits).toBe('150000');
  });

  it.each<[string, Key[], string, string]>([
    ['leading zeros', ['0', '00', '7'], '7', ''],
    ['clear', ['1', '2', 'clear'], '1', ''],
    ['clear with nothing typed', ['clear'], '', ''],
    ['cancel', ['1', '2', 'cancel'], '', ''],
    ['enter with nothing typed', ['enter'], '', 'First type an amount.'],
    ['a digit after a note', ['enter', '1'], '1', ''],
    ['the largest amount', Array(11).fill('9'), '99999999999', ''],
    ['one digit too many', Array(12).fill('9'), '99999999999', 'The amount is as large as it can be.'],
    [
      'half a double zero too many',
      [...Array(10).fill('9'), '00'],
      '9999999999',
      'The amount is as large as it can be.',
    ],
  ])('%s', (_, keys, digits, note) => {
    const { entry, request } = pressAll('amount', keys);
    expect(entry).toEqual({ mode: 'amount', digits, note });
    expect(request).toBeNull();
  });
});

describe('a PIN', () => {
  it('is sent with enter and forgotten', () => {
    const { entry, request } = pressAll('pin', ['0', '4', '8', '2', 'enter']);
    expect(request).toEqual({ kind: 'enter-pin', pin: '0482' });
    expect(entry).toEqual({ mode: 'pin', digits: '', note: '' });
  });

  it('may be left out', () => {
    expect(pressAll('pin', ['enter']).request).toEqual({ kind: 'enter-pin', pin: '' });
  });

  it('is not sent when too short', () => {
    const { entry, request } = pressAll('pin', ['1', '2', '3', 'enter']);
    expect(request).toBeNull();
    expect(entry).toEqual({ mode: 'pin', digits: '123', note: 'A PIN has at least 4 digits.' });
  });

  it('has at most 12 digits', () => {
    const { entry } = pressAll('pin', Array(13).fill('1'));
    expect(entry).toEqual({ mode: 'pin', digits: '111111111111', note: 'A PIN has at most 12 digits.' });
  });

  it('is forgotten on cancel, which the device hears', () => {
    const { entry, request } = pressAll('pin', ['1', '2', 'cancel']);
    expect(request).toEqual({ kind: 'cancel' });
    expect(entry.digits).toBe('');
  });
});

describe('while nothing is asked for', () => {
  it('only the red key reaches the device', () => {
    expect(pressAll('none', ['1', '00', 'enter'])).toEqual({ entry: emptyEntry('none'), request: null });
    expect(pressAll('none', ['cancel']).request).toEqual({ kind: 'cancel' });
  });
});

describe('keyOfKeyboard', () => {
  it.each<[string, Key | null]>([
    ['0', '0'],
    ['9', '9'],
    ['Enter', 'enter'],
    ['Backspace', 'clear'],
    ['Delete', 'clear'],
    ['Escape', 'cancel'],
    ['a', null],
    ['F1', null],
    ['Tab', null],
    ['٣', null],
  ])('%s', (name, key) => {
    expect(keyOfKeyboard(name)).toBe(key);
  });
});
