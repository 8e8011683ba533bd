import { equalBytes, toHex } from '@kassa/primitives';
import { encodeCommand, STATUS_OK } from '../data/apdu.ts';
import { AIP_BITS, hasBit, TVR_BITS } from '../data/bit-meanings.ts';
import { describeCvmResults } from '../data/cvm-list.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { parseDol } from '../data/dol.ts';
import { verifyCardholder } from '../kernel/cardholder-verification.ts';
import { initiateApplication } from '../kernel/initiate-application.ts';
import {
  type KernelRun,
  type KernelSession,
  type ReceivedCryptogram,
  Termination,
  transmit,
} from '../kernel/kernel-session.ts';
import { authenticateOffline } from '../kernel/offline-data-authentication.ts';
import { checkRestrictions } from '../kernel/processing-restrictions.ts';
import { readApplicationData } from '../kernel/read-application-data.ts';
import { receiveCryptogram, requestCryptogram } from '../kernel/request-cryptogram.ts';
import { decideFirstAction } from '../kernel/terminal-action-analysis.ts';
import { completeContactless } from './complete-contactless.ts';
import type { ContactlessEnding, PreparedApplication } from './contactless-session.ts';
import type { TornTransaction } from './contactless-types.ts';

/** EMV Contactless Book C-2, read records: without these there is nothing to ask a cryptogram for. */
const MANDATORY_TAGS = ['5F24', '5A', '8C'];
/** Results of cardholder verification on the device, and of none (EMV Contactless Book C-2, CVM selection). */
const VERIFIED_ON_DEVICE = Uint8Array.of(0x01, 0x00, 0x02);
const NO_VERIFICATION = Uint8Array.of(0x3f, 0x00, 0x02);

/**
 * One tap of an M/Chip card (EMV Contactless Book C-2): as with contacts, but one GENERATE AC with its signature,
 * and the card is gone before the issuer answers.
 */
export function* runMastercard(
  session: KernelSession,
  prepared: PreparedApplication,
  torn: TornTransaction | null,
): KernelRun<ContactlessEnding> {
  if (!(yield* initiateApplication(session))) {
    return { kind: 'dropped', why: 'GET PROCESSING OPTIONS was refused' };
  }
  const tooLarge = checkTransactionLimit(session, prepared);
  if (tooLarge !== null) return { kind: 'try-another-interface', detail: tooLarge };
  yield* readApplicationData(session, MANDATORY_TAGS);
  yield* authenticateOffline(session);
  const recovered = torn ? yield* recoverTorn(session, torn) : null;
  if (recovered) return yield* conclude(session, recovered, recovered.type === 'AAC');
  checkRestrictions(session);
  yield* verify(session, prepared);
  if (prepared.isOnlineRequired) {
    const { floorLimit } = prepared.application.limits;
    session.setTvr(
      TVR_BITS.floorLimitExceeded,
      `the amount is not below the reader's floor limit ${floorLimit}`,
    );
  }
  const requested = decideFirstAction(session);
  try {
    return yield* conclude(
      session,
      yield* requestCryptogram(session, 'first', requested),
      requested === 'AAC',
    );
  } catch (error) {
    const isTorn =
      error instanceof Termination && error.reason === 'card-removed' && session.issuer === 'not-asked';
    if (!isTorn || session.cryptogram !== null) throw error;
    return {
      kind: 'present-again',
      detail: 'the card left before its cryptogram came',
      torn: tornOf(session),
    };
  }
}

/**
 * EMV Contactless Book C-2, data dictionary: DF8124 and DF8125: a device that verifies its owner has a limit of
 * its own.
 */
function checkTransactionLimit(session: KernelSession, { application }: PreparedApplication): string | null {
  const { transactionLimit, transactionLimitOnDevice } = application.limits;
  const limit = verifiesOnDevice(session) ? transactionLimitOnDevice : transactionLimit;
  const { amount } = session.transaction;
  return amount < limit ? null : `amount ${amount} is not below the transaction limit ${limit}`;
}

function verifiesOnDevice(session: KernelSession): boolean {
  return hasBit(session.get('82') ?? new Uint8Array(), AIP_BITS.onDeviceVerificationSupported);
}

