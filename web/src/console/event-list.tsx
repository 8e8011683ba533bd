import { useEffect, useRef } from 'react';
import type { ConsoleEvent } from './console-types.ts';
import { EventDetail } from './event-detail.tsx';
import { eventName } from './event-names.ts';
import { eventWords } from './event-words.ts';
import { useLanguage, useSay } from './language.ts';
import { LANES, type Lane, PARTY_WORDS, toneOf, wayOf } from './parties.ts';
import { shortDuration } from './payment-words.ts';

interface EventListProps {
  readonly events: readonly ConsoleEvent[];
  /** When the payment began. */
  readonly startedMs: number;
  readonly openSeq: number | null;
  readonly onOpen: (seq: number | null) => void;
  /** Draws the lanes of the parties beside the events. */
  readonly withLanes: boolean;
  /** As in message-detail.tsx. */
  readonly revealsOf: string | null;
}

/** Events in their order, each with its time and what happened; one of them is open. */
export function EventList({ events, startedMs, openSeq, onOpen, withLanes, revealsOf }: EventListProps) {
  const list = useRef<HTMLOListElement>(null);
  // A link leads to its event; what a person opened is in sight already.
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current && events.length > 0) {
      isFirst.current = false;
      list.current?.querySelector('[data-open=true]')?.scrollIntoView({ block: 'start' });
    }
  }, [events.length]);
  return (
    <div className="event-list" data-lanes={withLanes || undefined}>
      {withLanes && <LaneHeads />}
      <ol ref={list}>
        {events.map((event, index) => (
          <EventLine
            key={event.seq}
            event={event}
            sinceStartMs={event.timeMs - startedMs}
            gapMs={event.timeMs - (events[index - 1]?.timeMs ?? event.timeMs)}
            isOpen={event.seq === openSeq}
            onToggle={() => onOpen(event.seq === openSeq ? null : event.seq)}
            withLanes={withLanes}
            revealsOf={revealsOf}
          />
        ))}
      </ol>
    </div>
  );
}

function LaneHeads() {
  const say = useSay();
  return (
    <div className="lane-heads" aria-hidden="true">
      {LANES.map((lane) => (
        <span key={lane}>{say(PARTY_WORDS[lane])}</span>
      ))}
    </div>
  );
}

interface EventLineProps {
  readonly event: ConsoleEvent;
  readonly sinceStartMs: number;
  readonly gapMs: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly withLanes: boolean;
  readonly revealsOf: string | null;
}

function EventLine({ event, sinceStartMs, gapMs, isOpen, onToggle, withLanes, revealsOf }: EventLineProps) {
  const language = useLanguage();
  const say = useSay();
  const way = wayOf(event.type);
  const parties = [...new Set([way.from, way.to])].map((lane) => say(PARTY_WORDS[lane])).join(' → ');
  return (
    <li className="event" data-open={isOpen} data-tone={toneOf(event)}>
      <button
        type="button"
        className="event-line"
        data-testid="event"
        data-type={event.type}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <span className="event-time">
          {shortDuration(sinceStartMs)}
          <span className="event-gap" data-long={gapMs >= 100 || undefined} title={say('gap')}>
            +{shortDuration(gapMs)}
          </span>
        </span>
        {withLanes && <Lanes from={way.from} to={way.to} />}
        <span className="event-words">
          <span className="visually-hidden">{parties}: </span>
          <span className="event-name">{eventName(event.type, language)}</span>
          <span className="event-what">{eventWords(event)}</span>
        </span>
      </button>
      {isOpen && <EventDetail event={event} revealsOf={revealsOf} />}
    </li>
  );
}

/** A dot where it happens, or an arrow from one party to the other. */
function Lanes({ from, to }: { readonly from: Lane; readonly to: Lane }) {
  const width = 100 / LANES.length;
  const middle = (lane: Lane) => (LANES.indexOf(lane) + 0.5) * width;
  const start = Math.min(middle(from), middle(to));
  const end = Math.max(middle(from), middle(to));
  return (
    <span className="lanes" aria-hidden="true">
      {LANES.map((lane) => (
        <span key={lane} className="lane" style={{ left: `${middle(lane)}%` }} />
      ))}
      {from !== to && (
        <span
          className="lane-way"
          data-towards={LANES.indexOf(to) > LANES.indexOf(from) ? 'right' : 'left'}
          style={{ left: `${start}%`, width: `${end - start}%` }}
        />
      )}
      <span className="lane-dot" style={{ left: `${middle(to)}%` }} data-lane={to} />
    </span>
  );
}
