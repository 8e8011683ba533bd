import { type Codec, compileDialect, dialects } from '@kassa/iso8583';
import { assert, formatTenge, type Tiyn, transactionId } from '@kassa/primitives';
import {
  type DeviceEffect,
  type DeviceEvent,
  type DevicePayment,
  type DeviceState,
  type Settle,
  step,
} from '../device-state.ts';
import { kernelConfig } from '../kernel-config.ts';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../limits.ts';
import { resultOf, verdictOfGivingUp, verdictOfMalfunction } from '../payment-end.ts';
import type { PaymentResult } from '../payment-result.ts';
import { makeReceipts } from '../receipt.ts';
import { type Screen, screenOf } from '../screen.ts';
import { type Timing, timingOf } from '../timing.ts';
import { type TraceNumbers, traceNumbers } from '../trace-numbers.ts';
import { createHostSession } from './host-session.ts';
import { createPinPad } from './pin-pad.ts';
import type { PinEntry, PresentedCard } from './presented-card.ts';
import { createReversalQueue } from './reversal-queue.ts';
import { type PaymentEnd, type PaymentPorts, type PaymentScene, runPayment } from './run-payment.ts';
import { type Terminal, type TerminalOptions, WrongStateError } from './terminal.ts';
import { type FinishedPayment, openTerminalStore } from './terminal-store.ts';

const CODECS: Readonly<Record<TerminalOptions['dialect'], Codec>> = {
  'kassa-bcd': compileDialect(dialects.kassaBcd),
  'kassa-ascii': compileDialect(dialects.kassaAscii),
};

export function createTerminal(options: TerminalOptions): Terminal {
  return new Device(options);
}

/** The payment in front of the device. */
interface Current {
  readonly payment: DevicePayment;
  readonly numbers: TraceNumbers;
  readonly startedMs: number;
  readonly ended: Promise<PaymentResult>;
  readonly end: (result: PaymentResult) => void;
  card: PresentedCard | null;
  cardRemoved: boolean;
  answerPin: ((entry: PinEntry) => void) | null;
  onPinPrompt: (() => void) | null;
}

