import { fromHex } from '@kassa/primitives';
import { describeBits, TVR_BITS } from '../data/bit-meanings.ts';
import { type KernelRun, KernelSession } from '../kernel/kernel-session.ts';
import type { KernelStep } from '../kernel/kernel-step.ts';
import type { KernelOutcome, KernelReply, TerminalConfig, TransactionData } from '../kernel/kernel-types.ts';
import { drive, sampleTerminal, sampleTransaction, VISA_PAN } from './sample.ts';

export interface Situation {
  readonly card?: Readonly<Record<string, string>>;
  readonly config?: Partial<TerminalConfig>;
  readonly transaction?: Partial<TransactionData>;
}

export function sessionOf({ card = {}, config, transaction }: Situation): {
  session: KernelSession;
  steps: KernelStep[];
} {
  const steps: KernelStep[] = [];
  const terminal = sampleTerminal(config);
  const session = new KernelSession(terminal, sampleTransaction(transaction), (step) => steps.push(step));
  session.application = terminal.applications[0] ?? null;
  session.account = { pan: VISA_PAN, psn: '01', expiry: '3012', track2: null };
  for (const [tag, hex] of Object.entries(card)) session.setCardValue(tag, fromHex(hex));
  return { session, steps };
}

/** Runs a part of the kernel that returns nothing. */
export function run(part: KernelRun<void>, replies: readonly KernelReply[] = []): number {
  function* ending(): KernelRun<KernelOutcome> {
    yield* part;
    return {} as KernelOutcome;
  }
  return drive(ending(), (_, index) => replies[index] ?? { kind: 'removed' }).requests.length;
}

export const tvrOf = (session: KernelSession): string[] => describeBits(TVR_BITS, session.tvr);
