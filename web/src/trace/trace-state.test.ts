import { describe, expect, it } from 'vitest';
import type { Terminal } from '../api/api-types.ts';
import { PAYMENTS_MAX, STEPS_PER_PAYMENT_MAX } from '../limits.ts';
import type { KassaEvent } from '../stream/stream-frame.ts';
import { EMPTY_TRACE, paymentsOf, shownPayment, type TraceState, traceReducer } from './trace-state.ts';

const ID = '20000001';
const OTHER = '20000002';
const IDLE = { state: 'idle', title: 'Welcome', lines: [], prompt: null, amount: null } as const;
const PIN = { state: 'pin-entry', title: 'PIN', lines: [], prompt: 'pin', amount: '1500.00' } as const;

interface Told {
  readonly type: string;
  readonly data?: Record<string, unknown>;
  readonly transactionId?: string | null;
  readonly terminalId?: string | null;
  readonly timeMs?: number;
}

let seq = 0;
function tell(state: TraceState, ...told: readonly Told[]): TraceState {
  const events = told.map(
    ({ type, data = {}, transactionId = 'one', terminalId = ID, timeMs = 0 }): KassaEvent => ({
      seq: ++seq,
      type,
      timeMs,
      transactionId,
      terminalId,
      data,
    }),
  );
  return traceReducer(state, { kind: 'events-arrived', events });
}

const started = (transactionId: string, terminalId = ID): Told => ({
  type: 'terminal.payment-started',
  transactionId,
  terminalId,
  data: { amount: '1500.00', currency: '398', settle: null },
});

function terminal(screen: Terminal['screen'], online = true): Terminal {
  return {
    id: ID,
    merchant: { id: 'm', name: 'Shop', city: 'Almaty', settle: 'digital' },
    dialect: '',
    online,
    screen,
  };
}

describe('the device', () => {
  it('shows what the last event said', () => {
    const state = tell(EMPTY_TRACE, { type: 'terminal.screen-changed', transactionId: null, data: PIN });
    expect(state.screens).toEqual({ [ID]: PIN });
    expect(state.payments).toEqual([]);
  });

  it('takes from a snapshot only what no event has said', () => {
    const load = (state: TraceState) =>
      traceReducer(state, { kind: 'terminals-loaded', terminals: [terminal(IDLE, false)] });
    expect(load(EMPTY_TRACE)).toMatchObject({ screens: { [ID]: IDLE }, online: { [ID]: false } });
    const told = tell(
      EMPTY_TRACE,
      { type: 'terminal.screen-changed', transactionId: null, data: PIN },
      { type: 'terminal.host-connected', transactionId: null, data: { why: 'start' } },
    );
    expect(load(told)).toMatchObject({ screens: { [ID]: PIN }, online: { [ID]: true } });
  });

  it('keeps its screen when an event does not hold one', () => {
    const before = tell(EMPTY_TRACE, { type: 'terminal.screen-changed', data: PIN });
    const after = tell(before, { type: 'terminal.screen-changed', data: { state: 'dancing' } });
    expect(after.screens).toEqual({ [ID]: PIN });
    expect(after.payments[0]?.steps.at(-1)?.tone).toBe('bad');
  });

  it('knows the card in its slot until it is taken out', () => {
    const inserted = tell(EMPTY_TRACE, {
      type: 'terminal.card-presented',
      data: { card: 'c', entry: 'chip' },
    });
    expect(inserted.cardsInSlot).toEqual({ [ID]: 'c' });
    expect(tell(inserted, { type: 'terminal.card-removed' }).cardsInSlot).toEqual({});
    expect(tell(inserted, { type: 'terminal.screen-changed', data: IDLE }).cardsInSlot).toEqual({});
    expect(tell(inserted, { type: 'terminal.screen-changed', data: PIN }).cardsInSlot).toEqual({ [ID]: 'c' });
  });

  it('does not keep a card that was swiped', () => {
    const swiped = tell(EMPTY_TRACE, {
      type: 'terminal.card-presented',
      data: { card: 'c', entry: 'swipe' },
    });
    expect(swiped.cardsInSlot).toEqual({});
    expect(swiped.lastSwipes).toEqual({ [ID]: seq });
  });

  it('goes off and on line', () => {
    const off = tell(EMPTY_TRACE, { type: 'terminal.host-disconnected', transactionId: null });
    expect(off.online).toEqual({ [ID]: false });
    expect(tell(off, { type: 'terminal.host-connected', transactionId: null }).online).toEqual({
      [ID]: true,
    });
  });
});

