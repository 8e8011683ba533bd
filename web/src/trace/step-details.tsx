import { HexBytes } from './hex-bytes.tsx';
import { MessageDetails } from './message-details.tsx';
import type { Fact, StepDetail } from './step-types.ts';
import type { Step } from './trace-state.ts';

/** What lies behind the sentence: the bytes, or the values. */
export function StepDetails({ step }: { readonly step: Step }) {
  return (
    <>
      <p className="details-type">
        <code>{step.type}</code>
        <span>event {step.seq}</span>
      </p>
      <Detail detail={step.detail} />
    </>
  );
}

function Detail({ detail }: { readonly detail: StepDetail }) {
  switch (detail.kind) {
    case 'facts':
      return <Facts facts={detail.facts} />;
    case 'apdu':
      return <Apdu detail={detail} />;
    case 'decision':
      return <Decision detail={detail} />;
    case 'message':
      return <MessageDetails message={detail.message} />;
  }
}

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return <p className="hint">This event carries no data.</p>;
  return (
    <dl className="facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Apdu({ detail }: { readonly detail: Extract<StepDetail, { kind: 'apdu' }> }) {
  return (
    <div className="apdu">
      <h4>
        Command <b>{detail.commandName}</b>
      </h4>
      <HexBytes bytes={detail.command} />
      <h4>
        Response <b>{detail.status}</b> {detail.meaning}
      </h4>
      <HexBytes bytes={detail.response} />
    </div>
  );
}

function Decision({ detail }: { readonly detail: Extract<StepDetail, { kind: 'decision' }> }) {
  return (
    <>
      <Facts
        facts={[
          { name: 'Step', value: detail.step },
          { name: 'Decision', value: detail.decision },
          { name: 'Why', value: detail.why },
        ]}
      />
      {detail.bits.length > 0 && (
        <div className="bits">
          <h4>Bits that decided</h4>
          <ul>
            {detail.bits.map((bit) => (
              <li key={bit}>{bit}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
