import { type OpenLedger, openLedger } from '@kassa/ledger-client';
import { assert } from '@kassa/primitives';
import { openingSteps, plannedStep, type Step, stepId, TORTURE_CALLERS } from './torture-plan.ts';

// The process that is killed: node torture-child.js LEDGER SEED RUN RETRIED. It submits the steps of the run before again,
// from the first to the one before RETRIED, then those of its own run without end, and writes `id sequence` to standard
// output for each once it is acknowledged.

/** Its arguments. */
export type TortureArguments = readonly [ledger: string, seed: string, run: string, retried: string];

await main(process.argv.slice(2));

async function main([path, ...numbers]: readonly string[]): Promise<void> {
  const [seed, run, retried] = numbers.map(Number);
  assert(
    path !== undefined && seed !== undefined && run !== undefined && retried !== undefined,
    'a torture child has its arguments',
  );
  const ledger = openLedger({ path, clock: Date.now });
  for (const step of openingSteps()) await submit(ledger, step);
  process.stdout.write('ready 0\n');
  await inParallel(retried, async (number) => {
    const sequence = await submit(ledger, plannedStep(seed, run - 1, number));
    process.stdout.write(`${stepId(run - 1, number)} ${sequence}\n`);
  });
  await inParallel(Number.POSITIVE_INFINITY, async (number) => {
    const sequence = await submit(ledger, plannedStep(seed, run, number));
    process.stdout.write(`${stepId(run, number)} ${sequence}\n`);
  });
}

async function inParallel(count: number, action: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await action(next++);
  };
  await Promise.all(Array.from({ length: TORTURE_CALLERS }, caller));
}

async function submit(ledger: OpenLedger, step: Step): Promise<number> {
  const outcomes = await ledger.submit(step, { linked: true });
  const [first] = outcomes;
  assert(
    first !== undefined && outcomes.every(({ ok }) => ok),
    `every step is accepted; found ${outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code)).join(', ')}`,
  );
  return first.sequence;
}
