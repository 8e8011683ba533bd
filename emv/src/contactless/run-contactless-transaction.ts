import { outcomeData, terminationOf } from '../kernel/kernel-outcome.ts';
import { type KernelRun, KernelSession, Termination } from '../kernel/kernel-session.ts';
import type { OnKernelStep } from '../kernel/kernel-step.ts';
import type { KernelReply, KernelRequest, TerminalConfig, TransactionData } from '../kernel/kernel-types.ts';
import {
  type ContactlessEnding,
  type PreparedApplication,
  prepareApplications,
} from './contactless-session.ts';
import type { ContactlessConfig, ContactlessOutcome, TornTransaction } from './contactless-types.ts';
import { runMastercard } from './mastercard-contactless.ts';
import { type Combination, listCombinations, selectCombination } from './select-contactless.ts';
import { runVisa } from './visa-contactless.ts';

/** Byte 3 of tag 9F33: over the air data are authenticated with the cryptogram or not at all (Book C-2). */
const ONLY_CDA = 0x08;
/** Byte 2 below the CVM limit: no CVM (tag DF8119); above it online PIN and signature, no CVM (tag DF8118). */
const VERIFICATION_NOT_REQUIRED = 0x08;
const VERIFICATION_REQUIRED = 0x60;

export interface ContactlessOptions {
  /** Of an earlier tap that was cut short. */
  readonly torn?: TornTransaction | null;
  readonly onStep?: OnKernelStep;
}

/**
 * One tap (EMV Contactless Books A, B, C-2 and C-3), as {@link runContactTransaction}: it yields what it needs and
 * is resumed
 * with the reply. A card that leaves the field answers `removed`, to a command alone: PIN and issuer do not need it.
 * @throws AssertionError when the configuration is impossible or a reply does not belong to its request: a bug.
 */
export function* runContactlessTransaction(
  config: ContactlessConfig,
  transaction: TransactionData,
  { torn = null, onStep = () => undefined }: ContactlessOptions = {},
): Generator<KernelRequest, ContactlessOutcome, KernelReply> {
  const session = new KernelSession(readerConfig(config, transaction), transaction, onStep);
  try {
    const ending = yield* run(session, config, torn);
    const data = outcomeData(session, ending.kind === 'declined' && session.issuer === 'approved');
    if (ending.kind === 'approved' || ending.kind === 'declined') return { ...ending, ...data };
    return { ...ending, receipt: data.receipt };
  } catch (error) {
    const { reason, detail } = terminationOf(error);
    const wasAsked = session.issuer !== 'not-asked';
    if (reason === 'card-removed' && !wasAsked) {
      return { kind: 'present-again', detail, torn: null, receipt: outcomeData(session, false).receipt };
    }
    const mayHaveApproved = session.issuer === 'approved' || session.issuer === 'asked';
    return { kind: 'terminated', reason, detail, ...outcomeData(session, mayHaveApproved) };
  }
}

type FinalEnding = Exclude<ContactlessEnding, { kind: 'dropped' }>;

function* run(
  session: KernelSession,
  config: ContactlessConfig,
  torn: TornTransaction | null,
): KernelRun<FinalEnding> {
  const prepared = prepareApplications(session, config.applications);
  if (prepared.length === 0) {
    return { kind: 'try-another-interface', detail: 'the amount is above every contactless limit' };
  }
  for (const combination of yield* listCombinations(session, prepared)) {
    if (!(yield* selectCombination(session, combination))) continue;
    const ending = yield* runKernel(session, combination, torn);
    if (ending.kind !== 'dropped') return ending;
    session.forgetCardData();
  }
  throw new Termination('no-application', 'card and reader have no application in common that can be used');
}

function runKernel(
  session: KernelSession,
  { prepared }: Combination,
  torn: TornTransaction | null,
): KernelRun<ContactlessEnding> {
  return prepared.application.kernel === 'visa'
    ? runVisa(session, prepared)
    : runMastercard(session, prepared, torn);
}

/** The terminal as it is over the air: its capabilities depend on the amount. */
function readerConfig(
  { terminal, applications }: ContactlessConfig,
  { amount }: TransactionData,
): TerminalConfig {
  const isVerified = applications.some(
    ({ limits }: PreparedApplication['application']) => amount >= limits.cvmLimit,
  );
  const [entry = 0] = terminal.capabilities;
  const capabilities = Uint8Array.of(
    entry,
    isVerified ? VERIFICATION_REQUIRED : VERIFICATION_NOT_REQUIRED,
    ONLY_CDA,
  );
  return { ...terminal, capabilities, applications };
}
