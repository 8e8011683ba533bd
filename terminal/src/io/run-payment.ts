import {
  type ContactlessConfig,
  type ContactlessOutcome,
  type CvmOutcome,
  type KernelReply,
  type KernelRequest,
  type KernelStep,
  offlinePinCommand,
  runContactlessTransaction,
  runContactTransaction,
  type TerminalConfig,
  type TornTransaction,
} from '@kassa/emv';
import { assert, type Clock, type EmitStep, fromHex, type Tiyn } from '@kassa/primitives';
import { createApduTracer } from '../apdu-trace.ts';
import type { CardHint, Settle } from '../device-state.ts';
import { purchaseData } from '../kernel-config.ts';
import { traceKernelStep } from '../kernel-trace.ts';
import { type CardFields, type PinFields, purchaseMessage, type TerminalIdentity } from '../messages.ts';
import {
  type HostSaid,
  type Verdict,
  verdictOfChip,
  verdictOfFailure,
  verdictOfGivingUp,
  verdictOfHost,
} from '../payment-end.ts';
import type { ReceiptFacts } from '../receipt.ts';
import type { TraceNumbers } from '../trace-numbers.ts';
import { parseTrack2, stripeWantsPin } from '../track2.ts';
import type { HostSession } from './host-session.ts';
import type { PinPad } from './pin-pad.ts';
import type { PinEntry, PresentedCard } from './presented-card.ts';
import type { ReversalQueue } from './reversal-queue.ts';
import type { TerminalStore } from './terminal-store.ts';

/** What a payment needs of the device around it. */
export interface PaymentPorts {
  readonly identity: TerminalIdentity;
  readonly kernel: TerminalConfig;
  readonly reader: ContactlessConfig;
  readonly store: TerminalStore;
  readonly session: HostSession;
  readonly reversals: ReversalQueue;
  readonly pinPad: PinPad;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly emit: EmitStep;
}

/** What a payment needs of the people in front of the device. */
export interface PaymentScene {
  readonly cardRemoved: boolean;
  /** Shows the PIN prompt and waits for the cardholder. @param triesLeft as the card tells it. */
  askPin(triesLeft?: number | null): Promise<PinEntry>;
  /** Shows that the host is being asked. */
  showAuthorising(): void;
}

export interface PaymentOrder {
  readonly transactionId: string;
  readonly amount: Tiyn;
  readonly settle: Settle | null;
  readonly numbers: TraceNumbers;
  /** A chip was tried before and did not answer. */
  readonly chipIsMute: boolean;
  /** An earlier tap of this payment that was cut short. */
  readonly torn: TornTransaction | null;
}

/** The card as it was presented cannot pay, and no request was sent: once more, otherwise. */
export interface CardWantedAgain {
  readonly hint: CardHint;
  readonly why: string;
  readonly chipIsMute: boolean;
  readonly torn: TornTransaction | null;
}

export interface PaymentEnd {
  readonly verdict: Verdict;
  readonly facts: Pick<ReceiptFacts, 'lastFour' | 'entry' | 'application' | 'verification'>;
}

/** One payment with one card, up to what it came to. What was sent is in the journal; what came of it is the caller's to store. */
export async function runPayment(
  ports: PaymentPorts,
  order: PaymentOrder,
  card: PresentedCard,
  scene: PaymentScene,
): Promise<PaymentEnd | CardWantedAgain> {
  return card.entry === 'swipe' ? runStripe(ports, order, card, scene) : runChip(ports, order, card, scene);
}

type ChipCard = Exclude<PresentedCard, { readonly entry: 'swipe' }>;

async function runChip(
  ports: PaymentPorts,
  order: PaymentOrder,
  card: ChipCard,
  scene: PaymentScene,
): Promise<PaymentEnd | CardWantedAgain> {
  const chip = new ChipDialogue(ports, order, card, scene);
  const random = {
    unpredictableNumber: ports.randomBytes(4),
    selection: 1 + ((ports.randomBytes(1)[0] ?? 0) % 99),
  };
  const transaction = purchaseData(order.amount, order.numbers.stan, ports.clock(), random);
  let denial = '';
  const onStep = (step: KernelStep): void => {
    if (step.step === 'action-decided' && step.decision === 'AAC') denial = step.why;
    tell(ports, order, 'kernel.decided', { ...traceKernelStep(step) });
  };
  const kernel =
    card.entry === 'tap'
      ? runContactlessTransaction(ports.reader, transaction, { torn: order.torn, onStep })
      : runContactTransaction(ports.kernel, transaction, onStep);
  let next = kernel.next();
  while (!next.done) next = kernel.next(await chip.serve(next.value));
  const outcome = next.value;
  const again = wantedAgain(outcome, order);
  if (again) return again;
  assert('chipData' in outcome, 'what does not end the payment wants the card again');
  const { receipt, chipData } = outcome;
  const label = receipt.preferredName ?? receipt.label;
  return {
    verdict: chip.failure ?? verdictOfChip(outcome, chip.said, denial),
    facts: {
      lastFour: chipData?.pan.slice(-4) ?? null,
      entry: card.entry,
      application: receipt.aid && label ? { aid: receipt.aid, label } : null,
      verification: VERIFICATIONS[receipt.cvm],
    },
  };
}

