import { REFUSAL_CODES, refusalFacts } from '../canonical.ts';
import type { RefusalCode } from '../outcome.ts';

/** Every refusal in a sentence, for docs/ledger.md. */
const MEANINGS: { readonly [C in RefusalCode]: string } = {
  'id-reused-with-different-content':
    'The id names another operation; its answer stays. `differs` is the first differing field.',
  'zero-amount': 'An amount, or a part of an execute, is zero.',
  'duplicate-payee': 'Two parts of an execute have the same payee (null: two redemptions).',
  'expiry-in-the-past': 'The hold would be over before it began.',
  'unmarked-takes-no-policy': 'Ordinary money is bound to nothing.',
  'validity-is-empty': 'The label would be valid at no instant.',
  'kind-may-not-have-category': 'Only a merchant has a merchant category.',
  'unknown-hold': 'No hold was made under this id.',
  'hold-already-executed': 'All of the hold was paid out.',
  'hold-released': 'The hold was given back.',
  'hold-expired': 'The time of the hold is over: by the instant given, or by an expire operation.',
  'hold-not-expired': 'Expire came before the time.',
  'accounts-must-differ': 'Payer and payee are the same account.',
  'label-may-not-be-redeemed': 'Marked money is never turned into cash or non-cash.',
  'unknown-account': 'No such account; the payer is asked for first.',
  'account-exists-with-different-content': 'Open: the account has another kind, category or tier.',
  'account-closed': 'Open, freeze, unfreeze or set-tier of a closed account.',
  'unknown-tier': 'No limits were ever set for the tier.',
  'payer-closed': 'The payer’s account is closed.',
  'payee-closed': 'The payee’s account is closed.',
  'payer-frozen': 'The payer’s account is frozen. A hold made before can still be executed.',
  'payee-frozen': 'The payee’s account is frozen.',
  'kind-may-not-be-issued-to': 'Nothing is issued to a contract or a device.',
  'kind-may-not-redeem': 'A contract or a device does not redeem.',
  'label-unknown': 'No policy was ever set for the label.',
  'label-has-no-such-condition': 'Attest: the label’s policy names another condition, or none.',
  'label-not-yet-valid': 'Before `validFromMs`.',
  'label-expired': 'At or after `validToMs`.',
  'label-may-not-go-to-payee': 'The payee is not among the label’s payees or categories, nor final.',
  'label-condition-not-satisfied': 'What the label waits for was not attested of the subject.',
  'label-day-count-exceeded': 'The payer paid under the label `count` times today already.',
  'amount-exceeds-hold': 'More than is still held.',
  'parts-do-not-add-up': 'The parts of an execute are not its amount, by default all that is still held.',
  'payment-limit-exceeded': 'More than the payer’s tier allows at once.',
  'day-limit-exceeded': 'More than the payer’s tier allows in a day; `spent` today before this.',
  'insufficient-funds': 'Less is available under this label; what is held is not available.',
  'balance-limit-exceeded': 'More than the payee’s tier allows on the account; `balance` before this.',
  'issued-limit-exceeded': 'More would be in circulation under the label than the ledger can count.',
  'account-has-open-holds': 'Close: something is still held.',
  'account-not-empty': 'Close: there is still money, under any label.',
  'linked-failed': 'Another operation of the group, `cause`, was refused, or answered outside the group.',
};

/** The table of docs/ledger.md, in the order of the checks. */
export function refusalTable(): string {
  const rows = REFUSAL_CODES.map((code, index) => {
    const facts = refusalFacts(code).map((fact) => `\`${fact}\``);
    return `| ${index + 1} | \`${code}\` | ${facts.join(', ')} | ${MEANINGS[code]} |`;
  });
  return `| | code | facts | when |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