describe('a payment', () => {
  it('collects its steps with the time since its first', () => {
    const state = tell(
      EMPTY_TRACE,
      { ...started('one'), timeMs: 1_000 },
      {
        type: 'ledger.held',
        terminalId: null,
        timeMs: 1_240,
        data: { hold: 'h', account: 'a', amount: '1500.00' },
      },
      { type: 'ledger.released', timeMs: 900, data: { hold: 'h' } },
    );
    expect(state.payments).toHaveLength(1);
    expect(state.payments[0]).toMatchObject({
      transactionId: 'one',
      terminalId: ID,
      amount: '1500.00',
      settle: null,
    });
    expect(state.payments[0]?.steps.map(({ type, offsetMs }) => [type, offsetMs])).toEqual([
      ['terminal.payment-started', 0],
      ['ledger.held', 240],
      ['ledger.released', 0],
    ]);
  });

  it('ends with its result and its receipts', () => {
    const data = {
      approved: true,
      responseCode: '00',
      approvalCode: 'K40007',
      stan: '000007',
      rrn: '632815000007',
      amount: '1500.00',
      route: 'direct',
      reason: null,
    };
    const state = tell(
      EMPTY_TRACE,
      started('one'),
      { type: 'terminal.payment-finished', data },
      { type: 'terminal.receipt-printed', data: { copy: 'merchant', text: 'M' } },
      { type: 'terminal.receipt-printed', data: { copy: 'customer', text: 'C' } },
    );
    const { amount, ...result } = data;
    expect(state.payments[0]).toMatchObject({ amount, result, receipts: { merchant: 'M', customer: 'C' } });
  });

  it('of which the beginning was missed still has its amount and terminal', () => {
    const state = tell(
      EMPTY_TRACE,
      { type: 'ledger.released', terminalId: null, data: { hold: 'h' } },
      { type: 'terminal.payment-finished', data: { approved: false, amount: '2.00' } },
    );
    expect(state.payments[0]).toMatchObject({ terminalId: ID, amount: '2.00', result: { approved: false } });
  });

  it('keeps no more steps than the limit, and says how many it left out', () => {
    const storm = Array.from({ length: STEPS_PER_PAYMENT_MAX + 3 }, () => ({ type: 'ledger.held' }));
    const [payment] = tell(EMPTY_TRACE, ...storm).payments;
    expect(payment?.steps).toHaveLength(STEPS_PER_PAYMENT_MAX);
    expect(payment?.stepsDropped).toBe(3);
  });

  it.each([
    ['terminal.payment-finished', 1],
    ['terminal.reversal-acknowledged', 1],
    ['acquirer.payment-reversed', 1],
    ['acquirer.payment-recovered', 1],
    ['ledger.held', 0],
  ])('asks for the books again after %s: %i', (type, asked) => {
    expect(tell(EMPTY_TRACE, { type }).booksVersion).toBe(asked);
  });
});

describe('the list of payments', () => {
  const pick = (state: TraceState, transactionId: string) =>
    traceReducer(state, { kind: 'payment-picked', transactionId });
  const shown = (state: TraceState, terminalId = ID) => shownPayment(state, terminalId)?.transactionId;

  it('shows the newest of the terminal, or the one picked', () => {
    const state = tell(EMPTY_TRACE, started('one'), started('two'), started('three', OTHER));
    expect(paymentsOf(state, ID).map(({ transactionId }) => transactionId)).toEqual(['two', 'one']);
    expect(shown(state)).toBe('two');
    expect(shown(pick(state, 'one'))).toBe('one');
    expect(shown(pick(state, 'three'))).toBe('two');
    expect(shownPayment(state, null)).toBeNull();
  });

  it('goes back to the newest when the same terminal starts another', () => {
    const picked = pick(tell(EMPTY_TRACE, started('one'), started('two')), 'one');
    expect(shown(tell(picked, started('other', OTHER)))).toBe('one');
    expect(shown(tell(picked, started('three')))).toBe('three');
  });

  it('keeps the last of each terminal', () => {
    const quiet = tell(EMPTY_TRACE, started('quiet', OTHER));
    const busy = tell(
      quiet,
      ...Array.from({ length: PAYMENTS_MAX + 2 }, (_, index) => started(`busy ${index}`)),
    );
    expect(paymentsOf(busy, ID)).toHaveLength(PAYMENTS_MAX);
    expect(paymentsOf(busy, ID).at(-1)?.transactionId).toBe('busy 2');
    expect(paymentsOf(busy, OTHER)).toHaveLength(1);
  });
});

describe('a stream that began anew', () => {
  it('empties the view and asks for the books', () => {
    const before = tell(EMPTY_TRACE, started('one'), { type: 'terminal.screen-changed', data: PIN });
    expect(traceReducer(before, { kind: 'stream-restarted' })).toEqual({ ...EMPTY_TRACE, booksVersion: 1 });
  });
});
