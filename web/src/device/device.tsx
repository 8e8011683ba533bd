import { useCallback, useEffect, useRef } from 'react';
import type { Screen, Terminal, TestCard } from '../api/api-types.ts';
import { CardSlot } from './card-slot.tsx';
import { deviceFace, faceInWords } from './device-face.ts';
import { DeviceScreen } from './device-screen.tsx';
import { Keypad } from './keypad.tsx';
import type { Key, KeypadRequest } from './keypad-state.ts';
import { useKeyboard, useKeypad } from './use-keypad.ts';

interface DeviceProps {
  readonly terminal: Terminal | null;
  readonly screen: Screen | null;
  readonly online: boolean;
  readonly cardInSlot: boolean;
  readonly insertedCard: TestCard | null;
  readonly insertedHue: number;
  readonly lastSwipe: number;
  /** Why the server refused the last request; null when it did not. */
  readonly problem: string | null;
  readonly onRequest: (request: KeypadRequest) => void;
  /** Any key: what was complained about before is past. */
  readonly onType: () => void;
}

/** The terminal as a thing: glass, keys, chip slot and swipe rail. */
export function Device(props: DeviceProps) {
  const {
    terminal,
    screen,
    online,
    cardInSlot,
    insertedCard,
    insertedHue,
    lastSwipe,
    problem,
    onRequest,
    onType,
  } = props;
  const body = useRef<HTMLFieldSetElement>(null);
  const keypad = useKeypad(screen, onRequest);
  const press = useCallback(
    (key: Key) => {
      onType();
      keypad.press(key);
    },
    [keypad.press, onType],
  );
  useKeyboard(press);

  const prompt = screen?.prompt ?? null;
  const face = deviceFace(screen, keypad.entry);
  const mustBeSeen = prompt === 'pin' || face.tone !== 'plain';
  useEffect(() => {
    if (mustBeSeen) body.current?.scrollIntoView({ block: 'nearest' });
    // The next thing a person types is the PIN: bring the keyboard to the device, away from the button just pressed.
    if (prompt === 'pin') body.current?.focus({ preventScroll: true });
  }, [prompt, mustBeSeen]);

  return (
    <fieldset className="device" ref={body} tabIndex={-1} data-tone={face.tone}>
      <legend className="visually-hidden">Payment terminal {terminal?.id ?? ''}</legend>
      <div className="glass">
        <DeviceScreen face={face} screen={screen} terminal={terminal} online={online} />
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      <output className="visually-hidden" aria-live="polite">
        {faceInWords(face)}
      </output>
      <Keypad onKey={press} />
      <CardSlot occupied={cardInSlot} card={insertedCard} hue={insertedHue} wanted={prompt === 'card'} />
      <div className="swipe-rail" aria-hidden="true" data-wanted={prompt === 'card'}>
        {lastSwipe > 0 && screen?.state !== 'idle' && <span key={lastSwipe} className="swipe-glint" />}
      </div>
    </fieldset>
  );
}
