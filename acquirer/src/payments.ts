import type { Authorisation, Bank, CardEvidence, StatusReport } from '@kassa/banks';
import { encodeTlv, lastFour, toHex } from '@kassa/primitives';
import {
  answerOf,
  type PaymentAnswer,
  type PaymentsPorts,
  settleAndAnswer,
  tellDecision,
  tellPayment,
} from './conclude.ts';
import { expireHolds } from './expire-holds.ts';
import { findMerchant, type Merchant } from './merchant.ts';
import { merchantBank } from './money-movement.ts';
import { EMPTY_RECORD, isSamePayment, type PaymentChange, type PaymentRecord } from './payment-record.ts';
import type { PaymentRequest } from './payment-request.ts';
import { createRecovery } from './recovery.ts';
import { type ReversalAnswer, type ReversalRequest, reverse } from './reversal.ts';
import { chooseRoute } from './routing.ts';
import { createSerialiser } from './serialise.ts';
import { undo } from './undo.ts';

export type { PaymentAnswer, PaymentsPorts } from './conclude.ts';
export type { ReversalAnswer, ReversalRequest } from './reversal.ts';

export interface Payments {
  /** Answers a payment; the same request again gets the stored answer and moves nothing. */
  purchase(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Undoes a payment however far it got, or makes sure that it never happens. */
  reverse(request: ReversalRequest): Promise<ReversalAnswer>;
  /** Before the first message: finishes or undoes what a crash interrupted. @returns how many it looked at. */
  recover(): Promise<number>;
  /**
   * From time to time while running: the same for payments whose bank or ledger was in trouble, each at growing intervals, and
   * pending conversions. @returns how many it looked at.
   */
  tend(): Promise<number>;
  /** A bank says how a credit of ours stands: a pending conversion is concluded at once. */
  takeReport(report: StatusReport): Promise<void>;
  /** Gives back holds whose time is over, except those a payment of ours still needs. @returns how many. */
  expireHolds(): Promise<number>;
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
    ...createRecovery(ports, serialiser),
    expireHolds: () => expireHolds(ports, serialiser),
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
  tellPayment(ports, record, 'acquirer.duplicate-found', { stan: record.stan });
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
  tellPayment(ports, record, 'acquirer.bank-chosen', { bank: bank.id, iin: request.card.pan.slice(0, 6) });
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
  tellPayment(ports, record, 'acquirer.route-chosen', { route, why });
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
    case 'pending':
    case 'settled':
    case 'suspended':
    case 'declined':
      return answerOf(earlier);
    case 'reversing':
    case 'reversed':
      return (earlier.responseCode ?? '00') === '00'
        ? unacceptable('68', 'the terminal has reversed this payment')
        : answerOf(earlier);
  }
}

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

/** What the bank gets to see; undefined when a PIN block came that cannot be put under the bank's key. */
function evidenceOf(ports: PaymentsPorts, request: PaymentRequest, bank: Bank): CardEvidence | undefined {
  const { card, pin } = request;
  const pinBlock = pin
    ? ports.security.translatePin({ ...pin, terminalId: request.terminalId, pan: card.pan, bankId: bank.id })
    : undefined;
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