class Device implements Terminal {
  readonly identity: TerminalIdentity;
  readonly dialect: TerminalOptions['dialect'];
  readonly #options: TerminalOptions;
  readonly #ports: PaymentPorts;
  #state: DeviceState = { kind: 'idle' };
  #current: Current | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.dialect = options.dialect;
    const { identity, clock, emit, randomBytes } = options;
    const store = openTerminalStore(options.path);
    const session = createHostSession({
      identity,
      ...options.host,
      codec: CODECS[options.dialect],
      macKey: options.keys.macKey,
      responseTimeoutMs: options.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS,
      store,
      clock,
      emit,
    });
    const { onTrouble } = options;
    const reversals = createReversalQueue({ identity, store, session, clock, emit, onTrouble });
    const pinPad = createPinPad({ initialKey: options.keys.pinInitialKey, ksn: options.keys.pinKsn }, store);
    const kernel = kernelConfig(options.serial);
    this.#ports = { identity, kernel, store, session, reversals, pinPad, clock, randomBytes, emit };
  }

  get screen(): Screen {
    return screenOf(this.#state, this.identity.merchantName);
  }

  get online(): boolean {
    return this.#ports.session.online;
  }

  async start(): Promise<void> {
    const { store, session, reversals } = this.#ports;
    // The answer, if one came, was lost with the process: nobody saw an approval, so none may stand.
    for (const { transactionId: id, numbers } of store.interrupted()) {
      await this.#queueReversal(id, numbers.stan, 'the terminal stopped before the answer', null);
    }
    await session.open();
    reversals.wake();
  }

  async startPayment(amount: Tiyn, settle: Settle | null): Promise<string> {
    // Asked before a number is taken, and again after: two tills may press enter at once.
    this.#check({ kind: 'amount-entered', payment: { transactionId: '', amount, settle } });
    const stan = await this.#ports.store.takeStan();
    const startedMs = this.#options.clock();
    const numbers = traceNumbers(stan, startedMs);
    const id = transactionId(this.identity.id, numbers.rrn);
    const payment: DevicePayment = { transactionId: id, amount, settle };
    let end: (result: PaymentResult) => void = () => undefined;
    const ended = new Promise<PaymentResult>((resolve) => {
      end = resolve;
    });
    this.#check({ kind: 'amount-entered', payment });
    this.#current = {
      payment,
      numbers,
      startedMs,
      ended,
      end,
      card: null,
      cardRemoved: false,
      answerPin: null,
      onPinPrompt: null,
    };
    this.#tell('terminal.payment-started', { amount: formatTenge(amount), currency: 'KZT', settle });
    this.#apply({ kind: 'amount-entered', payment });
    return id;
  }

  presentCard(card: PresentedCard): void {
    const event: DeviceEvent = { kind: 'card-presented', entry: card.entry };
    this.#check(event);
    if (this.#current) this.#current.card = card;
    this.#tell('terminal.card-presented', { card: card.name, entry: card.entry });
    this.#apply(event);
  }

  enterPin(digits: string): void {
    this.#check({ kind: 'pin-given' });
    this.#current?.answerPin?.(digits === '' ? { kind: 'bypassed' } : { kind: 'pin', digits });
    this.#apply({ kind: 'pin-given' });
  }

  onPinPrompt(id: string, act: () => void): void {
    if (this.#current?.payment.transactionId === id) this.#current.onPinPrompt = act;
  }

  cancel(): void {
    this.#apply({ kind: 'cancel-pressed' });
  }

  removeCard(): void {
    this.#apply({ kind: 'card-removed' });
  }

  async ended(id: string): Promise<PaymentResult> {
    if (this.#current?.payment.transactionId === id) return this.#current.ended;
    const finished = this.finished(id);
    if (!finished) throw new WrongStateError(`this terminal has no payment ${id}`);
    return finished.result;
  }

  finished(id: string): { readonly result: PaymentResult; readonly receipts: Receipts | null } | undefined {
    return this.#ports.store.finished(id);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#current?.answerPin?.({ kind: 'given-up', why: 'cancelled' });
    this.#ports.reversals.close();
    this.#ports.session.close();
    await this.#running;
    await this.#ports.store.close();
  }

  #check(event: DeviceEvent): void {
    const result = step(this.#state, event);
    if (!result.ok) throw new WrongStateError(result.reason);
  }

  #apply(event: DeviceEvent): void {
    const result = step(this.#state, event);
    if (!result.ok) throw new WrongStateError(result.reason);
    const changed = result.state !== this.#state;
    this.#state = result.state;
    if (changed) {
      this.#tell('terminal.screen-changed', { ...this.screen });
      this.#watchClock();
    }
    for (const effect of result.effects) this.#perform(effect);
  }

  #perform(effect: DeviceEffect): void {
    const current = this.#current;
    if (!current) return;
    switch (effect.kind) {
      case 'read-card':
        if (current.card) this.#running = this.#pay(current, current.card);
        return;
      case 'give-up':
        // At the PIN prompt the payment is running and ends by itself; before a card came there is none to end.
        if (current.answerPin) current.answerPin({ kind: 'given-up', why: effect.why });
        else
          this.#running = this.#finish(current, { verdict: verdictOfGivingUp(effect.why), facts: NO_CARD });
        return;
      case 'card-gone':
        current.cardRemoved = true;
        current.answerPin?.({ kind: 'given-up', why: 'cancelled' });
        this.#tell('terminal.card-removed', {});
    }
  }

  async #pay(current: Current, card: PresentedCard): Promise<void> {
    const { transactionId: id, amount, settle } = current.payment;
    const order = { transactionId: id, amount, settle, numbers: current.numbers };
    try {
      const end = await runPayment(this.#ports, order, card, this.#scene(current));
      await this.#finish(current, end);
    } catch (error) {
      this.#options.onTrouble(error);
      const reason = 'the terminal failed; if the payment was sent, it is reversed at the next start';
      this.#show(current, { ...verdictOfFailure(reason), responseCode: '96' });
    }
  }

  #scene(current: Current) {
    return {
      get cardRemoved() {
        return current.cardRemoved;
      },
      askPin: () =>
        new Promise<PinEntry>((resolve) => {
          current.answerPin = (entry) => {
            current.answerPin = null;
            resolve(entry);
          };
          this.#apply({ kind: 'pin-wanted' });
          current.onPinPrompt?.();
        }),
      showAuthorising: () => this.#apply({ kind: 'host-asked' }),
    };
  }

  /** Stored before it is shown: an approval that anyone has seen survives whatever comes next. */
  async #finish(current: Current, { verdict, facts }: PaymentEnd): Promise<void> {
    const { identity, store, clock, reversals } = this.#ports;
    const { transactionId: id, amount } = current.payment;
    const result = resultOf(current, verdict);
    const receipts = makeReceipts(result, {
      merchantName: identity.merchantName,
      city: identity.city,
      terminalId: identity.id,
      merchantNumber: identity.merchantNumber,
      timeMs: current.startedMs,
      amount,
      ...facts,
    });
    const { reversalWhy } = verdict;
    if (reversalWhy === null)
      await store.finish(
        { transactionId: id, numbers: current.numbers, amount },
        { result, receipts },
        clock(),
      );
    else await this.#queueReversal(id, current.numbers.stan, reversalWhy, { result, receipts });
    this.#show(current, verdict);
    for (const copy of ['merchant', 'customer'] as const) {
      this.#tell('terminal.receipt-printed', { copy, text: receipts[copy] });
    }
    reversals.wake();
  }

  async #queueReversal(
    id: string,
    stan: string,
    why: string,
    end: { result: PaymentResult; receipts: Receipts } | null,
  ): Promise<void> {
    await this.#ports.store.queueReversal(id, why, end);
    this.#ports.emit({
      type: 'terminal.reversal-queued',
      transactionId: id,
      terminalId: this.identity.id,
      data: { stan, why },
    });
  }

  #show(current: Current, verdict: Verdict): void {
    const result = resultOf(current, verdict);
    this.#tell('terminal.payment-finished', { ...result, card: current.card?.name ?? null });
    const cardInSlot = current.card?.entry === 'chip' && !current.cardRemoved;
    this.#apply({ kind: 'payment-ended', result, cardInSlot });
    current.end(result);
  }

  /** People and results have time limits; machines' answers have their own. */
  #watchClock(): void {
    clearTimeout(this.#timer);
    const { kind } = this.#state;
    if (kind === 'present-card' || kind === 'pin-entry')
      this.#after(CARDHOLDER_TIMEOUT_MS, { kind: 'cardholder-timed-out' });
    if (kind === 'finished') this.#after(RESULT_SHOWN_MS, { kind: 'result-timed-out' });
  }

  #after(delayMs: number, event: DeviceEvent): void {
    this.#timer = setTimeout(() => this.#apply(event), delayMs);
    this.#timer.unref();
  }

  #tell(type: string, data: Readonly<Record<string, unknown>>): void {
    const id =
      this.#state.kind === 'idle' && type === 'terminal.screen-changed'
        ? null
        : this.#current?.payment.transactionId;
    this.#ports.emit({ type, transactionId: id ?? null, terminalId: this.identity.id, data });
  }
}

const NO_CARD = { lastFour: null, entry: null, application: null, verification: 'none' } as const;

function resultOf(current: Current, verdict: Verdict): PaymentResult {
  const { approved, responseCode, approvalCode, route, reason } = verdict;
  return {
    transactionId: current.payment.transactionId,
    approved,
    responseCode,
    approvalCode,
    stan: current.numbers.stan,
    rrn: current.numbers.rrn,
    amount: formatTenge(current.payment.amount),
    route,
    reason,
  };
}
