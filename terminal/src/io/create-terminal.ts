import { isDeepStrictEqual } from 'node:util';
import type { TornTransaction } from '@kassa/emv';
import { type Codec, compileDialect, dialects } from '@kassa/iso8583';
import { assert, formatTenge, type Tiyn, transactionId, unreachable } from '@kassa/primitives';
import {
  type CardHint,
  type DeviceEffect,
  type DeviceEvent,
  type DevicePayment,
  type DeviceState,
  type Settle,
  step,
} from '../device-state.ts';
import { contactlessConfig, kernelConfig } from '../kernel-config.ts';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../limits.ts';
import { resultOf, verdictOfGivingUp, verdictOfMalfunction } from '../payment-end.ts';
import type { PaymentResult } from '../payment-result.ts';
import { makeReceipts } from '../receipt.ts';
import { type Screen, screenOf } from '../screen.ts';
import type { KeyAcceptance } from '../terminal-security.ts';
import { type Timing, timingOf } from '../timing.ts';
import { type TraceNumbers, traceNumbers } from '../trace-numbers.ts';
import { createHostSession } from './host-session.ts';
import { createPinPad } from './pin-pad.ts';
import type { PinEntry, PresentedCard } from './presented-card.ts';
import { createReversalQueue } from './reversal-queue.ts';
import {
  type CardWantedAgain,
  type PaymentEnd,
  type PaymentPorts,
  type PaymentScene,
  runPayment,
} from './run-payment.ts';
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
  onCardWantedAgain: ((hint: CardHint) => void) | null;
  /** The chip did not answer: the stripe may be swiped in its place. */
  chipIsMute: boolean;
  /** A tap that was cut short. */
  torn: TornTransaction | null;
}

class Device implements Terminal {
  readonly identity: TerminalOptions['identity'];
  readonly dialect: TerminalOptions['dialect'];
  readonly #options: TerminalOptions;
  readonly #timing: Timing;
  readonly #ports: PaymentPorts;
  #state: DeviceState = { kind: 'idle' };
  #current: Current | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosing = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#timing = timingOf(options);
    this.identity = options.identity;
    this.dialect = options.dialect;
    const { identity, security, clock, emit, onTrouble, randomBytes } = options;
    const store = openTerminalStore(options.path);
    const shared = { identity, store, clock, emit, onTrouble, timing: this.#timing };
    const codec = CODECS[options.dialect];
    const session = createHostSession({ ...shared, ...options.host, codec, security });
    const reversals = createReversalQueue({ ...shared, session });
    const pinPad = createPinPad(security, store);
    const kernel = kernelConfig(options.serial, options.authorities);
    const reader = contactlessConfig(kernel);
    this.#ports = { identity, kernel, reader, store, session, reversals, pinPad, clock, randomBytes, emit };
  }

