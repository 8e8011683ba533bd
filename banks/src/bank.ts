import { type AccountId, accountId, type Ledger, type OperationId } from '@kassa/ledger-client';
import {
  assert,
  type Clock,
  type EmitStep,
  formatTenge,
  lastFour,
  type Pan,
  type Tiyn,
} from '@kassa/primitives';
import { approvalCodeOf } from './approval-code.ts';
import { type CardEvidence, checkCard, readEmvData } from './card-checks.ts';
import { holdIdOf, refusalOfHold } from './hold.ts';
import type { BankStore, VerdictRow } from './io/bank-store.ts';
import { HOLD_LIFETIME_MS, PIN_TRIES_MAX } from './limits.ts';
import type { NonCashBook } from './non-cash-book.ts';
import { REFUSALS, type Refusal } from './refusal.ts';
import type { IssuerSecurityModule } from './security-module.ts';

/** What an acquirer asks a card's bank. */
export interface AuthorisationRequest {
  readonly transactionId: string;
  readonly pan: Pan;
  readonly evidence: CardEvidence;
  readonly amount: Tiyn;
}

/** Every answer of a card's bank. */
export type Authorisation =
  | {
      readonly approved: true;
      readonly approvalCode: string;
      /** The ledger's hold: the acquirer executes or releases it. */
      readonly holdId: OperationId;
      /** Tag 91 and whatever else goes back to the card in DE 55; absent for a stripe. */
      readonly issuerAuthentication: Uint8Array | undefined;
    }
  | {
      readonly approved: false;
      readonly refusal: Refusal;
      readonly responseCode: string;
      readonly reason: string;
      readonly issuerAuthentication: Uint8Array | undefined;
    };

/** A card as its bank issues it. */
export interface CardIssue {
  readonly pan: Pan;
  readonly psn: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly pin: string;
  /** Digital account behind the card. */
  readonly account: AccountId;
}

/** An intermediary: it alone knows which digital account stands behind a card. */
export interface Bank {
  readonly id: string;
  readonly name: string;
  /** First six digits of its cards. */
  readonly iins: readonly string[];
  readonly nonCash: NonCashBook;
  /** Registers a card; the same card again changes nothing. */
  issueCard(card: CardIssue): Promise<void>;
  /** The same account again changes nothing. @throws (rejects) AssertionError when it is another owner's. */
  openMerchantAccount(iban: string, owner: string): Promise<void>;
  /**
   * Checks the card and holds the amount. The same transaction again gets the same answer: the verdict on the card is
   * stored, and the hold's id is a function of the transaction's.
   * @throws (rejects) StorageError when the bank cannot write; nothing is held then, or the hold is found by its id.
   */
  authorise(request: AuthorisationRequest): Promise<Authorisation>;
}

export interface BankPorts {
  readonly id: string;
  readonly name: string;
  readonly iins: readonly string[];
  readonly store: BankStore;
  readonly nonCash: NonCashBook;
  readonly ledger: Ledger;
  readonly security: IssuerSecurityModule;
  readonly clock: Clock;
  readonly emit: EmitStep;
}

export function createBank(ports: BankPorts): Bank {
  const { store, security } = ports;
  return {
    id: ports.id,
    name: ports.name,
    iins: ports.iins,
    nonCash: ports.nonCash,
    async issueCard(card) {
      const cardIndex = security.indexOf(card.pan);
      const pinReference = security.pinReference(card.pan, card.pin);
      await store.run((tables) => {
        if (tables.card(cardIndex)) return;
        tables.addCard({
          cardIndex,
          lastFour: lastFour(card.pan),
          psn: card.psn,
          expiry: card.expiry,
          account: card.account,
          pinReference,
          pinTriesLeft: PIN_TRIES_MAX,
          lastAtc: -1,
        });
      });
    },
    async openMerchantAccount(iban, owner) {
      const [outcome] = await ports.nonCash.submit([{ type: 'open', id: `open:${iban}`, iban, owner }]);
      assert(outcome?.code === 'ok', `account ${iban} is not opened: ${outcome?.code}`);
    },
    authorise: (request) => authorise(ports, request),
  };
}

