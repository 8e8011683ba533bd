import type { Screen, Settlement, Terminal } from '../api/api-types.ts';
import { decodeScreen } from '../api/decode-api.ts';
import { ShapeError, textOrNullAt } from '../json-reader.ts';
import { PAYMENTS_MAX, STEPS_PER_PAYMENT_MAX } from '../limits.ts';
import type { KassaEvent } from '../stream/stream-frame.ts';
import { describeEvent } from './describe-event.ts';
import { LEGS_DARK, type Legs, legsAfter } from './legs.ts';
import type { StepText } from './step-types.ts';

/** One event of a payment, ready to be shown. */
export interface Step extends StepText {
  readonly seq: number;
  readonly type: string;
  /** Milliseconds since the first event of the payment. */
  readonly offsetMs: number;
}

/** How a payment ended: data of `terminal.payment-finished`. */
export interface PaymentResult {
  readonly approved: boolean;
  readonly responseCode: string | null;
  readonly approvalCode: string | null;
  readonly reason: string | null;
  readonly route: string | null;
  readonly rrn: string | null;
  readonly stan: string | null;
}

export interface Payment {
  readonly transactionId: string;
  readonly terminalId: string | null;
  readonly startedMs: number;
  /** Decimal tenge; null when the page came too late to see it. */
  readonly amount: string | null;
  readonly settle: Settlement | null;
  readonly steps: readonly Step[];
  /** Steps not kept because there were too many. */
  readonly stepsDropped: number;
  readonly legs: Legs;
  readonly result: PaymentResult | null;
  readonly receipts: { readonly merchant: string | null; readonly customer: string | null };
}

export interface TraceState {
  /** By terminal id; what the device shows now. */
  readonly screens: Readonly<Record<string, Screen>>;
  /** By terminal id; the card in the chip slot. */
  readonly cardsInSlot: Readonly<Record<string, string>>;
  /** By terminal id; the event number of the last swipe. */
  readonly lastSwipes: Readonly<Record<string, number>>;
  readonly online: Readonly<Record<string, boolean>>;
  /** Newest first. */
  readonly payments: readonly Payment[];
  /** The payment a person picked; null follows the newest. */
  readonly pickedId: string | null;
  /** Grows with every event that may have moved money: the sign to ask for the books again. */
  readonly booksVersion: number;
}

export type TraceAction =
  | { readonly kind: 'events-arrived'; readonly events: readonly KassaEvent[] }
  | { readonly kind: 'terminals-loaded'; readonly terminals: readonly Terminal[] }
  | { readonly kind: 'payment-picked'; readonly transactionId: string | null }
  | { readonly kind: 'stream-restarted' };

export const EMPTY_TRACE: TraceState = {
  screens: {},
  cardsInSlot: {},
  lastSwipes: {},
  online: {},
  payments: [],
  pickedId: null,
  booksVersion: 0,
};

/** The whole view as a function of what arrived. Events come in order and once: the stream client sees to that. */
export function traceReducer(state: TraceState, action: TraceAction): TraceState {
  switch (action.kind) {
    case 'events-arrived':
      return action.events.reduce(traceAfter, state);
    case 'terminals-loaded':
      return withTerminals(state, action.terminals);
    case 'payment-picked':
      return { ...state, pickedId: action.transactionId };
    case 'stream-restarted':
      return { ...EMPTY_TRACE, booksVersion: state.booksVersion + 1 };
  }
}

/** Payments of one terminal, newest first. */
export function paymentsOf(state: TraceState, terminalId: string | null): readonly Payment[] {
  return state.payments.filter((payment) => payment.terminalId === terminalId);
}

/** The payment to show: the picked one if it is this terminal's, else the newest. */
export function shownPayment(state: TraceState, terminalId: string | null): Payment | null {
  const payments = paymentsOf(state, terminalId);
  return payments.find((payment) => payment.transactionId === state.pickedId) ?? payments[0] ?? null;
}

/** What a snapshot says holds only where no event has spoken: events are never older. */
function withTerminals(state: TraceState, terminals: readonly Terminal[]): TraceState {
  const screens = Object.fromEntries(terminals.map((terminal) => [terminal.id, terminal.screen]));
  const online = Object.fromEntries(terminals.map((terminal) => [terminal.id, terminal.online]));
  return { ...state, screens: { ...screens, ...state.screens }, online: { ...online, ...state.online } };
}

function traceAfter(state: TraceState, event: KassaEvent): TraceState {
  const device = deviceAfter(state, event);
  const traced = event.transactionId === null ? device : paymentAfter(device, event, event.transactionId);
  return MONEY_MOVED.has(event.type) ? { ...traced, booksVersion: traced.booksVersion + 1 } : traced;
}

const MONEY_MOVED: ReadonlySet<string> = new Set([
  'terminal.payment-finished',
  'terminal.reversal-acknowledged',
  'acquirer.payment-reversed',
  'acquirer.payment-recovered',
]);