/**
 * What the cardholder is asked to do when a card cannot pay as it was presented (EMV Contactless Book A, outcomes). A
 * stripe in place of a chip that cannot be read is the schemes' fallback.
 */
function wantedAgain(
  outcome: ContactlessOutcome,
  { torn, chipIsMute }: PaymentOrder,
): CardWantedAgain | undefined {
  const again = { chipIsMute, torn };
  switch (outcome.kind) {
    case 'try-another-interface':
      return { ...again, hint: 'insert', why: outcome.detail };
    case 'see-phone':
      return { ...again, hint: 'see-phone', why: outcome.detail };
    case 'present-again':
      return { ...again, hint: 'tap-again', why: outcome.detail, torn: outcome.torn ?? torn };
    case 'terminated':
      return outcome.reason === 'card-mute' && !outcome.reversalNeeded
        ? { hint: 'swipe', why: outcome.detail, torn: null, chipIsMute: true }
        : undefined;
    case 'approved':
    case 'declined':
      return undefined;
  }
}

const VERIFICATIONS: Readonly<Record<CvmOutcome, ReceiptFacts['verification']>> = {
  'online-pin': 'pin',
  'offline-pin': 'pin',
  'offline-pin-and-signature': 'signature',
  device: 'device',
  signature: 'signature',
  'no-cvm': 'none',
  failed: 'failed',
  'not-performed': 'none',
};

/** Serves what the kernel asks for: the card, the PIN pad, the host. */
class ChipDialogue {
  said: HostSaid = { kind: 'not-asked' };
  /** The device itself could not go on. */
  failure: Verdict | undefined;
  #pin: PinFields | null = null;
  readonly #traceApdu = createApduTracer();
  readonly #ports: PaymentPorts;
  readonly #order: PaymentOrder;
  readonly #card: ChipCard;
  readonly #scene: PaymentScene;

  constructor(ports: PaymentPorts, order: PaymentOrder, card: ChipCard, scene: PaymentScene) {
    this.#ports = ports;
    this.#order = order;
    this.#card = card;
    this.#scene = scene;
  }

