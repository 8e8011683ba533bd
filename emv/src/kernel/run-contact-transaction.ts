import { ProtocolError, toHex, toLatin1 } from '@kassa/primitives';
import { TVR_BITS } from '../data/bit-meanings.ts';
import { verifyCardholder } from './cardholder-verification.ts';
import { completeOnline } from './complete-online.ts';
import { initiateApplication } from './initiate-application.ts';
import { hexOrNull, type KernelRun, KernelSession, Termination } from './kernel-session.ts';
import type { OnKernelStep } from './kernel-step.ts';
import type {
  DeclineReason,
  KernelOutcome,
  KernelReceipt,
  KernelReply,
  KernelRequest,
  TerminalConfig,
  TransactionData,
} from './kernel-types.ts';
import { checkRestrictions } from './processing-restrictions.ts';
import { readApplicationData } from './read-application-data.ts';
import { chipData, requestCryptogram } from './request-cryptogram.ts';
import { listCandidates, selectCandidate } from './select-application.ts';
import { decideFirstAction } from './terminal-action-analysis.ts';
import { manageRisk } from './terminal-risk-management.ts';

type Ending =
  | { readonly kind: 'approved'; readonly by: 'issuer' | 'offline' }
  | { readonly kind: 'declined'; readonly reason: DeclineReason; readonly detail: string };

/**
 * One payment with a contact chip card (EMV 4.4 Book 3, 8 and 10; Book 4, 6), from application selection to the last
 * cryptogram. It does no I/O: it yields what it needs – a command to the card, a PIN, an online answer – and is resumed
 * with the reply. The card may be `removed` at any request; that ends in `terminated`, never in `approved`.
 * @param onStep told of every step and decision as it happens; it must not throw.
 * @throws AssertionError when the configuration is impossible or a reply does not belong to its request: a bug.
 */
export function* runContactTransaction(
  config: TerminalConfig,
  transaction: TransactionData,
  onStep: OnKernelStep = () => undefined,
): Generator<KernelRequest, KernelOutcome, KernelReply> {
  const session = new KernelSession(config, transaction, onStep);
  try {
    const ending = yield* run(session);
    const notStanding = ending.kind === 'declined' && session.issuer === 'approved';
    return { ...ending, ...outcomeData(session, notStanding) };
  } catch (error) {
    const { reason, detail } = terminationOf(error);
    const mayHaveApproved = session.issuer === 'approved' || session.issuer === 'asked';
    return { kind: 'terminated', reason, detail, ...outcomeData(session, mayHaveApproved) };
  }
}

/** The order of Book 3, figure 7; steps that may go in any order are in the usual one. */
function* run(session: KernelSession): KernelRun<Ending> {
  yield* selectAndInitiate(session);
  yield* readApplicationData(session);
  // Book 3, 10.3: this kernel authenticates no data, and says so.
  session.setTvr(TVR_BITS.odaNotPerformed, 'the terminal performs no offline data authentication');
  checkRestrictions(session);
  yield* verifyCardholder(session);
  yield* manageRisk(session);
  const requested = decideFirstAction(session);
  const cryptogram = yield* requestCryptogram(session, 'first', requested);
  if (cryptogram.type === 'ARQC') return yield* completeOnline(session);
  if (cryptogram.type === 'TC') return { kind: 'approved', by: 'offline' };
  return requested === 'AAC'
    ? { kind: 'declined', reason: 'terminal', detail: 'the denial or default action codes decline' }
    : { kind: 'declined', reason: 'card', detail: cryptogram.reason ?? 'the card answered AAC' };
}

/** Book 1, 12.4 and Book 3, 10.1: a candidate that refuses SELECT or GET PROCESSING OPTIONS gives way to the next. */
function* selectAndInitiate(session: KernelSession): KernelRun<void> {
  let candidates = yield* listCandidates(session);
  while (candidates.length > 0) {
    const { candidate, selected } = yield* selectCandidate(session, candidates);
    if (selected && (yield* initiateApplication(session))) return;
    session.forgetCardData();
    candidates = candidates.filter((other) => other !== candidate);
  }
  throw new Termination('no-application', 'card and terminal have no application in common that can be used');
}

/** Card bytes that break the rules end the transaction (Book 3, 7.5); anything else is a bug and goes on up. */
function terminationOf(error: unknown): Termination {
  if (error instanceof Termination) return error;
  if (error instanceof ProtocolError) {
    return new Termination('bad-card-data', `${error.code} at ${error.path}`, { cause: error });
  }
  throw error;
}

function outcomeData(
  session: KernelSession,
  reversalNeeded: boolean,
): Pick<KernelOutcome, 'receipt' | 'chipData' | 'reversalNeeded'> {
  return { receipt: receiptOf(session), chipData: chipData(session), reversalNeeded };
}

function receiptOf(session: KernelSession): KernelReceipt {
  const { cryptogram } = session;
  return {
    aid: hexOrNull(session.aid),
    label: session.label,
    preferredName: preferredName(session),
    tvr: toHex(session.tvr),
    tsi: toHex(session.tsi),
    cvm: session.cvm,
    cvmResults: hexOrNull(session.get('9F34')) ?? '3F0000',
    cryptogramType: cryptogram?.type ?? null,
    cryptogram: hexOrNull(cryptogram?.value),
    atc: cryptogram ? ((cryptogram.atc[0] ?? 0) << 8) | (cryptogram.atc[1] ?? 0) : null,
  };
}

/** EMV 4.4 Book 4, 11.3: shown only in a character set the terminal has; ISO/IEC 8859 part 1 is the one here. */
function preferredName(session: KernelSession): string | null {
  const name = session.get('9F12');
  return name && session.get('9F11')?.[0] === 1 ? toLatin1(name) : null;
}
