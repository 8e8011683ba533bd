import { useId, useState } from 'react';
import { ChevronIcon } from '../page/icons.tsx';
import { StepDetails } from './step-details.tsx';
import type { Step } from './trace-state.ts';

/** One step: a sentence; a click opens what lies behind it. */
export function TraceStep({ step }: { readonly step: Step }) {
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  return (
    <li
      className="trace-step"
      data-testid="trace-step"
      data-type={step.type}
      data-tone={step.tone}
      data-open={open}
    >
      <button
        type="button"
        className="trace-step-line"
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
      >
        <span className="trace-time">
          {step.offsetMs}
          <span className="trace-unit"> ms</span>
        </span>
        <span className="trace-dot" aria-hidden="true" />
        <span className="trace-sentence">{step.sentence}</span>
        <ChevronIcon />
      </button>
      <div id={detailsId} className="trace-details" hidden={!open}>
        {open && <StepDetails step={step} />}
      </div>
    </li>
  );
}
