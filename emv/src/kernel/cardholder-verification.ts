import { assert, equalBytes, toHex } from '@kassa/primitives';
import { AIP_BITS, hasBit, TERMINAL_CAPABILITY_BITS, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import {
  type CvmList,
  type CvmRule,
  cvmConditionName,
  cvmMethodName,
  describeCvmResults,
  describeCvmRule,
  isKnownCvm,
  NO_CVM_PERFORMED,
  parseCvmList,
} from '../data/cvm-list.ts';
import { ask, type KernelRun, type KernelSession, Termination } from './kernel-session.ts';
import type { CvmOutcome } from './kernel-types.ts';
import { verifyOfflinePin } from './offline-pin-verification.ts';

const FAIL_CVM = 0x00;
const ONLINE_PIN = 0x02;
const SIGNATURE = 0x1e;
const NO_CVM = 0x1f;

interface OfflinePinMethod {
  readonly enciphered: boolean;
  readonly withSignature: boolean;
}

/** Codes 01 to 05 need a PIN; 02 is the one taken online. */
const OFFLINE_PIN_METHODS: ReadonlyMap<number, OfflinePinMethod> = new Map([
  [0x01, { enciphered: false, withSignature: false }],
  [0x03, { enciphered: false, withSignature: true }],
  [0x04, { enciphered: true, withSignature: false }],
  [0x05, { enciphered: true, withSignature: true }],
]);

/** Byte 3 of tag 9F34 (EMV 4.4 Book 4, annex A4). */
const RESULT_UNKNOWN = 0x00;
const RESULT_FAILED = 0x01;
const RESULT_SUCCESSFUL = 0x02;

/** How one method went; `result` is byte 3 of tag 9F34. */
type MethodResult =
  | { readonly ok: true; readonly cvm: CvmOutcome; readonly result: number; readonly why: string }
  /** `performed` is false for a method that is not known or not supported: nothing was tried. */
  | { readonly ok: false; readonly performed: boolean; readonly why: string };

/**
 * Cardholder verification (EMV 4.4 Book 3, 10.5; results as in Book 4, 6.3.4.5): the first rule of the card's list whose
 * condition holds and whose method succeeds. Sets TVR byte 3, tag 9F34 and the TSI.
 */
export function* verifyCardholder(session: KernelSession): KernelRun<void> {
  if (!hasBit(session.get('82') ?? new Uint8Array(), AIP_BITS.cardholderVerificationSupported)) {
    return finish(session, 'not-performed', [NO_CVM_PERFORMED, 0x00, RESULT_UNKNOWN]);
  }
  const value = session.get('8E');
  const list = value ? parseCvmList(value) : undefined;
  if (!list || list.rules.length === 0) {
    // EMV 4.4 Book 3, 7.5 and 10.5: announced in the AIP, but no list.
    session.setTvr(TVR_BITS.iccDataMissing, 'the card announces cardholder verification and has no CVM list');
    return finish(session, 'not-performed', [NO_CVM_PERFORMED, 0x00, RESULT_UNKNOWN]);
  }
  yield* processRules(session, list);
  session.setTsi(TSI_BITS.cardholderVerificationPerformed);
}

function* processRules(session: KernelSession, list: CvmList): KernelRun<void> {
  let lastFailed: CvmRule | null = null;
  let lastPerformed: CvmRule | null = null;
  let pinBypassed = false;
  for (const rule of list.rules) {
    const unmet = unmetCondition(session, list, rule);
    if (unmet !== null) {
      report(session, rule, 'skipped', unmet);
      continue;
    }
    const method = yield* performMethod(session, rule, pinBypassed);
    if (method.ok) {
      report(session, rule, 'done', method.why);
      return finish(session, method.cvm, [methodByte(rule), rule.condition, method.result]);
    }
    pinBypassed ||= hasBit(session.tvr, TVR_BITS.pinNotEntered);
    report(session, rule, 'failed', method.why);
    lastFailed = rule;
    if (method.performed) lastPerformed = rule;
    if (!rule.applyNext) break;
  }
  const why = lastFailed
    ? `rule ${lastFailed.hex} failed and no further rule applies`
    : 'no rule of the CVM list applies';
  session.setTvr(TVR_BITS.cardholderVerificationFailed, why);
  // Book 4, 6.3.4.5: the method performed last; 3F when none was.
  finish(
    session,
    'failed',
    lastPerformed
      ? [methodByte(lastPerformed), lastPerformed.condition, RESULT_FAILED]
      : [NO_CVM_PERFORMED, 0x00, RESULT_FAILED],
  );
}

/** Why the rule does not apply; null when its condition holds (EMV 4.4 Book 3, annex C3, table 44). */
function unmetCondition(session: KernelSession, list: CvmList, rule: CvmRule): string | null {
  const { type, otherAmount = 0n } = session.transaction;
  const cashback = type === '09' || otherAmount > 0n;
  const cash = type === '01';
  const unattendedCash = cash && /[456]$/.test(session.config.terminalType);
  const holds = (met: boolean): string | null =>
    met ? null : `condition '${cvmConditionName(rule.condition)}' does not hold`;
  switch (rule.condition) {
    case 0x00:
      return null;
    case 0x01:
      return holds(unattendedCash);
    case 0x02:
      return holds(!cash && !cashback);
    case 0x03:
      if (!isKnownCvm(rule.code) || rule.code === FAIL_CVM) return null;
      return isSupported(session, rule.code)
        ? null
        : `the terminal does not support '${cvmMethodName(rule.code)}'`;
    case 0x04:
      return holds(cash && !unattendedCash);
    case 0x05:
      return holds(cashback);
    case 0x06:
    case 0x07:
    case 0x08:
    case 0x09:
      return unmetAmount(session, list, rule);
    default:
      return `condition ${rule.hex.slice(2)} is not known`;
  }
}

/** Conditions 06 to 09: only in the application's currency; an amount equal to the limit is neither under nor over. */
function unmetAmount(session: KernelSession, list: CvmList, rule: CvmRule): string | null {
  const currency = session.get('9F42');
  if (!currency || !equalBytes(currency, session.get('5F2A') ?? new Uint8Array())) {
    return 'the transaction is not in the application currency';
  }
  const { amount } = session.transaction;
  const limit = rule.condition <= 0x07 ? list.amountX : list.amountY;
  const under = rule.condition % 2 === 0;
  if (under ? amount < limit : amount > limit) return null;
  return `the amount is not ${under ? 'under' : 'over'} ${limit}`;
}

function* performMethod(
  session: KernelSession,
  rule: CvmRule,
  pinBypassed: boolean,
): KernelRun<MethodResult> {
  const { code } = rule;
  if (!isKnownCvm(code)) {
    session.setTvr(TVR_BITS.unrecognisedCvm, `rule ${rule.hex} names a method this terminal does not know`);
    return { ok: false, performed: false, why: 'the method is not known' };
  }
  if (code === FAIL_CVM) return { ok: false, performed: true, why: 'the list says to fail' };
  if (!isSupported(session, code)) return unsupported(session, code);
  if (code === ONLINE_PIN) return yield* takeOnlinePin(session, pinBypassed);
  const offlinePin = OFFLINE_PIN_METHODS.get(code);
  if (offlinePin) return yield* takeOfflinePin(session, offlinePin, pinBypassed);
  if (code === SIGNATURE) {
    // EMV 4.4 Book 3, 10.5.3: compared by the merchant later, so the result is unknown now.
    return { ok: true, cvm: 'signature', result: RESULT_UNKNOWN, why: 'the receipt will be signed' };
  }
  return { ok: true, cvm: 'no-cvm', result: RESULT_SUCCESSFUL, why: 'no verification is required' };
}

/** EMV 4.4 Book 3, 10.5.1 and 10.5.2: a PIN the terminal cannot take has a bit of its own. */
function unsupported(session: KernelSession, code: number): MethodResult {
  const why = `the terminal does not support '${cvmMethodName(code)}'`;
  if (code === ONLINE_PIN || OFFLINE_PIN_METHODS.has(code)) session.setTvr(TVR_BITS.pinPadMissing, why);
  return { ok: false, performed: false, why };
}

/** EMV 4.4 Book 3, 10.5.2: the PIN pad makes the PIN block; here only whether a PIN was entered is known. */
function* takeOnlinePin(session: KernelSession, pinBypassed: boolean): KernelRun<MethodResult> {
  assert(session.account !== null, 'application data is read before the PIN is asked for');
  if (pinBypassed) return { ok: false, performed: true, why: 'the PIN was bypassed before' };
  const reply = yield* ask({ kind: 'online-pin', pan: session.account.pan });
  switch (reply.kind) {
    case 'pin-entered':
      session.setTvr(TVR_BITS.onlinePinEntered, 'the cardholder entered a PIN for the issuer to verify');
      return { ok: true, cvm: 'online-pin', result: RESULT_UNKNOWN, why: 'a PIN was entered' };
    case 'pin-bypassed':
      session.setTvr(TVR_BITS.pinNotEntered, 'PIN entry was bypassed');
      return { ok: false, performed: true, why: 'PIN entry was bypassed' };
    case 'cancelled':
      throw new Termination('cancelled', 'PIN entry was cancelled');
    default:
      assert(false, `PIN entry is answered by what was entered, not by ${reply.kind}`);
  }
}

/** EMV 4.4 Book 3, 10.5.1; with a signature behind it the result is not known yet (10.5.3; Book 4, annex A4). */
function* takeOfflinePin(
  session: KernelSession,
  { enciphered, withSignature }: OfflinePinMethod,
  pinBypassed: boolean,
): KernelRun<MethodResult> {
  if (pinBypassed) return { ok: false, performed: true, why: 'the PIN was bypassed before' };
  const result = yield* verifyOfflinePin(session, enciphered);
  if (!result.ok) return result;
  return withSignature
    ? {
        ok: true,
        cvm: 'offline-pin-and-signature',
        result: RESULT_UNKNOWN,
        why: 'the card verified the PIN; the receipt will be signed',
      }
    : { ok: true, cvm: 'offline-pin', result: RESULT_SUCCESSFUL, why: 'the card verified the PIN' };
}

/** What tag 9F33 byte 2 claims. "Fail" needs no support; other methods are not of this kernel. */
function isSupported(session: KernelSession, code: number): boolean {
  const { capabilities } = session.config;
  if (code === ONLINE_PIN) return hasBit(capabilities, TERMINAL_CAPABILITY_BITS.onlinePin);
  const signature = hasBit(capabilities, TERMINAL_CAPABILITY_BITS.signature);
  const offlinePin = OFFLINE_PIN_METHODS.get(code);
  if (offlinePin) {
    const { encipheredOfflinePin, plaintextOfflinePin } = TERMINAL_CAPABILITY_BITS;
    const pin = hasBit(capabilities, offlinePin.enciphered ? encipheredOfflinePin : plaintextOfflinePin);
    return pin && (signature || !offlinePin.withSignature);
  }
  if (code === SIGNATURE) return signature;
  return code === NO_CVM && hasBit(capabilities, TERMINAL_CAPABILITY_BITS.noCvm);
}

/** Byte 1 of tag 9F34 is the rule's first byte as sent. */
function methodByte(rule: CvmRule): number {
  return rule.code | (rule.applyNext ? 0x40 : 0x00);
}

function report(
  session: KernelSession,
  rule: CvmRule,
  verdict: 'skipped' | 'failed' | 'done',
  why: string,
): void {
  session.onStep({
    step: 'cvm-rule-considered',
    rule: rule.hex,
    meaning: describeCvmRule(rule),
    verdict,
    why,
  });
}

function finish(session: KernelSession, cvm: CvmOutcome, results: readonly number[]): void {
  const bytes = Uint8Array.from(results);
  session.cvm = cvm;
  session.setTerminalValue('9F34', bytes);
  session.onStep({ step: 'cvm-finished', results: toHex(bytes), meaning: describeCvmResults(bytes) });
}
