import type { Party } from './step-types.ts';
import type { Step } from './trace-state.ts';

/** Steps that follow each other at one party. */
export interface StepGroup {
  readonly party: Party;
  readonly steps: readonly Step[];
}

/** Cuts the list wherever the party changes; the order of time stays. */
export function groupSteps(steps: readonly Step[]): readonly StepGroup[] {
  const groups: { party: Party; steps: Step[] }[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.party === step.party) last.steps.push(step);
    else groups.push({ party: step.party, steps: [step] });
  }
  return groups;
}
