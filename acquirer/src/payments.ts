import type { AcquirerSecurityModule, Authorisation, Bank, CardEvidence } from '@kassa/banks';
import { type Clock, encodeTlv, lastFour, toHex } from '@kassa/primitives';
import type { AcquirerStore } from './io/acquirer-store.ts';
import type { Merchant } from './merchant.ts';
import { type MoneyPorts, type MovementResult, merchantBank, settle, undo } from './money-movement.ts';
import { isSamePayment, type PaymentChange, type PaymentRecord } from './payment-record.ts';
import type { PaymentRequest } from './payment-request.ts';
import { chooseRoute } from './routing.ts';
import { createSerialiser } from './serialise.ts';

export interface PaymentsPorts extends MoneyPorts {
  readonly store: AcquirerStore;
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly security: AcquirerSecurityModule;
  readonly clock: Clock;
}

/** What the terminal is told; the route only of a payment that was approved. */
export type PaymentAnswer = Pick<
  PaymentRecord,
  'responseCode' | 'approvalCode' | 'route' | 'reason' | 'answerEmvData'
>;

/** A reversal: which payment, and enough to refuse it should it arrive later. */
export interface ReversalRequest {
  readonly transactionId: string;
  readonly terminalId: string;
  /** STAN and local time of the payment, from DE 90 and DE 12/13. */
  readonly stan: string;
  readonly localTime: string;
  readonly amount: bigint;
  readonly merchantNumber: string;
}

export interface ReversalAnswer {
  /** 00 undone or made impossible, 12 contradicts its payment, 25 names no payment, 96 not undone yet: ask again. */
  readonly responseCode: '00' | '12' | '25' | '96';
  readonly reason: string | null;
}

