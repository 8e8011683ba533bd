import { ProtocolError, toHex } from '@kassa/primitives';
import { type CodeTable, CVM_CONDITIONS, CVM_METHODS, CVM_RESULTS, SENTENCES } from './coded-values.ts';
import type { Language } from './language.ts';
import { say, sayCode } from './say.ts';

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
  const methods: CodeTable = CVM_METHODS;
  return methods[code] !== undefined;
}

export function cvmMethodName(code: number, language: Language = 'en'): string {
  return sayCode(language, CVM_METHODS, code) ?? `CVM ${toHex(Uint8Array.of(code))}`;
}

export function cvmConditionName(condition: number, language: Language = 'en'): string {
  return sayCode(language, CVM_CONDITIONS, condition) ?? `Condition ${toHex(Uint8Array.of(condition))}`;
}

/** A rule in English words; for lists of rules. */
export function describeCvmRule(rule: CvmRule): string {
  return cvmRuleInWords(rule, 'en');
}

export function cvmRuleInWords(rule: CvmRule, language: Language): string {
  const after = say(language, rule.applyNext ? SENTENCES.thenNext : SENTENCES.thenFail);
  return `${cvmMethodName(rule.code, language)}; ${cvmConditionName(rule.condition, language)}; ${after}`;
}

/** Byte 1 of tag 9F34 when no method was performed (EMV 4.4 Book 4, annex A4). */
export const NO_CVM_PERFORMED = 0x3f;

/** Tag 9F34 in words (EMV 4.4 Book 4, annex A4): method, condition, result. */
export function describeCvmResults(results: Uint8Array, language: Language = 'en'): string {
  const [method = NO_CVM_PERFORMED, condition = 0, result = 0] = results;
  const outcome = sayCode(language, CVM_RESULTS, result) ?? say(language, SENTENCES.reserved);
  if (method === NO_CVM_PERFORMED) return `${say(language, SENTENCES.noCvmPerformed)}: ${outcome}`;
  return `${cvmMethodName(method & 0x3f, language)}; ${cvmConditionName(condition, language)}: ${outcome}`;
}
