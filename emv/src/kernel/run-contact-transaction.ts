import { fromLatin1 } from '@kassa/primitives';
import { verifyCardholder } from './cardholder-verification.ts';
import { completeOnline } from './complete-online.ts';
import { initiateApplication } from './initiate-application.ts';
import { outcomeData, terminationOf } from './kernel-outcome.ts';
import { type KernelRun, KernelSession, type ReceivedCryptogram, Termination } from './kernel-session.ts';
import type { OnKernelStep } from './kernel-step.ts';
import type {
  DeclineReason,
  KernelOutcome,
  KernelReply,
  KernelRequest,
  TerminalConfig,
  TransactionData,
} from './kernel-types.ts';
import { authenticateOffline } from './offline-data-authentication.ts';
import { checkRestrictions } from './processing-restrictions.ts';
import { readApplicationData } from './read-application-data.ts';
import { requestCryptogram } from './request-cryptogram.ts';
import { listCandidates, selectCandidate } from './select-application.ts';
import { decideFirstAction } from './terminal-action-analysis.ts';
import { manageRisk } from './terminal-risk-management.ts';

/** Book 4, annex A6: decided without the issuer. */
const APPROVED_OFFLINE = fromLatin1('Y1');
const DECLINED_OFFLINE = fromLatin1('Z1');

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
  yield* authenticateOffline(session);
  checkRestrictions(session);
  yield* verifyCardholder(session);
  yield* manageRisk(session);
  const requested = decideFirstAction(session);
  const cryptogram = yield* requestCryptogram(session, 'first', requested);
  if (cryptogram.signatureFailure !== null) return yield* declineUnauthenticated(session, cryptogram);
  if (cryptogram.type === 'ARQC') return yield* completeOnline(session);
  session.setTerminalValue('8A', cryptogram.type === 'TC' ? APPROVED_OFFLINE : DECLINED_OFFLINE);
  if (cryptogram.type === 'TC') return { kind: 'approved', by: 'offline' };
  return requested === 'AAC'
    ? { kind: 'declined', reason: 'terminal', detail: 'the denial or default action codes decline' }
    : { kind: 'declined', reason: 'card', detail: cryptogram.reason ?? 'the card answered AAC' };
}

/**
 * Book 2, 6.6.2: a TC whose signature is wrong is declined; an ARQC is ended at once by a second GENERATE AC for
 * AAC.
 */
function* declineUnauthenticated(session: KernelSession, first: ReceivedCryptogram): KernelRun<Ending> {
  const detail = `combined data authentication failed: ${first.signatureFailure}`;
  if (first.type === 'ARQC') {
    session.setTerminalValue('8A', DECLINED_OFFLINE);
    yield* requestCryptogram(session, 'second', 'AAC');
  }
  return { kind: 'declined', reason: 'terminal', detail };
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