function deviceAfter(state: TraceState, event: KassaEvent): TraceState {
  const id = event.terminalId;
  if (id === null) return state;
  switch (event.type) {
    case 'terminal.screen-changed':
      return screenChanged(state, id, event);
    case 'terminal.card-presented':
      if (event.data.entry === 'tap') return state;
      return event.data.entry === 'swipe'
        ? { ...state, lastSwipes: { ...state.lastSwipes, [id]: event.seq } }
        : { ...state, cardsInSlot: { ...state.cardsInSlot, [id]: String(event.data.card) } };
    case 'terminal.card-wanted-again':
      return { ...state, cardsInSlot: without(state.cardsInSlot, id) };
    case 'terminal.card-removed':
      return { ...state, cardsInSlot: without(state.cardsInSlot, id) };
    case 'terminal.host-connected':
      return { ...state, online: { ...state.online, [id]: true } };
    case 'terminal.host-disconnected':
      return { ...state, online: { ...state.online, [id]: false } };
    default:
      return state;
  }
}

function screenChanged(state: TraceState, id: string, event: KassaEvent): TraceState {
  try {
    const screen = decodeScreen(event.data);
    // A device that rests has no card in it, whatever was missed before.
    const cardsInSlot = screen.state === 'idle' ? without(state.cardsInSlot, id) : state.cardsInSlot;
    return { ...state, screens: { ...state.screens, [id]: screen }, cardsInSlot };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return state;
  }
}

function without(cards: Readonly<Record<string, string>>, id: string): Readonly<Record<string, string>> {
  if (!(id in cards)) return cards;
  return Object.fromEntries(Object.entries(cards).filter(([key]) => key !== id));
}

function paymentAfter(state: TraceState, event: KassaEvent, transactionId: string): TraceState {
  const known = state.payments.find((payment) => payment.transactionId === transactionId);
  const before = known ?? newPayment(event, transactionId);
  const after = payloadAfter(withStep(before, event), event);
  if (known !== undefined) {
    return { ...state, payments: state.payments.map((payment) => (payment === known ? after : payment)) };
  }
  return { ...state, payments: withNewest(state.payments, after), pickedId: pickedAfter(state, after) };
}

/** Each terminal keeps its own last payments, so that a busy one does not push out those of a quiet one. */
function withNewest(payments: readonly Payment[], newest: Payment): readonly Payment[] {
  const others = payments.filter((payment) => payment.terminalId === newest.terminalId);
  const oldest = others.length >= PAYMENTS_MAX ? others.at(-1) : undefined;
  return [newest, ...payments.filter((payment) => payment !== oldest)];
}

/** A new payment takes the view back from an older one of the same terminal. */
function pickedAfter(state: TraceState, newest: Payment): string | null {
  const picked = state.payments.find((payment) => payment.transactionId === state.pickedId);
  return picked === undefined || picked.terminalId === newest.terminalId ? null : state.pickedId;
}

function newPayment(event: KassaEvent, transactionId: string): Payment {
  return {
    transactionId,
    terminalId: event.terminalId,
    startedMs: event.timeMs,
    amount: null,
    settle: null,
    steps: [],
    stepsDropped: 0,
    legs: LEGS_DARK,
    result: null,
    receipts: { merchant: null, customer: null },
  };
}

function withStep(payment: Payment, event: KassaEvent): Payment {
  const terminalId = payment.terminalId ?? event.terminalId;
  const legs = legsAfter(payment.legs, event);
  if (payment.steps.length >= STEPS_PER_PAYMENT_MAX) {
    return { ...payment, terminalId, legs, stepsDropped: payment.stepsDropped + 1 };
  }
  const offsetMs = Math.max(0, event.timeMs - payment.startedMs);
  const step = { seq: event.seq, type: event.type, offsetMs, ...describeEvent(event) };
  return { ...payment, terminalId, legs, steps: [...payment.steps, step] };
}

function payloadAfter(payment: Payment, event: KassaEvent): Payment {
  try {
    switch (event.type) {
      case 'terminal.payment-started':
        return {
          ...payment,
          amount: textOrNullAt(event.data, 'amount'),
          settle: settlement(event.data.settle),
        };
      case 'terminal.payment-finished':
        return {
          ...payment,
          amount: payment.amount ?? textOrNullAt(event.data, 'amount'),
          result: readResult(event.data),
        };
      case 'terminal.receipt-printed':
        return { ...payment, receipts: { ...payment.receipts, ...receipt(event.data) } };
      default:
        return payment;
    }
  } catch (error) {
    // The step in the list already says that the data are not as agreed.
    if (!(error instanceof ShapeError)) throw error;
    return payment;
  }
}

function readResult(data: KassaEvent['data']): PaymentResult {
  return {
    approved: data.approved === true,
    responseCode: textOrNullAt(data, 'responseCode'),
    approvalCode: textOrNullAt(data, 'approvalCode'),
    reason: textOrNullAt(data, 'reason'),
    route: textOrNullAt(data, 'route'),
    rrn: textOrNullAt(data, 'rrn'),
    stan: textOrNullAt(data, 'stan'),
  };
}

function settlement(value: unknown): Settlement | null {
  return value === 'digital' || value === 'non-cash' ? value : null;
}

function receipt(data: KassaEvent['data']): { merchant?: string; customer?: string } {
  const text = textOrNullAt(data, 'text') ?? '';
  return data.copy === 'merchant' ? { merchant: text } : { customer: text };
}
