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

/** Ordinary money, bound to nothing. */
export const UNMARKED = '' as Label;

/** A text that cannot name what it should. Does not repeat the text, which may be a card number. */
export class IdentifierError extends Error {
  override readonly name = 'IdentifierError';
}

/** @throws IdentifierError also for digits alone: an account is a pseudonym, never an IIN, a phone or a card number. */
export function accountId(text: string): AccountId {
  checkCharacters(text, 'an account id');
  if (/^\d{10,19}$/.test(text)) {
    throw new IdentifierError(
      'an account id is a pseudonym: digits alone could be an IIN, a phone or a card number',
    );
  }
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

function checkCharacters(text: string, what: string): void {
  if (!/^[A-Za-z0-9._:-]+$/.test(text) || text.length > IDENTIFIER_CHARACTERS_MAX) {
    throw new IdentifierError(
      `${what} is 1 to ${IDENTIFIER_CHARACTERS_MAX} letters, digits, dots, colons, hyphens or underscores; found ${text.length} characters`,
    );
  }
}
