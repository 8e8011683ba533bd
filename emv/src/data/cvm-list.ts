import { ProtocolError, toHex } from '@kassa/primitives';

/** One cardholder verification rule of tag 8E (EMV 4.4 Book 3, annex C3). */
export interface CvmRule {
  /** Method, bits 6 to 1 of the first byte. */
  readonly code: number;
  /** Bit 7: a failed method leads to the next rule instead of failing the whole verification. */
  readonly applyNext: boolean;
  readonly condition: number;
  /** The two bytes as sent, `4203`. */
  readonly hex: string;
}

export interface CvmList {
  /** Minor units of the application currency. */
  readonly amountX: bigint;
  readonly amountY: bigint;
  readonly rules: readonly CvmRule[];
}

/** Methods by code (EMV 4.4 Book 3, annex C3, table 43). */
const METHOD_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'Fail CVM processing'],
  [0x01, 'Plaintext PIN verification performed by ICC'],
  [0x02, 'Enciphered PIN verified online'],
  [0x03, 'Plaintext PIN verification performed by ICC and signature'],
  [0x04, 'Enciphered PIN verification performed by ICC'],
  [0x05, 'Enciphered PIN verification performed by ICC and signature'],
  [0x06, 'Facial biometric verified offline (by ICC)'],
  [0x07, 'Facial biometric verified online'],
  [0x08, 'Finger biometric verified offline (by ICC)'],
  [0x09, 'Finger biometric verified online'],
  [0x0a, 'Palm biometric verified offline (by ICC)'],
  [0x0b, 'Palm biometric verified online'],
  [0x0c, 'Iris biometric verified offline (by ICC)'],
  [0x0d, 'Iris biometric verified online'],
  [0x0e, 'Voice biometric verified offline (by ICC)'],
  [0x0f, 'Voice biometric verified online'],
  [0x1e, 'Signature (paper)'],
  [0x1f, 'No CVM required'],
]);

/** Conditions by code (EMV 4.4 Book 3, annex C3, table 44). */
const CONDITION_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'Always'],
  [0x01, 'If unattended cash'],
  [0x02, 'If not unattended cash and not manual cash and not purchase with cashback'],
  [0x03, 'If terminal supports the CVM'],
  [0x04, 'If manual cash'],
  [0x05, 'If purchase with cashback'],
  [0x06, 'If transaction is in the application currency and is under X value'],
  [0x07, 'If transaction is in the application currency and is over X value'],
  [0x08, 'If transaction is in the application currency and is under Y value'],
  [0x09, 'If transaction is in the application currency and is over Y value'],
]);

/**
 * Reads tag 8E: amounts X and Y of four bytes each, then rules of two.
 * @throws ProtocolError `bad-length` when the amounts are cut or a rule is halved.
 */
export function parseCvmList(value: Uint8Array): CvmList {
  if (value.length < 8 || value.length % 2 !== 0) {
    throw new ProtocolError({
      code: 'bad-length',
      path: 'tlv.8E',
      offset: 0,
      expected: '8 bytes of amounts and whole rules of 2 bytes',
      found: `${value.length} bytes`,
    });
  }
  const rules: CvmRule[] = [];
  for (let offset = 8; offset < value.length; offset += 2) {
    const [method = 0, condition = 0] = value.subarray(offset, offset + 2);
    rules.push({
      code: method & 0x3f,
      applyNext: (method & 0x40) !== 0,
      condition,
      hex: toHex(value.subarray(offset, offset + 2)),
    });
  }
  const amount = (from: number): bigint => BigInt(`0x${toHex(value.subarray(from, from + 4))}`);
  return { amountX: amount(0), amountY: amount(4), rules };
}

/** Whether the standard defines the method. */
export function isKnownCvm(code: number): boolean {
  return METHOD_NAMES.has(code);
}

export function cvmMethodName(code: number): string {
  return METHOD_NAMES.get(code) ?? `CVM ${toHex(Uint8Array.of(code))}`;
}

export function cvmConditionName(condition: number): string {
  return CONDITION_NAMES.get(condition) ?? `Condition ${toHex(Uint8Array.of(condition))}`;
}

/** A rule in words. */
export function describeCvmRule(rule: CvmRule): string {
  const after = rule.applyNext ? 'else the next rule' : 'else cardholder verification fails';
  return `${cvmMethodName(rule.code)}; ${cvmConditionName(rule.condition)}; ${after}`;
}

/** Byte 1 of tag 9F34 when no method was performed (EMV 4.4 Book 4, annex A4). */
export const NO_CVM_PERFORMED = 0x3f;

const RESULT_NAMES: Readonly<Record<number, string>> = { 0: 'unknown', 1: 'failed', 2: 'successful' };

/** Tag 9F34 in words (EMV 4.4 Book 4, annex A4): method, condition, result. */
export function describeCvmResults(results: Uint8Array): string {
  const [method = NO_CVM_PERFORMED, condition = 0, result = 0] = results;
  const outcome = RESULT_NAMES[result] ?? 'reserved';
  if (method === NO_CVM_PERFORMED) return `No CVM performed: ${outcome}`;
  return `${cvmMethodName(method & 0x3f)}; ${cvmConditionName(condition)}: ${outcome}`;
}