/** EMV Contactless Book C-2, CVM selection: a device has verified its owner, or the card's list counts. */
function* verify(session: KernelSession, { isVerificationRequired }: PreparedApplication): KernelRun<void> {
  if (!verifiesOnDevice(session)) return yield* verifyCardholder(session);
  const results = isVerificationRequired ? VERIFIED_ON_DEVICE : NO_VERIFICATION;
  session.cvm = isVerificationRequired ? 'device' : 'no-cvm';
  session.setTerminalValue('9F34', results);
  const meaning = isVerificationRequired ? 'Verified on the cardholder device' : describeCvmResults(results);
  session.onStep({ step: 'cvm-finished', results: toHex(results), meaning });
}

function* conclude(
  session: KernelSession,
  cryptogram: ReceivedCryptogram,
  wasDenied: boolean,
): KernelRun<ContactlessEnding> {
  if (cryptogram.signatureFailure !== null) {
    const detail = `combined data authentication failed: ${cryptogram.signatureFailure}`;
    return { kind: 'declined', reason: 'terminal', detail };
  }
  if (cryptogram.type === 'ARQC') return yield* completeContactless(session);
  if (cryptogram.type === 'TC') return { kind: 'approved', by: 'offline' };
  return wasDenied
    ? { kind: 'declined', reason: 'terminal', detail: 'the denial or default action codes decline' }
    : { kind: 'declined', reason: 'card', detail: cryptogram.reason ?? 'the card answered AAC' };
}

/** EMV Contactless Book C-2, torn transaction recovery: what the device keeps of a transaction that was torn. */
function tornOf(session: KernelSession): TornTransaction | null {
  const { account, transaction } = session;
  if (!account || session.get('9F51') === undefined) return null;
  return {
    pan: account.pan,
    psn: account.psn,
    amount: transaction.amount,
    unpredictableNumber: session.get('9F37') ?? new Uint8Array(),
    tvr: session.tvr,
    cvmResults: session.get('9F34') ?? new Uint8Array(3),
    cdol1Values: session.cdol1Values,
  };
}

/**
 * RECOVER AC (EMV Contactless Book C-2, torn transaction recovery): the same card, the same amount – it gives the
 * answer that was lost. The
 * transaction goes on as it stood then; when the card does not remember, it begins anew.
 */
function* recoverTorn(session: KernelSession, torn: TornTransaction): KernelRun<ReceivedCryptogram | null> {
  const { account, transaction } = session;
  const drdol = session.get('9F51');
  const isSame = account?.pan === torn.pan && account.psn === torn.psn && transaction.amount === torn.amount;
  if (!drdol || !isSame) return null;
  const fresh = { number: transaction.unpredictableNumber, tvr: session.tvr };
  session.setTerminalValue('9F37', torn.unpredictableNumber);
  const data = session.dolData(parseDol(drdol, 'tlv.9F51'));
  const response = yield* transmit(
    encodeCommand({ cla: 0x80, ins: 0xd0, p1: 0x00, p2: 0x00, data, expectedLength: 256 }),
  );
  const recovered = response.status === STATUS_OK;
  const why = `RECOVER AC answered ${describeStatus(response.status)}`;
  session.onStep({ step: 'torn-recovered', recovered, why });
  if (!recovered) {
    session.setTerminalValue('9F37', fresh.number);
    return null;
  }
  session.tvr = torn.tvr;
  session.cdol1Values = torn.cdol1Values;
  session.setTerminalValue('9F34', torn.cvmResults);
  session.cvm = equalBytes(torn.cvmResults, VERIFIED_ON_DEVICE)
    ? 'device'
    : (CVM_OF[torn.cvmResults[0] ?? 0] ?? 'no-cvm');
  return receiveCryptogram(
    session,
    { which: 'first', requested: 'TC', data: torn.cdol1Values },
    response.data,
  );
}

/** Outcomes by the method in byte 1 of tag 9F34. */
const CVM_OF: Readonly<Record<number, KernelSession['cvm']>> = {
  2: 'online-pin',
  66: 'online-pin',
  30: 'signature',
  94: 'signature',
};