  get screen(): Screen {
    return screenOf(this.#state, this.identity.merchantName);
  }

  get pendingReversals(): number {
    return this.#ports.store.pendingReversals().length;
  }

  get online(): boolean {
    return this.#ports.session.online;
  }

  async start(): Promise<void> {
    const { session, reversals } = this.#ports;
    await reversals.addInterrupted();
    await session.open();
    reversals.wake();
  }

  async startPayment(amount: Tiyn, settle: Settle | null): Promise<string> {
    if (this.#isClosing) throw new WrongStateError('the terminal is switched off');
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
    const noCard = {
      ...{ card: null, cardRemoved: false, chipIsMute: false, torn: null },
      ...{ answerPin: null, onPinPrompt: null, onCardWantedAgain: null },
    };
    this.#current = { payment, numbers, startedMs, ended, end, ...noCard };
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
    assert(PIN_KEYS.test(digits), `a PIN is ${PIN_DIGITS_MIN} to ${PIN_DIGITS_MAX} digits`);
    this.#check({ kind: 'pin-given' });
    this.#current?.answerPin?.(digits === '' ? { kind: 'bypassed' } : { kind: 'pin', digits });
    this.#apply({ kind: 'pin-given' });
  }

  onPinPrompt(id: string, act: () => void): void {
    if (this.#current?.payment.transactionId === id) this.#current.onPinPrompt = act;
  }

  onCardWantedAgain(id: string, act: (hint: CardHint) => void): void {
    if (this.#current?.payment.transactionId === id) this.#current.onCardWantedAgain = act;
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

  finished(id: string): FinishedPayment | undefined {
    return this.#ports.store.finished(id);
  }

  exchangeKeys(): Promise<KeyAcceptance> {
    return this.#ports.session.exchangeKeys();
  }

  async close(): Promise<void> {
    const { store, session, reversals } = this.#ports;
    this.#isClosing = true;
    this.#current?.answerPin?.({ kind: 'given-up', why: 'cancelled' });
    const closing = [reversals.close(), session.close()];
    await this.#running;
    await Promise.all(closing);
    clearTimeout(this.#timer);
    await store.close();
  }

  #check(event: DeviceEvent): void {
    const result = step(this.#state, event);
    if (!result.ok) throw new WrongStateError(result.reason);
  }

  #apply(event: DeviceEvent): void {
    const result = step(this.#state, event);
    if (!result.ok) throw new WrongStateError(result.reason);
    const before = this.screen;
    this.#state = result.state;
    const { screen } = this;
    if (!isDeepStrictEqual(screen, before)) this.#tell('terminal.screen-changed', { ...screen });
    this.#watchClock();
    for (const effect of result.effects) this.#perform(effect);
  }

  #perform(effect: DeviceEffect): void {
    const current = this.#current;
    if (!current) return;
    switch (effect.kind) {
      case 'read-card':
        this.#running = this.#conclude(current, () => this.#pay(current));
        return;
      case 'give-up':
        // At the PIN prompt the payment is running and ends by itself; before a card came there is none to end.
        if (current.answerPin) current.answerPin({ kind: 'given-up', why: effect.why });
        else this.#running = this.#conclude(current, async () => givenUp(effect.why));
        return;
      case 'card-gone':
        current.cardRemoved = true;
        this.#tell('terminal.card-removed', {});
        current.answerPin?.({ kind: 'given-up', why: 'cancelled' });
        return;
      default:
        unreachable(effect);
    }
  }

  #scene(current: Current): PaymentScene {
    return {
      get cardRemoved() {
        return current.cardRemoved;
      },
      askPin: (triesLeft = null) =>
        new Promise<PinEntry>((resolve) => {
          if (this.#isClosing) {
            resolve({ kind: 'given-up', why: 'cancelled' });
            return;
          }
          current.answerPin = (entry) => {
            current.answerPin = null;
            resolve(entry);
          };
          this.#apply({ kind: 'pin-wanted', ...(triesLeft === null ? {} : { triesLeft }) });
          current.onPinPrompt?.();
        }),
      showAuthorising: () => this.#apply({ kind: 'host-asked' }),
    };
  }

  #pay(current: Current): Promise<PaymentEnd | CardWantedAgain> {
    const { payment, numbers, card, chipIsMute, torn } = current;
    assert(card !== null, 'a card is read when there is one');
    const { transactionId: id, amount, settle } = payment;
    return runPayment(
      this.#ports,
      { transactionId: id, amount, settle, numbers, chipIsMute, torn },
      card,
      this.#scene(current),
    );
  }

  /** Stored before it is shown: an approval that anyone has seen survives whatever comes next. */
  async #conclude(current: Current, pay: () => Promise<PaymentEnd | CardWantedAgain>): Promise<void> {
    let finished: FinishedPayment;
    try {
      const end = await pay();
      if ('hint' in end && this.#state.kind === 'reading') {
        this.#wantCardAgain(current, end);
        return;
      }
      finished = await this.#store(current, 'hint' in end ? givenUp('cancelled') : end);
    } catch (error) {
      this.#options.onTrouble(error);
      finished = await this.#storeMalfunction(current);
    }
    this.#show(current, finished);
    this.#ports.reversals.wake();
  }

  /** No request was sent: the same payment goes on with another card, or the same one otherwise. */
  #wantCardAgain(current: Current, { hint, why, chipIsMute, torn }: CardWantedAgain): void {
    Object.assign(current, { card: null, cardRemoved: false, chipIsMute, torn });
    this.#tell('terminal.card-wanted-again', { hint, why });
    this.#apply({ kind: 'card-wanted-again', hint });
    current.onCardWantedAgain?.(hint);
  }

  async #store(current: Current, { verdict, facts }: PaymentEnd): Promise<FinishedPayment> {
    const { identity, store, clock, reversals } = this.#ports;
    const payment = { ...current.payment, numbers: current.numbers };
    const result = resultOf(payment, verdict);
    const { merchantName, city, id: terminalId, merchantNumber } = identity;
    const { reversalWhy } = verdict;
    const receipts = makeReceipts(result, {
      ...{ merchantName, city, terminalId, merchantNumber, timeMs: current.startedMs },
      amount: payment.amount,
      reversalPending: reversalWhy !== null,
      ...facts,
    });
    if (reversalWhy === null) await store.finish(payment, { result, receipts }, clock());
    else await reversals.add(payment, reversalWhy, { result, receipts });
    return { result, receipts };
  }

