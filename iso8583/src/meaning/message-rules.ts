import { ProtocolError } from '@kassa/primitives';
import type { Message } from '../codec/message.ts';
import { describeMti } from './mti.ts';

/** When a conditional element must be there. */
export type Condition =
  /** This other element is. */
  | { readonly with: number }
  /** This other element is there and has one of these values. */
  | { readonly when: number; readonly is: readonly string[] };

/** What one kind of message carries, as data. Elements named nowhere are not to be there. */
export interface MessageRule {
  /** Four digits; one rule may serve a message and its repeat. */
  readonly mti: readonly string[];
  readonly mandatory: readonly number[];
  /** May be there; must be, where a condition is given and holds. */
  readonly conditional: readonly (number | { readonly element: number; readonly condition: Condition })[];
  /** In an answer: must be there with the value of the request where the request has it. */
  readonly echoed: readonly number[];
  /** At least one of each of these. */
  readonly oneOf?: readonly (readonly number[])[];
}

export type MessageRules = readonly MessageRule[];

/** What is wrong with a message under its rules. */
export interface RuleViolation {
  readonly kind: 'unknown-mti' | 'missing' | 'not-expected' | 'not-echoed';
  /** Data element, 0 for the MTI. */
  readonly element: number;
  /** In words; never with a value. */
  readonly words: string;
}

/**
 * Checks which elements a message has, and that an answer repeats what it must. Values are the codec's to check.
 * @param request what `message` answers, if it is an answer and the request is at hand.
 * @returns every violation, in the order of the elements; none for a message as it should be.
 */
export function validateMessage(rules: MessageRules, message: Message, request?: Message): RuleViolation[] {
  const rule = rules.find(({ mti }) => mti.includes(message.mti));
  if (rule === undefined) {
    return [{ kind: 'unknown-mti', element: 0, words: `no rule for ${mtiInWords(message.mti)}` }];
  }
  return [
    ...missingElements(rule, message),
    ...notExpected(rule, message),
    ...notEchoed(rule, message, request),
  ].sort((left, right) => left.element - right.element);
}

function missingElements(rule: MessageRule, { fields }: Message): RuleViolation[] {
  const missing = (element: number, words: string): RuleViolation => ({ kind: 'missing', element, words });
  const has = (element: number): boolean => fields[element] !== undefined;
  return [
    ...rule.mandatory
      .filter((element) => !has(element))
      .map((element) => missing(element, `element ${element} is mandatory`)),
    ...rule.conditional.flatMap((each) => {
      if (typeof each === 'number' || has(each.element) || !holds(each.condition, fields)) return [];
      return [missing(each.element, `element ${each.element} is needed ${inWords(each.condition)}`)];
    }),
    ...(rule.oneOf ?? [])
      .filter((elements) => !elements.some(has))
      .map((elements) => missing(elements[0] ?? 0, `one of the elements ${elements.join(', ')} is needed`)),
  ];
}

function holds(condition: Condition, fields: Message['fields']): boolean {
  if ('with' in condition) return fields[condition.with] !== undefined;
  const value = fields[condition.when];
  return value !== undefined && condition.is.includes(value);
}

function inWords(condition: Condition): string {
  if ('with' in condition) return `with element ${condition.with}`;
  return `when element ${condition.when} is ${condition.is.join(' or ')}`;
}

function notExpected(rule: MessageRule, { fields }: Message): RuleViolation[] {
  const expected = new Set([
    ...rule.mandatory,
    ...rule.conditional.map((each) => (typeof each === 'number' ? each : each.element)),
    ...rule.echoed,
    ...(rule.oneOf ?? []).flat(),
  ]);
  return Object.keys(fields)
    .map(Number)
    .filter((element) => !expected.has(element))
    .map((element) => ({
      kind: 'not-expected',
      element,
      words: `element ${element} does not belong into this message`,
    }));
}

function notEchoed(rule: MessageRule, { fields }: Message, request: Message | undefined): RuleViolation[] {
  return rule.echoed
    .filter((element) => request?.fields[element] !== undefined)
    .filter((element) => fields[element] !== request?.fields[element])
    .map((element) => ({
      kind: 'not-echoed',
      element,
      words: `element ${element} is not that of the request`,
    }));
}

function mtiInWords(mti: string): string {
  try {
    const { messageClass, messageFunction } = describeMti(mti);
    return `${mti}, ${messageClass} ${messageFunction}`;
  } catch (error) {
    if (error instanceof ProtocolError) return 'this message type';
    throw error;
  }
}
