import type { AcquirerSecurityModule, Authorisation, Bank, CardEvidence } from '@kassa/banks';
import { type Clock, encodeTlv, lastFour, toHex } from '@kassa/primitives';
import type { AcquirerStore } from './io/acquirer-store.ts';
import type { Merchant } from './merchant.ts';
import { type MoneyPorts, settle, undo } from './money-movement.ts';
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

/** What the terminal is told. */
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

export type ReversalAnswer = { readonly responseCode: '00' | '96'; readonly reason: string | null };

export interface Payments {
  /** Answers a payment; the same request again gets the stored answer and moves nothing. */
  purchase(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Undoes a payment however far it got, or makes sure that it never happens. */
  reverse(request: ReversalRequest): Promise<ReversalAnswer>;
  /** Before the first message: finishes or undoes what a crash interrupted. @returns how many. */
  recover(): Promise<number>;
}

const REFUSED_LATER = { approvalCode: null, route: null, answerEmvData: null };

export function createPayments(ports: PaymentsPorts): Payments {
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
  if (!merchant) {
    const reason = 'this merchant is not known to the acquirer';
    return { ...REFUSED_LATER, responseCode: '03', reason };
  }
  const record = newRecord(request, merchant);
  const earlier = findEarlier(ports, record);
  if (earlier) tell(ports, record, 'acquirer.duplicate-found', { stan: record.stan });
  const answer = earlier && answerOf(earlier, record);
  if (answer) return answer;
  // Cut off in the middle, by a disk that was full or a ledger out of reach: every step below is done once, however
  // often it is asked for.
  if (earlier?.state === 'authorised') return settleAndAnswer(ports, earlier, merchant);
  if (!earlier) await ports.store.add(record, ports.clock());
  return authoriseAndAnswer(ports, request, record, merchant);
}

async function authoriseAndAnswer(
  ports: PaymentsPorts,
  request: PaymentRequest,
  record: PaymentRecord,
  merchant: Merchant,
): Promise<PaymentAnswer> {
  const bank = [...ports.banks.values()].find(({ iins }) => iins.includes(request.card.pan.slice(0, 6)));
  if (!bank)
    return decline(ports, record, { responseCode: '15', reason: 'no bank issues cards with this number' });
  tell(ports, record, 'acquirer.bank-chosen', { bank: bank.id, iin: request.card.pan.slice(0, 6) });
  const evidence = evidenceOf(ports, request, bank);
  if (!evidence)
    return decline(ports, record, { responseCode: '55', reason: 'the PIN block does not decipher' });
  const { transactionId, amount } = request;
  const authorisation = await bank.authorise({ transactionId, pan: request.card.pan, evidence, amount });
  const answerEmvData = emvDataOf(authorisation);
  if (!authorisation.approved) {
    const { responseCode, reason } = authorisation;
    return decline(ports, record, { bankId: bank.id, responseCode, reason, answerEmvData });
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
    return record;
  }
  const undone = await undo(ports, record, merchant);
  // The card was told nothing yet, so its approval cryptogram must not go out with a decline.
  const declined = { ...record, ...REFUSED_LATER, responseCode: '96', reason: settled.reason };
  const state = undone.ok ? 'reversed' : 'reversing';
  await ports.store.change(record.transactionId, { state, reason: settled.reason, responseCode: '96' });
  tellDecision(ports, declined, false);
  return declined;
}

async function decline(
  ports: PaymentsPorts,
  record: PaymentRecord,
  why: Pick<PaymentRecord, 'responseCode' | 'reason'> & Partial<PaymentChange>,
): Promise<PaymentAnswer> {
  await ports.store.change(record.transactionId, { ...why, state: 'declined' });
  const declined: PaymentRecord = { ...record, ...why, state: 'declined' };
  tellDecision(ports, declined, false);
  return declined;
}

function findEarlier(ports: PaymentsPorts, record: PaymentRecord): PaymentRecord | undefined {
  const { transactionId, terminalId, stan, localTime } = record;
  return ports.store.find(transactionId) ?? ports.store.findByStan(terminalId, stan, localTime);
}

/** The answer to a message that came before; undefined when that one was never answered and goes on now. */
function answerOf(earlier: PaymentRecord, record: PaymentRecord): PaymentAnswer | undefined {
  const wasReversed = earlier.state === 'reversed' || earlier.state === 'reversing';
  if (
    earlier.transactionId !== record.transactionId ||
    (earlier.lastFour && !isSamePayment(earlier, record))
  ) {
    const reason = 'this terminal used the trace number for another payment at the same time';
    return { ...REFUSED_LATER, responseCode: '94', reason };
  }
  if (wasReversed && (earlier.responseCode ?? '00') === '00') {
    return { ...REFUSED_LATER, responseCode: '68', reason: 'the terminal has reversed this payment' };
  }
  return earlier.state === 'received' || earlier.state === 'authorised' ? undefined : earlier;
}

async function reverse(ports: PaymentsPorts, request: ReversalRequest): Promise<ReversalAnswer> {
  const record = ports.store.find(request.transactionId);
  const merchant = findMerchant(ports, request.merchantNumber);
  if (!record) return refuseInAdvance(ports, request, merchant);
  if (record.state === 'declined' || record.state === 'reversed') return { responseCode: '00', reason: null };
  await ports.store.change(record.transactionId, { state: 'reversing' });
  return finishReversal(ports, record);
}

async function refuseInAdvance(
  ports: PaymentsPorts,
  request: ReversalRequest,
  merchant: Merchant | undefined,
): Promise<ReversalAnswer> {
  const { transactionId, terminalId, stan, localTime, amount } = request;
  const record: PaymentRecord = {
    ...EMPTY_RECORD,
    transactionId,
    terminalId,
    stan,
    localTime,
    amount,
    merchantId: merchant?.id ?? '',
    state: 'reversed',
  };
  await ports.store.add(record, ports.clock());
  tell(ports, record, 'acquirer.payment-reversed', {
    how: 'the payment had not arrived: it will be refused',
  });
  return { responseCode: '00', reason: null };
}

async function finishReversal(ports: PaymentsPorts, record: PaymentRecord): Promise<ReversalAnswer> {
  const merchant = ports.merchants.get(record.merchantId);
  const undone = merchant
    ? await undo(ports, record, merchant)
    : ({ ok: true, how: 'nothing was moved' } as const);
  // Still `reversing`: the terminal repeats, and so does the next start.
  if (!undone.ok) return { responseCode: '96', reason: undone.reason };
  await ports.store.change(record.transactionId, { state: 'reversed' });
  tell(ports, record, 'acquirer.payment-reversed', { how: undone.how });
  return { responseCode: '00', reason: null };
}

async function recoverOne(ports: PaymentsPorts, record: PaymentRecord): Promise<void> {
  const merchant = ports.merchants.get(record.merchantId);
  if (record.state === 'authorised' && merchant) {
    await settleAndAnswer(ports, record, merchant);
    tell(ports, record, 'acquirer.payment-recovered', { state: record.state, how: 'settled as decided' });
    return;
  }
  if (record.state === 'reversing') {
    await finishReversal(ports, record);
    tell(ports, record, 'acquirer.payment-recovered', {
      state: record.state,
      how: 'the reversal was finished',
    });
    return;
  }
  const undone = merchant
    ? await undo(ports, record, merchant)
    : ({ ok: true, how: 'nothing was moved' } as const);
  const reason = 'the host stopped before it had decided';
  await ports.store.change(record.transactionId, { state: 'declined', responseCode: '91', reason });
  const how = undone.ok ? undone.how : undone.reason;
  tell(ports, record, 'acquirer.payment-recovered', { state: record.state, how });
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