async function authorise(ports: BankPorts, request: AuthorisationRequest): Promise<Authorisation> {
  const checked = await checkAndRemember(ports, request);
  if (checked.refusal) return refuse(ports, request, checked);
  const holdId = holdIdOf(request.transactionId);
  const [outcome] = await ports.ledger.submit([
    {
      type: 'hold',
      id: holdId,
      payer: accountId(checked.account),
      amount: request.amount,
      // Counted from the verdict: a hold that ended at another instant would be another hold to the ledger.
      expiresAtMs: checked.decidedAtMs + HOLD_LIFETIME_MS,
    },
  ]);
  const refusal = refusalOfHold(outcome);
  if (refusal) return refuse(ports, request, { ...checked, refusal });
  tell(ports, request, 'ledger.held', {
    hold: holdId,
    account: checked.account,
    amount: formatTenge(request.amount),
  });
  const approvalCode = approvalCodeOf(request.transactionId);
  tell(ports, request, 'bank.authorised', { responseCode: '00', reason: null, approvalCode });
  return {
    approved: true,
    approvalCode,
    holdId,
    issuerAuthentication: answerCard(ports, request, checked.psn, true),
  };
}

interface Checked {
  readonly refusal: Refusal | null;
  readonly account: string;
  /** Empty for a card the bank does not know. */
  readonly psn: string;
  readonly decidedAtMs: number;
}

/** The card checks and the counters they change, in one durable step, so that a crash cannot use a counter twice. */
async function checkAndRemember(ports: BankPorts, request: AuthorisationRequest): Promise<Checked> {
  const cardIndex = ports.security.indexOf(request.pan);
  const nowMs = ports.clock();
  const result = await ports.store.run((tables) => {
    const card = tables.card(cardIndex);
    if (!card) {
      return { refusal: 'unknown-card' as const, account: '', psn: '', decidedAtMs: nowMs, findings: [] };
    }
    const { account, psn } = card;
    const earlier = tables.verdict(request.transactionId);
    if (earlier) {
      const refusal = refusalOfRepeat(earlier, cardIndex, request.amount);
      return { refusal, account, psn, decidedAtMs: earlier.timeMs, findings: [] };
    }
    const check = checkCard(
      { pan: request.pan, card, evidence: request.evidence, amount: request.amount, nowMs },
      ports.security,
    );
    tables.setCounters(cardIndex, { pinTriesLeft: check.pinTriesLeft, lastAtc: check.lastAtc });
    const { refusal, findings } = check;
    tables.addVerdict(request.transactionId, { cardIndex, amount: request.amount, refusal, timeMs: nowMs });
    return { refusal, account, psn, decidedAtMs: nowMs, findings };
  });
  for (const finding of result.findings) tell(ports, request, finding.type, finding.data);
  return result;
}

/** The stored verdict speaks for its own card and amount only. */
function refusalOfRepeat(earlier: VerdictRow, cardIndex: string, amount: Tiyn): Refusal | null {
  if (earlier.cardIndex !== cardIndex || earlier.amount !== amount) return 'transaction-reused';
  return earlier.refusal as Refusal | null;
}

function refuse(
  ports: BankPorts,
  request: AuthorisationRequest,
  checked: Checked & { readonly refusal: Refusal | null },
): Authorisation {
  const refusal = checked.refusal ?? 'account-unusable';
  const { responseCode, text } = REFUSALS[refusal];
  tell(ports, request, 'bank.refused', { responseCode, reason: text, approvalCode: null });
  const issuerAuthentication = answerCard(ports, request, checked.psn, false);
  return { approved: false, refusal, responseCode, reason: text, issuerAuthentication };
}

/** A card whose own cryptogram is wrong gets no answer of its issuer: nothing says that it is our card. */
function answerCard(
  ports: BankPorts,
  request: AuthorisationRequest,
  psn: string,
  approved: boolean,
): Uint8Array | undefined {
  if (request.evidence.entry !== 'chip' || psn === '') return undefined;
  const tags = readEmvData(request.evidence.emvData);
  return ports.security.answerCryptogram({ pan: request.pan, psn, tags }, approved);
}

function tell(
  ports: BankPorts,
  request: AuthorisationRequest,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  const { transactionId } = request;
  ports.emit({ type, transactionId, terminalId: null, data: { bank: ports.id, ...data } });
}
