import { assert, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import type { RsaPublicKey } from '../crypto/rsa.ts';
import { parseResponse, type ResponseApdu } from '../data/apdu.ts';
import { type BitMeaning, bitLabel, withBit } from '../data/bit-meanings.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';
import { buildDolData, type DolEntry } from '../data/dol.ts';
import { TAGS } from '../data/tags.ts';
import type { OnKernelStep } from './kernel-step.ts';
import type {
  CardAccount,
  CvmOutcome,
  KernelReply,
  KernelRequest,
  TerminalApplication,
  TerminalConfig,
  TerminationReason,
  TransactionData,
} from './kernel-types.ts';

/** A part of a transaction: asks the device, is answered, comes to a result. */
export type KernelRun<Result> = Generator<KernelRequest, Result, KernelReply>;

/** The transaction cannot go on. Caught in one place: it becomes an outcome and never leaves the kernel. */
export class Termination extends Error {
  override readonly name = 'Termination';
  readonly reason: TerminationReason;
  readonly detail: string;

  constructor(reason: TerminationReason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.reason = reason;
    this.detail = detail;
  }
}

/** The card's last cryptogram. */
export interface ReceivedCryptogram {
  readonly type: CryptogramType;
  readonly value: Uint8Array;
  readonly atc: Uint8Array;
  readonly reason: string | undefined;
  /** Why the signature it came with is wrong; null when it is right or none was asked for. */
  readonly signatureFailure: string | null;
}

/** How far the issuer is known to have come. */
export type IssuerContact = 'not-asked' | 'asked' | 'approved' | 'declined' | 'unreachable';

/** Everything one transaction knows, filled step by step. Lives inside one run of the generator. */
export class KernelSession {
  readonly config: TerminalConfig;
  readonly transaction: TransactionData;
  readonly onStep: OnKernelStep;
  application: TerminalApplication | null = null;
  aid: Uint8Array | null = null;
  label: string | null = null;
  account: CardAccount | null = null;
  cvm: CvmOutcome = 'not-performed';
  cryptogram: ReceivedCryptogram | null = null;
  issuer: IssuerContact = 'not-asked';
  /** Contents of the records that take part in offline data authentication, in their order. */
  readonly authenticatedRecords: Uint8Array[] = [];
  /** The card's public key, once it is recovered. */
  iccKey: RsaPublicKey | null = null;
  /** The next cryptogram is asked for with a signature (CDA). */
  combinesAuthentication = false;
  /** Tags a contactless kernel adds to DE 55. */
  furtherTags: readonly string[] = [];
  /** Values sent for PDOL and CDOL1: a combined signature covers them. */
  pdolValues: Uint8Array = new Uint8Array();
  cdol1Values: Uint8Array = new Uint8Array();
  tvr: Uint8Array = new Uint8Array(5);
  tsi: Uint8Array = new Uint8Array(2);
  readonly #terminalData: Map<string, Uint8Array>;
  readonly #cardData = new Map<string, Uint8Array>();

  constructor(config: TerminalConfig, transaction: TransactionData, onStep: OnKernelStep) {
    checkConfig(config, transaction);
    this.config = config;
    this.transaction = transaction;
    this.onStep = onStep;
    this.#terminalData = terminalData(config, transaction);
  }

  /**
   * The value of an object. What is the terminal's or the issuer's to say is never taken from the card
   * (EMV 4.4 Book 3, 7.5 and annex A: each object has one source).
   */
  get(tag: string): Uint8Array | undefined {
    if (tag === '95') return this.tvr;
    if (tag === '9B') return this.tsi;
    const own = this.#terminalData.get(tag);
    const source = TAGS.get(tag)?.source ?? 'card';
    return own ?? (source === 'card' ? this.#cardData.get(tag) : undefined);
  }

  setTerminalValue(tag: string, value: Uint8Array): void {
    this.#terminalData.set(tag, value);
  }

  setCardValue(tag: string, value: Uint8Array): void {
    this.#cardData.set(tag, value);
  }

  forgetCardData(): void {
    this.#cardData.clear();
    this.authenticatedRecords.length = 0;
  }

  dolData(entries: readonly DolEntry[]): Uint8Array {
    return buildDolData(entries, (tag) => this.get(tag));
  }

  setTvr(bit: BitMeaning, why: string): void {
    this.tvr = withBit(this.tvr, bit);
    this.onStep({ step: 'tvr-bit-set', bit: bitLabel(bit), why });
  }

  setTsi(bit: BitMeaning): void {
    this.tsi = withBit(this.tsi, bit);
    this.onStep({ step: 'tsi-bit-set', bit: bitLabel(bit) });
  }

  /** The selected application; a bug when asked for before selection. */
  get selected(): TerminalApplication {
    assert(this.application !== null, 'an application is selected before its rules are used');
    return this.application;
  }
}

/** One command to the card. */
export function* transmit(command: Uint8Array): KernelRun<ResponseApdu> {
  const reply = yield* ask({ kind: 'transmit', command });
  assert(reply.kind === 'response', `a command is answered by a response, not by ${reply.kind}`);
  if (reply.bytes.length === 0) throw new Termination('card-mute', 'the chip does not answer');
  return parseResponse(reply.bytes);
}

/** One question to the device; a card pulled out ends everything. */
export function* ask(request: KernelRequest): KernelRun<Exclude<KernelReply, { kind: 'removed' }>> {
  const reply: KernelReply = yield request;
  if (reply.kind === 'removed') throw new Termination('card-removed', `during ${request.kind}`);
  return reply;
}

function checkConfig(config: TerminalConfig, transaction: TransactionData): void {
  assert(config.capabilities.length === 3, 'terminal capabilities (9F33) are 3 bytes');
  assert(config.additionalCapabilities.length === 5, 'additional terminal capabilities (9F40) are 5 bytes');
  assert(/^[1-3][1-6]$/.test(config.terminalType), 'a terminal type (9F35) is two digits, 11 to 36');
  assert(config.ifdSerialNumber.length === 8, 'an interface device serial number (9F1E) is 8 characters');
  assert(transaction.unpredictableNumber.length === 4, 'an unpredictable number (9F37) is 4 bytes');
  assert(
    transaction.amount >= 0n && transaction.amount < 10n ** 12n,
    'an amount (9F02) is at most 12 digits',
  );
  for (const { aid, version, actionCodes } of config.applications) {
    assert(aid.length >= 5 && aid.length <= 16, 'an AID is 5 to 16 bytes');
    assert(version.length === 2, 'an application version (9F09) is 2 bytes');
    const codes = [actionCodes.denial, actionCodes.online, actionCodes.default];
    assert(
      codes.every(({ length }) => length === 5),
      'a terminal action code is 5 bytes',
    );
  }
}

function terminalData(config: TerminalConfig, transaction: TransactionData): Map<string, Uint8Array> {
  const { amount, otherAmount = 0n } = transaction;
  return new Map([
    ...(config.otherData ?? []),
    ['5F2A', digits(transaction.currencyCode, 4)],
    ['5F36', digits(transaction.currencyExponent.toString(), 2)],
    ['9A', digits(transaction.date, 6)],
    ['9C', digits(transaction.type, 2)],
    ['81', binaryAmount(amount)],
    ['9F02', digits(amount.toString(), 12)],
    ['9F03', digits(otherAmount.toString(), 12)],
    ['9F04', binaryAmount(otherAmount)],
    ['9F1A', digits(config.countryCode, 4)],
    ['9F1E', fromLatin1(config.ifdSerialNumber)],
    ['9F21', digits(transaction.time, 6)],
    ['9F33', config.capabilities],
    ['9F35', digits(config.terminalType, 2)],
    ['9F37', transaction.unpredictableNumber],
    ['9F40', config.additionalCapabilities],
    ['9F41', digits(transaction.sequenceCounter.toString(), 8)],
  ]);
}

/** Four bytes; an amount that does not fit is sent as the largest (EMV 4.4 Book 3, annex A, tag 81). */
function binaryAmount(amount: bigint): Uint8Array {
  const largest = 0xffffffffn;
  return fromHex((amount > largest ? largest : amount).toString(16).padStart(8, '0'));
}

function digits(text: string, length: number): Uint8Array {
  assert(/^\d+$/.test(text) && text.length <= length, `expected at most ${length} digits`);
  return fromHex(text.padStart(length, '0'));
}

/** Hexadecimal of a value that may be missing. */
export function hexOrNull(value: Uint8Array | null | undefined): string | null {
  return value ? toHex(value) : null;
}
