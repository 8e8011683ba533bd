import { amountFromDigits, displayAmount } from '../amount.ts';
import type { Screen } from '../api/api-types.ts';
import type { Entry } from './keypad-state.ts';

export type FaceTone = 'plain' | 'approved' | 'declined';

/** What the device's glass shows: the server's screen with the digits typed at this page laid over it. */
export interface DeviceFace {
  readonly title: string;
  readonly lines: readonly string[];
  /** `1 500,00 ₸`, or null. */
  readonly amount: string | null;
  /** Number of PIN digits typed; null when no PIN is asked for. */
  readonly pinDigits: number | null;
  readonly tone: FaceTone;
  readonly note: string;
}

export function deviceFace(screen: Screen | null, entry: Entry): DeviceFace {
  if (screen === null) {
    return { title: 'Starting', lines: [], amount: null, pinDigits: null, tone: 'plain', note: '' };
  }
  if (entry.mode === 'amount' && entry.digits !== '') {
    return {
      title: 'Amount',
      lines: ['Press ○ to go on'],
      amount: displayAmount(amountFromDigits(entry.digits)),
      pinDigits: null,
      tone: 'plain',
      note: entry.note,
    };
  }
  return {
    title: screen.title,
    lines: screen.lines,
    amount: screen.amount === null ? null : displayAmount(screen.amount),
    pinDigits: entry.mode === 'pin' ? entry.digits.length : null,
    tone: screen.state === 'approved' || screen.state === 'declined' ? screen.state : 'plain',
    note: entry.note,
  };
}

/** What a screen reader hears when the glass changes. PIN digits are counted, never told. */
export function faceInWords(face: DeviceFace): string {
  const pin =
    face.pinDigits === null ? '' : `${face.pinDigits} ${face.pinDigits === 1 ? 'digit' : 'digits'} typed`;
  return [face.title, face.amount ?? '', ...face.lines, pin, face.note]
    .map((part) => part.replaceAll('○', 'Enter').trim().replace(/\.+$/, ''))
    .filter((part) => part !== '')
    .join('. ');
}
