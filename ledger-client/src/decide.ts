import { unreachable } from '@kassa/primitives';
import type { Operation } from './operation.ts';
import {
  decideAttest,
  decideClose,
  decideFreeze,
  decideOpen,
  decideSetLabelPolicy,
  decideSetTier,
  decideSetTierPolicy,
} from './rules/account-rules.ts';
import type { Decision } from './rules/decision.ts';
import { decideEndOfHold, decideExecute, decideHold } from './rules/hold-rules.ts';
import { decideIssue, decideRedeem, decideTransfer } from './rules/payment-rules.ts';
import type { LedgerView } from './view.ts';

/**
 * The rules of the ledger. Pure: the same view, operation and instant always give the same decision, which is how an audit
 * can repeat the journal. Checks run in the order of `Refusal`.
 */
export function decide(view: LedgerView, operation: Operation, nowMs: number): Decision {
  switch (operation.type) {
    case 'open':
      return decideOpen(view, operation);
    case 'issue':
      return decideIssue(view, operation);
    case 'transfer':
      return decideTransfer(view, operation, nowMs);
    case 'hold':
      return decideHold(view, operation, nowMs);
    case 'execute':
      return decideExecute(view, operation, nowMs);
    case 'release':
      return decideEndOfHold(view, operation.hold, 'released', nowMs);
    case 'expire':
      return decideEndOfHold(view, operation.hold, 'expired', nowMs);
    case 'redeem':
      return decideRedeem(view, operation, nowMs);
    case 'freeze':
      return decideFreeze(view, operation.account, true);
    case 'unfreeze':
      return decideFreeze(view, operation.account, false);
    case 'close':
      return decideClose(view, operation.account);
    case 'set-tier':
      return decideSetTier(view, operation);
    case 'set-tier-policy':
      return decideSetTierPolicy(operation);
    case 'set-label-policy':
      return decideSetLabelPolicy(operation);
    case 'attest':
      return decideAttest(view, operation);
    default:
      return unreachable(operation);
  }
}
