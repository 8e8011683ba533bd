import { IDENTIFIER_CHARACTERS_MAX } from './limits.ts';

/**
 * A digital account on the ledger, known by its digital identification code: an opaque pseudonym. Made only by
 * {@link accountId}.
 */
export type AccountId = string & { readonly __kind: 'account-id' };

/** Names one operation for good; made and stored by the caller before sending. Made only by {@link operationId}. */
export type OperationId = string & { readonly __kind: 'operation-id' };

/** What money is bound to; {@link UNMARKED} for ordinary money. Made only by {@link label}. */
export type Label = string & { readonly __kind: 'label' };

/** Names a set of limits, such as `unidentified`. Made only by {@link tier}. */
export type Tier = string & { readonly __kind: 'tier' };

/** What an oracle has to say of a subject before money may move, such as `livestock-registered`. Made only by {@link condition}. */
export type Condition = string & { readonly __kind: 'condition' };

/** What a condition is about: an animal, a contract, or an account by its id. Made only by {@link subject}. */
export type Subject = string & { readonly __kind: 'subject' };

/** Merchant category code (ISO 18245): four digits. Made only by {@link merchantCategory}. */
export type MerchantCategory = string & { readonly __kind: 'merchant-category' };

/** Ordinary money, bound to nothing. */
export const UNMARKED = '' as Label;

/** A text that cannot name what it should. Does not repeat the text, which may be a card number. */
export class IdentifierError extends Error {
  override readonly name = 'IdentifierError';
}

/** @throws IdentifierError also for digits alone: an account is a pseudonym, never an IIN, a phone or a card number. */
export function accountId(text: string): AccountId {
  checkPseudonym(text, 'an account id');
  return text as AccountId;
}

/** @throws IdentifierError */
export function operationId(text: string): OperationId {
  checkCharacters(text, 'an operation id');
  return text as OperationId;
}

/**
 * A label such as `school-meal` or `vat`; the empty text is {@link UNMARKED}.
 * @throws IdentifierError
 */
export function label(text: string): Label {
  if (text !== UNMARKED) checkCharacters(text, 'a label');
  return text as Label;
}

/** @throws IdentifierError */
export function tier(text: string): Tier {
  checkCharacters(text, 'a tier');
  return text as Tier;
}

/** @throws IdentifierError */
export function condition(text: string): Condition {
  checkCharacters(text, 'a condition');
  return text as Condition;
}

/** @throws IdentifierError also for digits alone, as {@link accountId}. */
export function subject(text: string): Subject {
  checkPseudonym(text, 'a subject');
  return text as Subject;
}

/** @throws IdentifierError */
export function merchantCategory(text: string): MerchantCategory {
  if (!/^\d{4}$/.test(text)) {
    throw new IdentifierError(`a merchant category is four digits; found ${text.length} characters`);
  }
  return text as MerchantCategory;
}

function checkPseudonym(text: string, what: string): void {
  checkCharacters(text, what);
  if (/^\d{10,19}$/.test(text)) {
    throw new IdentifierError(
      `${what} is a pseudonym: digits alone could be an IIN, a phone or a card number`,
    );
  }
}

function checkCharacters(text: string, what: string): void {
  if (!/^[A-Za-z0-9._:-]+$/.test(text) || text.length > IDENTIFIER_CHARACTERS_MAX) {
    throw new IdentifierError(
      `${what} is 1 to ${IDENTIFIER_CHARACTERS_MAX} letters, digits, dots, colons, hyphens or underscores; found ${text.length} characters`,
    );
  }
}
