import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Step, tiyn } from '@kassa/primitives';
import type { TerminalIdentity } from '../../messages.ts';
import type { PaymentResult } from '../../payment-result.ts';
import { createTerminal } from '../create-terminal.ts';
import type { PresentedCard } from '../presented-card.ts';
import type { Terminal, TerminalOptions } from '../terminal.ts';
import { sampleSecurity } from './sample-security.ts';
import { waitUntil } from './wait-until.ts';

export const IDENTITY: TerminalIdentity = {
  id: '20000001',
  merchantNumber: '398000000000001',
  merchantName: 'Nan Bakery',
  city: 'Almaty',
  mcc: '5462',
};
/** 15:15:30 in Almaty. */
export const NOW_MS = Date.UTC(2026, 10, 23, 10, 15, 30);
/** Pauses a test can afford; an answer that comes at all comes in time, also on a busy machine. */
export const FAST = { responseTimeoutMs: 5_000, reversalPauseMsMin: 10, reversalPauseMsMax: 40 };
/** For tests in which the host keeps silent. */
export const IMPATIENT = { responseTimeoutMs: 150 };

export interface Stage {
  readonly terminal: Terminal;
  readonly events: readonly Step[];
  readonly troubles: readonly unknown[];
  /** Data of the events of a type, in their order. */
  told(type: string): readonly Readonly<Record<string, unknown>>[];
  /** Resolves when the screen is in a state. */
  shows(state: Terminal['screen']['state']): Promise<void>;
}

export type StageOptions = Partial<TerminalOptions> & Pick<TerminalOptions, 'host'>;

export function stage(options: StageOptions): Stage {
  const events: Step[] = [];
  const troubles: unknown[] = [];
  const terminal = createTerminal({
    identity: IDENTITY,
    serial: 'KS000001',
    dialect: 'kassa-bcd',
    security: sampleSecurity(),
    path: ':memory:',
    clock: () => NOW_MS,
    randomBytes: (count) => Uint8Array.from({ length: count }, (_, index) => index + 1),
    onTrouble: (error) => void troubles.push(error),
    ...FAST,
    ...options,
    emit: (step) => {
      events.push(step);
      options.emit?.(step);
    },
  });
  return {
    terminal,
    events,
    troubles,
    told: (type) => events.filter((event) => event.type === type).map(({ data }) => data),
    shows: async (state) => {
      await waitUntil(
        `the screen ${state}, not ${terminal.screen.state}`,
        () => terminal.screen.state === state,
      );
    },
  };
}

export const AMOUNT = tiyn(150_000n);

/** A payment with a scripted cardholder, up to its result; a card in the slot stays there. */
export async function pay({ terminal }: Stage, card: PresentedCard, pin = '4321'): Promise<PaymentResult> {
  const id = await terminal.startPayment(AMOUNT, null);
  terminal.onPinPrompt(id, () => terminal.enterPin(pin));
  terminal.presentCard(card);
  return terminal.ended(id);
}

export interface Shelf {
  /** A path for a new file. */
  file(name: string): string;
  /** What is on disk of a database at this moment, as a crash would leave it, under a new name. */
  crash(path: string): string;
  clear(): void;
}

export function openShelf(): Shelf {
  const directory = mkdtempSync(join(tmpdir(), 'kassa-terminal-'));
  let copies = 0;
  return {
    file: (name) => join(directory, name),
    crash(path) {
      const copy = `${path}.crash-${++copies}`;
      for (const suffix of ['', '-wal'])
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
      return copy;
    },
    clear: () => rmSync(directory, { recursive: true, force: true }),
  };
}