  /** What was sent is undone, now or at the latest before the next payment; what was not is declined. */
  async #storeMalfunction(current: Current): Promise<FinishedPayment> {
    const { store, reversals } = this.#ports;
    try {
      await reversals.addInterrupted();
      return store.finished(current.payment.transactionId) ?? (await this.#store(current, MALFUNCTION));
    } catch (error) {
      this.#options.onTrouble(error);
      const payment = { ...current.payment, numbers: current.numbers };
      return { result: resultOf(payment, MALFUNCTION.verdict), receipts: null };
    }
  }

  #show(current: Current, { result, receipts }: FinishedPayment): void {
    this.#tell('terminal.payment-finished', { ...result, card: current.card?.name ?? null });
    this.#apply({ kind: 'payment-ended', result });
    if (receipts) {
      for (const copy of ['merchant', 'customer'] as const)
        this.#tell('terminal.receipt-printed', { copy, text: receipts[copy] });
    }
    current.end(result);
  }

  /** People and results have time limits; machines' answers have their own. */
  #watchClock(): void {
    clearTimeout(this.#timer);
    const { kind } = this.#state;
    const { cardholderTimeoutMs, resultShownMs } = this.#timing;
    if (kind === 'present-card' || kind === 'pin-entry')
      this.#after(cardholderTimeoutMs, { kind: 'cardholder-timed-out' });
    if (kind === 'finished') this.#after(resultShownMs, { kind: 'result-timed-out' });
  }

  #after(delayMs: number, event: DeviceEvent): void {
    this.#timer = setTimeout(() => this.#apply(event), delayMs);
    this.#timer.unref();
  }

  #tell(type: string, data: Readonly<Record<string, unknown>>): void {
    const isIdle = this.#state.kind === 'idle' && type === 'terminal.screen-changed';
    const id = isIdle ? null : (this.#current?.payment.transactionId ?? null);
    this.#ports.emit({ type, transactionId: id, terminalId: this.identity.id, data });
  }
}

const PIN_KEYS = new RegExp(`^(\\d{${PIN_DIGITS_MIN},${PIN_DIGITS_MAX}})?$`);
const NO_CARD = { lastFour: null, entry: null, application: null, verification: 'none' } as const;
const givenUp = (why: 'cancelled' | 'timed-out'): PaymentEnd => ({
  verdict: verdictOfGivingUp(why),
  facts: NO_CARD,
});
const MALFUNCTION: PaymentEnd = { verdict: verdictOfMalfunction('the terminal failed'), facts: NO_CARD };
