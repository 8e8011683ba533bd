import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeviceEvent, type DeviceState, step } from './device-state.ts';
import { DEVICE_EVENTS, DEVICE_STATES, SAMPLE_PAYMENT, SAMPLE_RESULT } from './testing/device-samples.ts';

const payment = SAMPLE_PAYMENT;
const result = SAMPLE_RESULT;
const presentCard: DeviceState = { kind: 'present-card', payment };
const removeCard: DeviceState = { kind: 'remove-card', payment, result };
const finished: DeviceState = { kind: 'finished', payment, result };
const running = (
  kind: 'reading' | 'pin-entry' | 'authorising' | 'ending',
  slot: 'card' | 'empty',
): DeviceState => ({ kind, payment, cardInSlot: slot === 'card' });

const WHEN: Readonly<Record<DeviceEvent['kind'], string>> = {
  'amount-entered': 'a payment can begin',
  'card-presented': 'a card is expected',
  'card-wanted-again': 'a card is being read',
  'pin-wanted': 'a PIN can be asked for',
  'pin-given': 'a PIN is expected',
  'host-asked': 'the host can be asked',
  'cancel-pressed': 'a payment can be cancelled',
  'cardholder-timed-out': 'a payment can be cancelled',
  'card-removed': 'a card is in the slot',
  'payment-ended': 'a payment is being made',
  'result-timed-out': 'a result is shown',
};
const DOING: Readonly<Record<DeviceState['kind'], string>> = {
  idle: 'idle',
  'present-card': 'waiting for a card',
  reading: 'reading the card',
  'pin-entry': 'waiting for the PIN',
  authorising: 'waiting for the host',
  ending: 'giving up the payment',
  'remove-card': 'waiting for the card to be removed',
  finished: 'showing a result',
};

type Row = readonly [state: DeviceState, event: string, next: DeviceState, ...effects: unknown[]];

const READ = { kind: 'read-card' };
const CANCELLED = { kind: 'give-up', why: 'cancelled' };
const TIMED_OUT = { kind: 'give-up', why: 'timed-out' };
const GONE = { kind: 'card-gone' };

/** Everything that is allowed. What is not here is refused. */
const ALLOWED: readonly Row[] = [
  [{ kind: 'idle' }, 'amount-entered', presentCard],
  [presentCard, 'card-presented chip', running('reading', 'card'), READ],
  [presentCard, 'card-presented swipe', running('reading', 'empty'), READ],
  [presentCard, 'card-presented tap', running('reading', 'empty'), READ],
  [presentCard, 'cancel-pressed', running('ending', 'empty'), CANCELLED],
  [presentCard, 'cardholder-timed-out', running('ending', 'empty'), TIMED_OUT],
  ...(['card', 'empty'] as const).flatMap((slot): Row[] => {
    const shown = slot === 'card' ? removeCard : finished;
    return [
      [running('reading', slot), 'pin-wanted', running('pin-entry', slot)],
      [running('reading', slot), 'card-wanted-again', { kind: 'present-card', payment, hint: 'insert' }],
      [running('reading', slot), 'host-asked', running('authorising', slot)],
      [running('reading', slot), 'payment-ended', shown],
      [running('pin-entry', slot), 'pin-given', running('reading', slot)],
      [running('pin-entry', slot), 'cancel-pressed', running('ending', slot), CANCELLED],
      [running('pin-entry', slot), 'cardholder-timed-out', running('ending', slot), TIMED_OUT],
      [running('pin-entry', slot), 'payment-ended', shown],
      [running('authorising', slot), 'payment-ended', shown],
      [running('ending', slot), 'payment-ended', shown],
    ];
  }),
  [running('reading', 'card'), 'card-removed', running('ending', 'empty'), GONE],
  [running('pin-entry', 'card'), 'card-removed', running('ending', 'empty'), GONE],
  [running('authorising', 'card'), 'card-removed', running('authorising', 'empty'), GONE],
  [running('ending', 'card'), 'card-removed', running('ending', 'empty'), GONE],
  [removeCard, 'card-removed', finished, GONE],
  [finished, 'amount-entered', presentCard],
  [finished, 'result-timed-out', { kind: 'idle' }],
];

