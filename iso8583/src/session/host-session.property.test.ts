import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import { iso1987Ascii } from '../dialect/dialects.ts';
import { createDeframer } from '../framing/deframer.ts';
import { FRAMING_KINDS, frame } from '../framing/framing.ts';
import { createHostSession } from './host-session.ts';
import type { HostSession, RequestEnd, SessionAction } from './session-types.ts';

const NO_BYTES = new Uint8Array(0);
const request = (stan: number): Message => ({
  mti: '0800',
  fields: { 7: '1124101530', 11: String(stan).padStart(6, '0'), 70: '301' },
});
const answer = (stan: number): Message => ({
  mti: '0810',
  fields: { ...request(stan).fields, 39: '00' },
});

/** Requests by number, with all their ends. */
class Ledger {
  readonly ends = new Map<number, RequestEnd[]>();
  readonly sent: number[] = [];

  take(actions: readonly SessionAction<number, never>[]): void {
    for (const action of actions) {
      if (action.kind === 'send') this.sent.push(action.owner);
      if (action.kind === 'ended') this.ends.get(action.owner)?.push(action.end);
    }
  }
}

test('whatever the pieces of the stream and the order of the answers, each request gets its own', () => {
  const codec = compileDialect(iso1987Ascii);
  const scenario = fc.record({
    framing: fc.constantFrom(...FRAMING_KINDS.filter((kind) => kind !== 'vap')),
    order: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }),
    cuts: fc.array(fc.nat(600), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(scenario, ({ framing, order, cuts }) => {
      const session: HostSession<number> = createHostSession();
      const ledger = new Ledger();
      session.connected(0);
      for (const stan of order.toSorted()) {
        ledger.ends.set(stan, []);
        ledger.take(session.request(request(stan), stan, 0));
      }
      const stream = Buffer.concat(order.map((stan) => frame(framing, codec.encode(answer(stan)))));
      const deframer = createDeframer(framing, { maxBytes: 4096 });
      const edges = [0, ...cuts.map((cut) => cut % stream.length).toSorted((a, b) => a - b), stream.length];
      for (let index = 1; index < edges.length; index++) {
        for (const bytes of deframer.push(stream.subarray(edges[index - 1], edges[index])))
          ledger.take(session.received(codec.decode(bytes), bytes, 1));
      }
      for (const [stan, ends] of ledger.ends) {
        expect(ends.map((end) => end.kind === 'answered' && Number(end.message.fields[11]))).toEqual([stan]);
      }
    }),
    { numRuns: 200 },
  );
});

type Event =
  | { readonly kind: 'ask'; readonly stan: number; readonly timeoutMs: number }
  | { readonly kind: 'answer'; readonly stan: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'drop' | 'connect' };

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        stan: fc.nat(9),
        timeoutMs: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), stan: fc.nat(9) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drop' as const, 'connect' as const) }) },
  ),
  { maxLength: 80 },
);

test('whatever is sent, answered, waited for and dropped, each request ends exactly once', () => {
  const limits = fc.record({ inFlightMax: fc.integer({ min: 1, max: 4 }), queuedMax: fc.nat(3) });
  fc.assert(
    fc.property(events, limits, (script, { inFlightMax, queuedMax }) => {
      const session: HostSession<number> = createHostSession({ inFlightMax, queuedMax, rememberedMax: 3 });
      const ledger = new Ledger();
      let [nowMs, asked] = [0, 0];
      session.connected(0);
      for (const event of script) {
        switch (event.kind) {
          case 'ask':
            ledger.ends.set(++asked, []);
            ledger.take(session.request(request(event.stan), asked, nowMs, event.timeoutMs));
            break;
          case 'answer':
            ledger.take(session.received(answer(event.stan), NO_BYTES, nowMs));
            break;
          case 'pass':
            nowMs += event.ms;
            ledger.take(session.tick(nowMs));
            expect(session.nextDeadlineMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(nowMs);
            break;
          case 'drop':
            ledger.take(session.disconnected('dropped', nowMs));
            break;
          case 'connect':
            if (session.state === 'down') ledger.take(session.connected(nowMs));
        }
        expect(session.inFlight).toBeLessThanOrEqual(inFlightMax);
        expect(session.queued).toBeLessThanOrEqual(queuedMax);
        const open = [...ledger.ends.values()].filter((ends) => ends.length === 0);
        expect(open).toHaveLength(session.inFlight + session.queued);
      }
      ledger.take(session.disconnected('the end', nowMs));
      for (const [number, ends] of ledger.ends) {
        expect(ends).toHaveLength(1);
        expect(ends[0]?.kind === 'not-sent').toBe(!ledger.sent.includes(number));
      }
      expect(new Set(ledger.sent).size).toBe(ledger.sent.length);
    }),
    { numRuns: 500 },
  );
});
