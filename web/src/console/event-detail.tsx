import { apduDetail, decisionDetail, factsDetail } from '../trace/read-detail.ts';
import type { Fact } from '../trace/step-types.ts';
import { BytesView } from './bytes-view.tsx';
import type { ConsoleEvent } from './console-types.ts';
import { useSay } from './language.ts';
import { MessageDetail } from './message-detail.tsx';

interface EventDetailProps {
  readonly event: ConsoleEvent;
  /** As in message-detail.tsx. */
  readonly revealsOf: string | null;
}

/** What lies behind an event: a message, an exchange with the card, a decision, or its data. */
export function EventDetail({ event, revealsOf }: EventDetailProps) {
  const say = useSay();
  const { message, command, response, data } = event;
  if (message !== null) return <MessageDetail event={event} message={message} revealsOf={revealsOf} />;
  if (command !== null && response !== null) {
    const { commandName, command: sent, response: received, status, meaning } = apduDetail(data);
    return (
      <div className="event-detail">
        <h4>
          {say('command')} <b>{commandName}</b>
        </h4>
        <BytesView hex={sent.join('')} nodes={command} name={`${say('command')} ${commandName}`} />
        <h4>
          {say('response')} <b>{status}</b> {meaning}
        </h4>
        <BytesView hex={received.join('')} nodes={response} name={`${say('response')} ${status}`} />
      </div>
    );
  }
  if (event.type === 'kernel.decided') return <Decision event={event} />;
  const facts = factsDetail(data);
  return <div className="event-detail">{facts.kind === 'facts' && <Facts facts={facts.facts} />}</div>;
}

function Decision({ event }: { readonly event: ConsoleEvent }) {
  const say = useSay();
  const { decision, why, bits } = decisionDetail(event.data);
  return (
    <div className="event-detail">
      <p>{decision}</p>
      <p className="decision-why">
        <span className="hint">{say('reason')}</span> {why}
      </p>
      {bits.length > 0 && (
        <p className="deciding-bits">
          <span className="hint">{say('decidedBy')}</span>
          {bits.map((bit) => (
            <code key={bit}>{bit}</code>
          ))}
        </p>
      )}
    </div>
  );
}

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return <p className="hint">–</p>;
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