const states = Object.values(DEVICE_STATES).flat();
const events = Object.values(DEVICE_EVENTS).flat();
const nameOf = (event: DeviceEvent): string =>
  event.kind === 'card-presented' ? `${event.kind} ${event.entry}` : event.kind;
const stateName = (state: DeviceState): string =>
  'cardInSlot' in state ? `${state.kind}, ${state.cardInSlot ? 'card in slot' : 'slot empty'}` : state.kind;
const combinations = states.flatMap((state) =>
  events.map((event) => ({ state, event, name: `${stateName(state)} × ${nameOf(event)}` })),
);

describe('every state × event', () => {
  test('is 13 states by 13 events, and each row of the table is one of them', () => {
    expect(combinations).toHaveLength(169);
    expect(ALLOWED).toHaveLength(33);
    const names = new Set(combinations.map(({ name }) => name));
    expect(ALLOWED.filter(([state, event]) => !names.has(`${stateName(state)} × ${event}`))).toEqual([]);
  });

  test.each(combinations)('$name', ({ state, event }) => {
    const row = ALLOWED.find(
      ([from, name]) => stateName(from) === stateName(state) && name === nameOf(event),
    );
    const expected = row
      ? { ok: true, state: row[2], effects: row.slice(3) }
      : {
          ok: false,
          reason: `this is possible only when ${WHEN[event.kind]}; the device is ${DOING[state.kind]}`,
        };
    expect(step(state, event)).toEqual(expected);
  });
});

/** Applies what is allowed and leaves out what is refused. */
function run(sequence: readonly DeviceEvent[]) {
  let state: DeviceState = { kind: 'idle' };
  const trail: { event: DeviceEvent; state: DeviceState; effects: readonly { kind: string }[] }[] = [];
  for (const event of sequence) {
    const next = step(state, event);
    if (!next.ok) continue;
    state = next.state;
    trail.push({ event, state, effects: next.effects });
  }
  return { state, trail };
}

function canRest(from: DeviceState): boolean {
  const seen = new Set([JSON.stringify(from, bigintText)]);
  const queue = [from];
  for (let state = queue.shift(); state; state = queue.shift()) {
    if (state.kind === 'idle' || state.kind === 'finished') return true;
    for (const event of events) {
      const next = step(state, event);
      if (!next.ok || seen.has(JSON.stringify(next.state, bigintText))) continue;
      seen.add(JSON.stringify(next.state, bigintText));
      queue.push(next.state);
    }
  }
  return false;
}

const bigintText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

describe('any sequence of events', () => {
  const sequences = fc.array(fc.constantFrom(...events), { maxLength: 60 });
  const known = new Set(states.map((state) => JSON.stringify(state, bigintText)));

  test('never leaves the union, and can always come to rest', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const { state } = run(sequence);
        return known.has(JSON.stringify(state, bigintText)) && canRest(state);
      }),
    );
  });

  test('reads, gives up, takes out the card and ends at most once for each payment', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const counts = new Map<string, number>();
        for (const { event, effects } of run(sequence).trail) {
          if (event.kind === 'amount-entered') counts.clear();
          // Another card, or the same otherwise, is read again.
          if (event.kind === 'card-wanted-again') counts.delete('read-card');
          for (const { kind } of [event, ...effects]) counts.set(kind, (counts.get(kind) ?? 0) + 1);
          for (const once of ['read-card', 'give-up', 'card-gone', 'payment-ended', 'host-asked'])
            expect(counts.get(once) ?? 0).toBeLessThanOrEqual(1);
          // After giving up, the host is not asked any more.
          if (event.kind === 'host-asked') expect(counts.get('give-up') ?? 0).toBe(0);
        }
      }),
    );
  });

  test('keeps the payment from its beginning to its end', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { state } of run(sequence).trail)
          if (state.kind !== 'idle') expect(state.payment).toBe(payment);
      }),
    );
  });
});

test('the PIN prompt knows the tries the card told, and nothing after it does', () => {
  const wanted = step(running('reading', 'card'), { kind: 'pin-wanted', triesLeft: 2 });
  const prompt: DeviceState = { kind: 'pin-entry', payment, cardInSlot: true, triesLeft: 2 };
  expect(wanted).toEqual({ ok: true, state: prompt, effects: [] });
  expect(step(prompt, { kind: 'pin-given' })).toEqual({
    ok: true,
    state: running('reading', 'card'),
    effects: [],
  });
});
