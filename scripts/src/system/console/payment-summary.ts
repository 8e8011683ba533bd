/** How a payment ended, or that it has not. */
export type PaymentState = 'running' | 'approved' | 'declined' | 'broken-off' | 'reversed';

/** One payment in a line: what the console lists and filters. */
export interface PaymentSummary {
  readonly transactionId: string;
  readonly terminalId: string | null;
  /** Numbers of its first and of its last event so far. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** UTC, milliseconds since 1970. */
  readonly startedMs: number;
  readonly lastMs: number;
  readonly state: PaymentState;
  /** Decimal tenge. */
  readonly amount: string | null;
  readonly settle: string | null;
  /** Id of the test card and how it was read. */
  readonly card: string | null;
  readonly entry: string | null;
  /** The issuing bank. */
  readonly bank: string | null;
  readonly route: string | null;
  readonly responseCode: string | null;
  readonly approvalCode: string | null;
  readonly stan: string | null;
  readonly rrn: string | null;
  readonly reason: string | null;
}

/** What the index reads of an event. */
export interface IndexedEvent {
  readonly seq: number;
  readonly type: string;
  readonly timeMs: number;
  readonly terminalId: string | null;
  readonly transactionId: string;
  /** Read only for {@link TELLING_TYPES}. */
  readonly data: () => Readonly<Record<string, unknown>>;
}

/** The summary after one more event of its payment; `before` is undefined for the first. */
export function summaryAfter(before: PaymentSummary | undefined, event: IndexedEvent): PaymentSummary {
  const summary = before ?? newSummary(event);
  const reader = Object.hasOwn(READERS, event.type) ? READERS[event.type] : undefined;
  return { ...summary, lastSeq: event.seq, lastMs: event.timeMs, ...reader?.(event.data(), summary) };
}

function newSummary({ transactionId, terminalId, seq, timeMs }: IndexedEvent): PaymentSummary {
  return {
    transactionId,
    terminalId,
    firstSeq: seq,
    lastSeq: seq,
    startedMs: timeMs,
    lastMs: timeMs,
    state: 'running',
    amount: null,
    settle: null,
    card: null,
    entry: null,
    bank: null,
    route: null,
    responseCode: null,
    approvalCode: null,
    stan: null,
    rrn: null,
    reason: null,
  };
}

type Data = Readonly<Record<string, unknown>>;
type Reader = (data: Data, before: PaymentSummary) => Partial<PaymentSummary>;

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What each type adds to the line; all other types only make it longer. */
const READERS: Readonly<Record<string, Reader>> = {
  'terminal.payment-started': ({ amount, settle }) => ({ amount: text(amount), settle: text(settle) }),
  'terminal.card-presented': ({ card, entry }) => ({ card: text(card), entry: text(entry) }),
  'terminal.intent-journalled': ({ mti, stan, rrn }, before) =>
    // A reversal has a trace number of its own: the line keeps that of the payment.
    typeof mti === 'string' && mti.startsWith('04')
      ? {}
      : { stan: text(stan) ?? before.stan, rrn: text(rrn) ?? before.rrn },
  'acquirer.bank-chosen': ({ bank }) => ({ bank: text(bank) }),
  'acquirer.route-chosen': ({ route }) => ({ route: text(route) }),
  'acquirer.payment-decided': ({ responseCode, reason }, before) => ({
    responseCode: before.responseCode ?? text(responseCode),
    reason: before.reason ?? text(reason),
  }),
  'acquirer.payment-reversed': () => ({ state: 'reversed' }),
  'terminal.reversal-acknowledged': () => ({ state: 'reversed' }),
  'terminal.payment-finished': (data, before) => ({
    state: before.state === 'reversed' ? 'reversed' : endOf(data),
    amount: before.amount ?? text(data.amount),
    card: text(data.card) ?? before.card,
    route: text(data.route) ?? before.route,
    responseCode: text(data.responseCode),
    approvalCode: text(data.approvalCode),
    stan: text(data.stan) ?? before.stan,
    rrn: text(data.rrn) ?? before.rrn,
    reason: text(data.reason),
  }),
};

function endOf({ approved, responseCode }: Data): PaymentState {
  if (approved === true) return 'approved';
  return text(responseCode) === null ? 'broken-off' : 'declined';
}
