import { ShapeError } from '../json-reader.ts';
import type { KassaEvent } from '../stream/stream-frame.ts';
import { ACQUIRER_STEPS } from './acquirer-steps.ts';
import { BANK_STEPS, LEDGER_STEPS } from './bank-steps.ts';
import { factsDetail } from './read-detail.ts';
import type { Party, StepText, StepWriters } from './step-types.ts';
import { HOST_STEPS, TERMINAL_STEPS } from './terminal-steps.ts';

/** All event types of docs/events.md. */
export const STEP_WRITERS: StepWriters = {
  ...TERMINAL_STEPS,
  ...HOST_STEPS,
  ...ACQUIRER_STEPS,
  ...BANK_STEPS,
  ...LEDGER_STEPS,
};

/**
 * One sentence and the details of an event. An event this page does not know, or whose data are not as agreed, is
 * shown as it is: a trace that hides a step is worse than one that shows it plainly.
 */
export function describeEvent(event: KassaEvent): StepText {
  const writer = Object.hasOwn(STEP_WRITERS, event.type) ? STEP_WRITERS[event.type] : undefined;
  if (writer === undefined) return plain(event, `${event.type}.`);
  try {
    return writer(event.data);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { ...plain(event, `${event.type} has unexpected data: ${error.message}.`), tone: 'bad' };
  }
}

function plain(event: KassaEvent, sentence: string): StepText {
  return { party: partyOf(event.type), sentence, tone: 'plain', detail: factsDetail(event.data) };
}

function partyOf(type: string): Party {
  const source = type.split('.')[0];
  return source === 'acquirer' || source === 'bank' || source === 'ledger' ? source : 'card';
}
