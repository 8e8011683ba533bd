import type { ConsoleEvent } from './console-types.ts';
import { useSay } from './language.ts';
import { PARTY_WORDS, partyTimes } from './parties.ts';
import { shortDuration } from './payment-words.ts';

/** Where the time of a payment went, as one bar and in figures. */
export function LatencyBar({ events }: { readonly events: readonly ConsoleEvent[] }) {
  const say = useSay();
  const times = partyTimes(events);
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return null;
  return (
    <section className="latency" aria-label={say('latencies')} title={say('latencyNote')}>
      <div className="latency-bar" aria-hidden="true">
        {times.map(({ party, ms }) => (
          <span key={party} data-party={party} style={{ flexGrow: ms }} />
        ))}
      </div>
      <dl className="latency-figures">
        <div>
          <dt>{say('total')}</dt>
          <dd>{shortDuration(total)}</dd>
        </div>
        {times.map(({ party, ms }) => (
          <div key={party}>
            <dt>
              <span className="party-dot" data-party={party} aria-hidden="true" />
              {say(PARTY_WORDS[party])}
            </dt>
            <dd>{shortDuration(ms)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
