import type { ConsoleEvent } from './console-types.ts';
import { eventName } from './event-names.ts';
import { useLanguage, useSay } from './language.ts';
import { toneOf } from './parties.ts';
import { whyOf } from './why.ts';

interface WhyPanelProps {
  readonly events: readonly ConsoleEvent[];
  readonly onEvent: (seq: number) => void;
}

/** Why the payment ended as it did, in the words of who decided; each reason leads to its event. */
export function WhyPanel({ events, onEvent }: WhyPanelProps) {
  const language = useLanguage();
  const say = useSay();
  const sections = whyOf(events);
  if (sections.length === 0) return <p className="empty">{say('whyNothing')}</p>;
  return (
    <div className="why" data-testid="why">
      {sections.map(({ title, reasons }) => (
        <section key={title}>
          <h3>{say(title)}</h3>
          <ul>
            {reasons.map(({ event, text, bits }) => (
              <li key={event.seq} data-tone={toneOf(event)}>
                <button type="button" className="why-line" onClick={() => onEvent(event.seq)}>
                  <span className="event-name">{eventName(event.type, language)}</span>
                  <span>
                    {text}
                    {typeof event.data.triesLeft === 'number' &&
                      ` – ${say('triesLeft', event.data.triesLeft)}`}
                  </span>
                </button>
                {bits.length > 0 && (
                  <p className="deciding-bits">
                    <span className="hint">{say('decidedBy')}</span>
                    {bits.map((bit) => (
                      <code key={bit}>{bit}</code>
                    ))}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
