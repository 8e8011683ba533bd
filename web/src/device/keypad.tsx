import type { MouseEvent, ReactNode } from 'react';
import { CrossIcon, LessIcon, RingIcon } from '../page/icons.tsx';
import type { Key } from './keypad-state.ts';

interface KeypadProps {
  readonly onKey: (key: Key) => void;
}

interface KeyFace {
  readonly key: Key;
  readonly mark: ReactNode;
  /** What a screen reader says where the mark alone would not do. */
  readonly label?: string;
}

/** In reading order; the places come from the style sheet. Function keys carry shapes, not colour alone (EN 1332-3). */
const KEYS: readonly KeyFace[] = [
  { key: '1', mark: '1' },
  { key: '2', mark: '2' },
  { key: '3', mark: '3' },
  { key: 'cancel', mark: <CrossIcon />, label: 'Cancel' },
  { key: '4', mark: '4' },
  { key: '5', mark: '5' },
  { key: '6', mark: '6' },
  { key: 'clear', mark: <LessIcon />, label: 'Clear' },
  { key: '7', mark: '7' },
  { key: '8', mark: '8' },
  { key: '9', mark: '9' },
  { key: 'enter', mark: <RingIcon />, label: 'Enter' },
  { key: '0', mark: '0' },
  { key: '00', mark: '00', label: 'Double zero' },
];

/** A click with the mouse leaves the focus where it was: Enter on the keyboard must not repeat the clicked digit. */
function keepFocus(event: MouseEvent) {
  event.preventDefault();
}

export function Keypad({ onKey }: KeypadProps) {
  return (
    <div className="keypad">
      {KEYS.map(({ key, mark, label }) => (
        <button
          key={key}
          type="button"
          className={`key key-${key}`}
          data-testid={`key-${key}`}
          aria-label={label}
          onMouseDown={keepFocus}
          onClick={() => onKey(key)}
        >
          {mark}
        </button>
      ))}
    </div>
  );
}