  async serve(request: KernelRequest): Promise<KernelReply> {
    if (this.#scene.cardRemoved) return { kind: 'removed' };
    switch (request.kind) {
      case 'transmit':
        return this.#transmit(request.command);
      case 'choose-application':
        // The kernel lists them in the card's own order of preference; the device has no choice screen.
        return { kind: 'chosen', index: 0 };
      case 'online-pin':
        return this.#enterPin(request.pan);
      case 'offline-pin':
        return this.#verifyPin(request);
      case 'go-online':
        return this.#goOnline(request.request);
    }
  }

  async #transmit(command: Uint8Array): Promise<KernelReply> {
    const bytes = await this.#card.transmit(command);
    // Pulled out while it was answering: the answer never reached the reader.
    if (bytes === null || this.#scene.cardRemoved) return { kind: 'removed' };
    tell(this.#ports, this.#order, 'card.exchanged', { ...this.#traceApdu(command, bytes) });
    return { kind: 'response', bytes };
  }

  async #enterPin(pan: string): Promise<KernelReply> {
    const entry = await this.#scene.askPin();
    if (this.#scene.cardRemoved) return { kind: 'removed' };
    if (entry.kind === 'given-up') {
      this.failure = verdictOfGivingUp(entry.why);
      return { kind: 'cancelled' };
    }
    if (entry.kind === 'bypassed') {
      tell(this.#ports, this.#order, 'terminal.pin-bypassed', {});
      return { kind: 'pin-bypassed' };
    }
    const pin = await makePinBlock(this.#ports, this.#order, entry.digits, pan);
    if (!pin) {
      this.failure = verdictOfFailure(OUT_OF_KEYS);
      return { kind: 'cancelled' };
    }
    this.#pin = pin;
    return { kind: 'pin-entered' };
  }

  /** The PIN pad hands the PIN to the card; in traces its command is hidden. */
  async #verifyPin({
    encipherment,
    triesLeft,
  }: KernelRequest & { kind: 'offline-pin' }): Promise<KernelReply> {
    const entry = await this.#scene.askPin(triesLeft);
    if (this.#scene.cardRemoved) return { kind: 'removed' };
    if (entry.kind === 'given-up') {
      this.failure = verdictOfGivingUp(entry.why);
      return { kind: 'cancelled' };
    }
    if (entry.kind === 'bypassed') {
      tell(this.#ports, this.#order, 'terminal.pin-bypassed', {});
      return { kind: 'pin-bypassed' };
    }
    const reply = await this.#transmit(
      offlinePinCommand(encipherment, entry.digits, this.#ports.randomBytes),
    );
    return reply.kind === 'response' ? { kind: 'pin-verified', response: reply.bytes } : reply;
  }

  async #goOnline(chip: (KernelRequest & { kind: 'go-online' })['request']): Promise<KernelReply> {
    const { pan, expiry, psn, track2, de55, onlinePin } = chip;
    const fields: CardFields = {
      entry: this.#card.entry,
      pan,
      expiry,
      psn: psn ?? '00',
      track2: track2?.replace('D', '=') ?? undefined,
      emvData: de55,
    };
    this.said = await askHost(this.#ports, this.#order, this.#scene, fields, onlinePin ? this.#pin : null);
    if (this.said.kind === 'not-asked') return { kind: 'removed' };
    if (this.said.kind !== 'answered') return { kind: 'unable-to-go-online' };
    const { message } = this.said;
    return {
      kind: 'online-response',
      responseCode: message.fields[39] ?? '',
      issuerData: fromHex(message.fields[55] ?? ''),
    };
  }
}

const OUT_OF_KEYS = 'the PIN pad has used up its keys: it needs a new initial key';

async function runStripe(
  ports: PaymentPorts,
  order: PaymentOrder,
  card: PresentedCard & { entry: 'swipe' },
  scene: PaymentScene,
): Promise<PaymentEnd> {
  const track2 = parseTrack2(card.track2);
  const end = (verdict: Verdict, verification: ReceiptFacts['verification']): PaymentEnd => ({
    verdict,
    facts: { lastFour: track2?.pan.slice(-4) ?? null, entry: 'swipe', application: null, verification },
  });
  if (!track2) return end(verdictOfFailure('the stripe cannot be read'), 'none');
  let pin: PinFields | null = null;
  if (stripeWantsPin(track2.serviceCode)) {
    const entry = await scene.askPin();
    if (entry.kind === 'given-up') return end(verdictOfGivingUp(entry.why), 'none');
    if (entry.kind === 'bypassed') tell(ports, order, 'terminal.pin-bypassed', {});
    else {
      const made = await makePinBlock(ports, order, entry.digits, track2.pan);
      if (!made) return end(verdictOfFailure(OUT_OF_KEYS), 'none');
      pin = made;
    }
  }
  const entry = order.chipIsMute ? 'fallback' : 'swipe';
  const said = await askHost(ports, order, scene, { entry, track2: track2.text }, pin);
  return end(verdictOfHost(said), pin ? 'pin' : 'signature');
}

/** The PIN pad's work: the digits go in, a block under a key that is never used again comes out. */
async function makePinBlock(
  ports: PaymentPorts,
  order: PaymentOrder,
  digits: string,
  pan: string,
): Promise<PinFields | undefined> {
  const made = await ports.pinPad.encipher(digits, pan);
  if (!made) return undefined;
  const { ksn, ksnHex, block } = made;
  tell(ports, order, 'terminal.pin-entered', { ksn: ksnHex });
  return { ksn, block };
}

/**
 * Journal, then send. Nothing goes out while an earlier payment still waits to be undone: the host is asked in order.
 * `not-asked` when the card was pulled out before.
 */
async function askHost(
  ports: PaymentPorts,
  order: PaymentOrder,
  scene: PaymentScene,
  card: CardFields,
  pin: PinFields | null,
): Promise<HostSaid> {
  const { identity, session, store, reversals } = ports;
  const { transactionId, amount, settle, numbers } = order;
  const request = session.seal(purchaseMessage(identity, numbers, { amount, settle, card, pin }));
  scene.showAuthorising();
  const opened = await session.open();
  if (!opened.ok) return { kind: 'unreachable', why: opened.why };
  await reversals.addInterrupted();
  if (!(await reversals.flush())) {
    return { kind: 'unreachable', why: 'an earlier payment still waits for its reversal to be confirmed' };
  }
  if (scene.cardRemoved) return { kind: 'not-asked' };
  await store.journalIntent({ transactionId, numbers, amount }, ports.clock());
  const { mti } = request.message;
  tell(ports, order, 'terminal.intent-journalled', { mti, stan: numbers.stan, rrn: numbers.rrn });
  const answer = await session.ask(request);
  if (answer.kind === 'no-answer')
    tell(ports, order, 'terminal.no-answer', { waitedMs: answer.waitedMs, why: answer.why });
  return answer;
}

function tell(
  ports: PaymentPorts,
  order: PaymentOrder,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  ports.emit({ type, transactionId: order.transactionId, terminalId: ports.identity.id, data });
}
