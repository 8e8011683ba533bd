import { useEffect, useRef } from 'react';
import { groupSteps, type StepGroup } from './group-steps.ts';
import { PaymentPicker } from './payment-picker.tsx';
import { PARTY_NAMES } from './step-types.ts';
import type { Payment } from './trace-state.ts';
import { TraceStep } from './trace-step.tsx';

interface TracePanelProps {
  /** Newest first. */
  readonly payments: readonly Payment[];
  readonly payment: Payment | null;
  readonly onPick: (transactionId: string) => void;
}

/** Everything that happened to one payment, step by step. */
export function TracePanel({ payments, payment, onPick }: TracePanelProps) {
  return (
    <section className="trace panel" aria-label="Live trace">
      <div className="trace-head">
        <h2>Live trace</h2>
        <PaymentPicker payments={payments} payment={payment} onPick={onPick} />
      </div>
      {payment === null ? <NoPayment /> : <StepList key={payment.transactionId} payment={payment} />}
    </section>
  );
}

function NoPayment() {
  return (
    <div className="trace-empty" data-testid="trace">
      <p>No payment yet.</p>
      <p className="hint">Type an amount on the device and press ○. Every step appears here as it happens.</p>
    </div>
  );
}

/** Nearer to the end than this, the list goes along with new steps. */
const FOLLOW_WITHIN_PX = 80;

function StepList({ payment }: { readonly payment: Payment }) {
  const list = useRef<HTMLDivElement>(null);
  const following = useRef(payment.result === null);
  const count = payment.steps.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step is the reason to scroll.
  useEffect(() => {
    const element = list.current;
    if (element !== null && following.current) element.scrollTop = element.scrollHeight;
  }, [count]);

  const onScroll = () => {
    const element = list.current;
    if (element === null) return;
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_WITHIN_PX;
  };
  return (
    <div className="trace-list" data-testid="trace" ref={list} onScroll={onScroll}>
      <ol className="trace-groups">
        {groupSteps(payment.steps).map((group) => (
          <Group key={group.steps[0]?.seq} group={group} />
        ))}
      </ol>
      {payment.stepsDropped > 0 && <p className="hint">{payment.stepsDropped} more steps are not shown.</p>}
    </div>
  );
}

function Group({ group }: { readonly group: StepGroup }) {
  return (
    <li className="trace-group" data-party={group.party}>
      <h3>{PARTY_NAMES[group.party]}</h3>
      <ol className="trace-steps">
        {group.steps.map((step) => (
          <TraceStep key={step.seq} step={step} />
        ))}
      </ol>
    </li>
  );
}