export interface Payments {
  /** Answers a payment; the same request again gets the stored answer and moves nothing. */
  purchase(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Undoes a payment however far it got, or makes sure that it never happens. */
  reverse(request: ReversalRequest): Promise<ReversalAnswer>;
  /** Before the first message: finishes or undoes what a crash interrupted. @returns how many. */
  recover(): Promise<number>;
}

const NOTHING_APPROVED = { approvalCode: null, route: null, answerEmvData: null } as const;

const TRACE_NUMBER_TAKEN: PaymentAnswer = {
  ...NOTHING_APPROVED,
  responseCode: '94',
  reason: 'this terminal used the trace number for another payment at the same time',
};

/** @throws AssertionError when a merchant's bank is not configured. */
export function createPayments(ports: PaymentsPorts): Payments {
  for (const merchant of ports.merchants.values()) merchantBank(ports, merchant);
  // A reversal may overtake its payment: one at a time per transaction, so that it undoes what there is to undo.
  const serialiser = createSerialiser();
  return {
    purchase: (request) => serialiser.run(request.transactionId, () => purchase(ports, request)),
    reverse: (request) => serialiser.run(request.transactionId, () => reverse(ports, request)),
    async recover() {
      const unfinished = ports.store.unfinished();
      for (const record of unfinished) await recoverOne(ports, record);
      return unfinished.length;
    },
  };
}

async function purchase(ports: PaymentsPorts, request: PaymentRequest): Promise<PaymentAnswer> {
  const merchant = findMerchant(ports, request.merchantNumber);
  if (!merchant) return unacceptable('03', 'this merchant is not known to the acquirer');
  if (!merchant.terminalIds.has(request.terminalId)) {
    return unacceptable('03', "this terminal is not one of this merchant's");
  }
  const record = newRecord(request, merchant);
  const earlier = findEarlier(ports, record);
  if (!earlier) {
    const isNew = await ports.store.add(record, ports.clock());
    return isNew ? authoriseAndAnswer(ports, request, record, merchant) : TRACE_NUMBER_TAKEN;
  }
  if (!isRepeatOf(earlier, record)) return TRACE_NUMBER_TAKEN;
  tell(ports, record, 'acquirer.duplicate-found', { stan: record.stan });
  const answer = storedAnswer(earlier);
  if (answer) return answer;
  // Cut off in the middle, by a disk that was full or a ledger out of reach: every step below is done once, however
  // often it is asked for.
  return earlier.state === 'authorised'
    ? settleAndAnswer(ports, earlier, merchant)
    : authoriseAndAnswer(ports, request, earlier, merchant);
}

async function authoriseAndAnswer(
  ports: PaymentsPorts,
  request: PaymentRequest,
  record: PaymentRecord,
  merchant: Merchant,
): Promise<PaymentAnswer> {
  const no = (why: Pick<PaymentRecord, 'responseCode' | 'reason'> & Partial<PaymentChange>) =>
    decline(ports, record, merchant, why);
  const bank = [...ports.banks.values()].find(({ iins }) => iins.includes(request.card.pan.slice(0, 6)));
  if (!bank) return no({ responseCode: '15', reason: 'no bank issues cards with this number' });
  tell(ports, record, 'acquirer.bank-chosen', { bank: bank.id, iin: request.card.pan.slice(0, 6) });
  const evidence = evidenceOf(ports, request, bank);
  if (!evidence) return no({ responseCode: '55', reason: 'the PIN block does not decipher' });
  const { transactionId, amount } = request;
  const authorisation = await bank.authorise({ transactionId, pan: request.card.pan, evidence, amount });
  const answerEmvData = emvDataOf(authorisation);
  if (!authorisation.approved) {
    const { responseCode, reason } = authorisation;
    return no({ bankId: bank.id, responseCode, reason, answerEmvData });
  }
  const { route, why } = chooseRoute(request.settle, merchant.settle);
  tell(ports, record, 'acquirer.route-chosen', { route, why });
  const authorised = {
    state: 'authorised',
    bankId: bank.id,
    route,
    responseCode: '00',
    approvalCode: authorisation.approvalCode,
    answerEmvData,
  } as const;
  await ports.store.change(record.transactionId, authorised);
  return settleAndAnswer(ports, { ...record, ...authorised }, merchant);
}

/** From here on the payment is decided: a crash is finished forwards, unless the terminal reverses. */
async function settleAndAnswer(
  ports: PaymentsPorts,
  record: PaymentRecord,
  merchant: Merchant,
): Promise<PaymentAnswer> {
  const settled = await settle(ports, record, merchant);
  if (settled.ok) {
    await ports.store.change(record.transactionId, { state: 'settled' });
    tellDecision(ports, record, true);
    return answerOf(record);
  }
  const undone = await undo(ports, record, merchant);
  const failed = {
    state: undone.ok ? 'reversed' : 'reversing',
    responseCode: '96',
    reason: settled.reason,
    approvalCode: null,
    // The card was told nothing yet, so its approval cryptogram must not go out with a decline, now or in a repeat.
    answerEmvData: null,
  } as const;
  await ports.store.change(record.transactionId, failed);
  tellDecision(ports, { ...record, ...failed }, false);
  return answerOf({ ...record, ...failed });
}

async function decline(
  ports: PaymentsPorts,
  record: PaymentRecord,
  merchant: Merchant,
  why: Pick<PaymentRecord, 'responseCode' | 'reason'> & Partial<PaymentChange>,
): Promise<PaymentAnswer> {
  // Nothing is held, except by an attempt that was cut off and asked in another way than this repeat.
  const undone = await undo(ports, record, merchant);
  const declined = { ...why, state: undone.ok ? 'declined' : 'reversing' } as const;
  await ports.store.change(record.transactionId, declined);
  tellDecision(ports, { ...record, ...declined }, false);
  return answerOf({ ...record, ...declined });
}

function unacceptable(responseCode: string, reason: string): PaymentAnswer {
  return { ...NOTHING_APPROVED, responseCode, reason };
}

function answerOf(record: PaymentRecord): PaymentAnswer {
  const { responseCode, approvalCode, reason, answerEmvData } = record;
  return {
    responseCode,
    approvalCode,
    route: responseCode === '00' ? record.route : null,
    reason,
    answerEmvData,
  };
}

function findEarlier(ports: PaymentsPorts, record: PaymentRecord): PaymentRecord | undefined {
  const { transactionId, terminalId, stan, localTime } = record;
  return ports.store.find(transactionId) ?? ports.store.findByStan(terminalId, stan, localTime);
}

/** A payment reversed before it came has no last four digits, and little else to be compared. */
function isRepeatOf(earlier: PaymentRecord, record: PaymentRecord): boolean {
  return (
    earlier.transactionId === record.transactionId &&
    (earlier.lastFour === null || isSamePayment(earlier, record))
  );
}

/** The answer given before; undefined when none was given and the payment goes on now. */
function storedAnswer(earlier: PaymentRecord): PaymentAnswer | undefined {
  switch (earlier.state) {
    case 'received':
    case 'authorised':
      return undefined;
    case 'settled':
    case 'declined':
      return answerOf(earlier);
    case 'reversing':
    case 'reversed':
      return (earlier.responseCode ?? '00') === '00'
        ? unacceptable('68', 'the terminal has reversed this payment')
        : answerOf(earlier);
  }
}

async function reverse(ports: PaymentsPorts, request: ReversalRequest): Promise<ReversalAnswer> {
  const record = ports.store.find(request.transactionId);
  if (!record) return refuseInAdvance(ports, request);
  if (record.stan !== request.stan || record.amount !== request.amount) {
    return { responseCode: '12', reason: 'the payment has another trace number or amount' };
  }
  if (record.state === 'declined' || record.state === 'reversed') return UNDONE;
  await ports.store.change(record.transactionId, { state: 'reversing' });
  return finishReversal(ports, record);
}

const UNDONE: ReversalAnswer = { responseCode: '00', reason: null };

async function refuseInAdvance(ports: PaymentsPorts, request: ReversalRequest): Promise<ReversalAnswer> {
  const { transactionId, terminalId, stan, localTime, amount } = request;
  const record: PaymentRecord = {
    ...EMPTY_RECORD,
    transactionId,
    terminalId,
    stan,
    localTime,
    amount,
    merchantId: findMerchant(ports, request.merchantNumber)?.id ?? '',
    state: 'reversed',
  };
  if (!(await ports.store.add(record, ports.clock()))) {
    return { responseCode: '25', reason: 'the trace number is of a payment with another reference number' };
  }
  tell(ports, record, 'acquirer.payment-reversed', {
    how: 'the payment had not arrived: it will be refused',
  });
  return UNDONE;
}

async function finishReversal(ports: PaymentsPorts, record: PaymentRecord): Promise<ReversalAnswer> {
  const undone = await undoAll(ports, record);
  // Still `reversing`: the terminal repeats, and so does the next start.
  if (!undone.ok) return { responseCode: '96', reason: undone.reason };
  await ports.store.change(record.transactionId, { state: 'reversed' });
  tell(ports, record, 'acquirer.payment-reversed', { how: undone.how });
  return UNDONE;
}

async function undoAll(ports: PaymentsPorts, record: PaymentRecord): Promise<MovementResult> {
  const merchant = ports.merchants.get(record.merchantId);
  return merchant
    ? undo(ports, record, merchant)
    : { ok: false, reason: `merchant ${record.merchantId} is no longer configured` };
}

async function recoverOne(ports: PaymentsPorts, record: PaymentRecord): Promise<void> {
  const how = await finishInterrupted(ports, record);
  tell(ports, record, 'acquirer.payment-recovered', { state: record.state, how });
}

/** @returns what became of it, in words. */
async function finishInterrupted(ports: PaymentsPorts, record: PaymentRecord): Promise<string> {
  if (record.state === 'authorised') {
    const merchant = ports.merchants.get(record.merchantId);
    if (!merchant) return `left as it is: merchant ${record.merchantId} is no longer configured`;
    const { responseCode, reason } = await settleAndAnswer(ports, record, merchant);
    return responseCode === '00' ? 'settled as decided' : `not settled: ${reason}`;
  }
  if (record.state === 'reversing') {
    const { responseCode, reason } = await finishReversal(ports, record);
    return responseCode === '00' ? 'the reversal was finished' : `the reversal is still open: ${reason}`;
  }
  const undone = await undoAll(ports, record);
  const reason = 'the host stopped before it had decided';
  const state = undone.ok ? 'declined' : 'reversing';
  await ports.store.change(record.transactionId, { state, responseCode: '91', reason });
  return undone.ok ? undone.how : `not undone yet: ${undone.reason}`;
}

const EMPTY_RECORD = {
  settle: null,
  bankId: null,
  lastFour: null,
  route: null,
  responseCode: null,
  approvalCode: null,
  reason: null,
  answerEmvData: null,
} as const;

function newRecord(request: PaymentRequest, merchant: Merchant): PaymentRecord {
  return {
    ...EMPTY_RECORD,
    transactionId: request.transactionId,
    terminalId: request.terminalId,
    stan: request.stan,
    localTime: request.localTime,
    amount: request.amount,
    settle: request.settle,
    merchantId: merchant.id,
    lastFour: lastFour(request.card.pan),
    state: 'received',
  };
}

function findMerchant(ports: PaymentsPorts, merchantNumber: string): Merchant | undefined {
  return [...ports.merchants.values()].find((merchant) => merchant.merchantNumber === merchantNumber);
}

/** What the bank gets to see; undefined when a PIN block came that cannot be put under the bank's key. */
function evidenceOf(ports: PaymentsPorts, request: PaymentRequest, bank: Bank): CardEvidence | undefined {
  const { card, pin } = request;
  const pinBlock = pin ? ports.security.translatePin({ ...pin, pan: card.pan, bankId: bank.id }) : undefined;
  if (pin && !pinBlock) return undefined;
  return card.entry === 'chip'
    ? { entry: 'chip', emvData: card.emvData, expiry: card.expiry, pinBlock }
    : {
        entry: 'swipe',
        expiry: card.expiry,
        serviceCode: card.serviceCode,
        verificationValue: card.verificationValue,
        pinBlock,
      };
}

/** DE 55 of the answer: tag 91, issuer authentication data. */
function emvDataOf(authorisation: Authorisation): string | null {
  const { issuerAuthentication } = authorisation;
  return issuerAuthentication ? toHex(encodeTlv('91', issuerAuthentication)) : null;
}

function tellDecision(ports: PaymentsPorts, record: PaymentRecord, approved: boolean): void {
  const { responseCode, approvalCode, reason } = record;
  tell(ports, record, 'acquirer.payment-decided', { approved, responseCode, approvalCode, reason });
}

function tell(
  ports: PaymentsPorts,
  record: Pick<PaymentRecord, 'transactionId' | 'terminalId'>,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  ports.emit({ type, transactionId: record.transactionId, terminalId: record.terminalId, data });
}
