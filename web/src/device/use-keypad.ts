import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Screen } from '../api/api-types.ts';
import {
  type Entry,
  emptyEntry,
  type Key,
  type KeypadRequest,
  keyOfKeyboard,
  keypadMode,
  pressKey,
} from './keypad-state.ts';

interface Keypad {
  readonly entry: Entry;
  readonly press: (key: Key) => void;
}

/** The digits typed at this page. They are forgotten as soon as the device asks for something else. */
export function useKeypad(screen: Screen | null, onRequest: (request: KeypadRequest) => void): Keypad {
  const mode = keypadMode(screen);
  const [entry, setEntry] = useState<Entry>(() => emptyEntry(mode));
  const current = entry.mode === mode ? entry : emptyEntry(mode);
  // Two keys within one drawing must build on each other, so the newest entry is kept beside the state.
  const latest = useRef(current);
  // Before the screen is seen: the first key typed at it must count.
  useLayoutEffect(() => {
    latest.current = current;
    if (entry !== current) setEntry(current);
  });

  const press = useCallback(
    (key: Key) => {
      const { entry: next, request } = pressKey(latest.current, key);
      latest.current = next;
      setEntry(next);
      if (request !== null) onRequest(request);
    },
    [onRequest],
  );
  return { entry: current, press };
}

/** Sends the digits, Enter, Backspace and Escape of the keyboard to the device, unless another control wants them. */
export function useKeyboard(press: (key: Key) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = keyOfKeyboard(event.key);
      if (key === null || wantsKey(event.target, event.key)) return;
      event.preventDefault();
      press(key);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [press]);
}

function wantsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('textarea, select, input:not([type=radio])') || target.isContentEditable) return true;
  return key === 'Enter' && target.matches('button, a[href], summary');
}
