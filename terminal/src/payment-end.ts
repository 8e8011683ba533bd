import type { KernelOutcome } from '@kassa/emv';
import { isApproved, type Message, responseCodeText } from '@kassa/iso8583';
import { formatTenge, type Tiyn, unreachable } from '@kassa/primitives';
import type { PaymentResult } from './payment-result.ts';
import { PRIVATE_TAGS, privateValue } from './private-value.ts';
import type { TraceNumbers } from './trace-numbers.ts';

/** How the host's question ended, as the payment's result sees it. */
export type HostSaid =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'no-answer'; readonly why: string }
  | { readonly kind: 'answered'; readonly message: Message };

/** The part of a result that is decided, without the payment's own numbers. */
export type Verdict = Pick<
  PaymentResult,
  'approved' | 'responseCode' | 'approvalCode' | 'route' | 'reason'
> & {
  /** Why what may have been approved has to be undone; null when nothing has. */
  readonly reversalWhy: string | null;
};

/** EMV 4.4 Book 4, A6: declined offline; unable to go online, declined offline. */
const DECLINED_OFFLINE = 'Z1';
const UNABLE_TO_GO_ONLINE = 'Z3';
/** ISO 8583:1987, DE 39: customer cancellation; system malfunction. */
const CANCELLED = '17';
const MALFUNCTION = '96';

/**
 * DE 39 this terminal can complete: approved, and approved for a VIP. The other approvals of the standard – with
 * identification, for a part of the amount, with a new track 3 – ask for what it cannot do, so they are undone.
 */
const COMPLETED = new Set(['00', '11']);

const ROUTES: Readonly<Record<string, PaymentResult['route']>> = { D: 'direct', C: 'convert' };

/** A stripe payment is what the host says it is. */
export function verdictOfHost(said: HostSaid): Verdict {
  switch (said.kind) {
    case 'not-asked':
      return decline(DECLINED_OFFLINE, 'the terminal declined without asking the bank');
    case 'unreachable':
      return decline(UNABLE_TO_GO_ONLINE, `the host cannot be reached: ${said.why}`);
    case 'no-answer':
      return reverse(UNABLE_TO_GO_ONLINE, said.why);
    case 'answered':
      return verdictOfAnswer(said.message);
    default:
      return unreachable(said);
  }
}

/**
 * A chip payment also needs the card's consent: an approval stands only with its second cryptogram.
 * @param decision why terminal action analysis declined, in a sentence; empty where it did not.
 */
export function verdictOfChip(outcome: KernelOutcome, said: HostSaid, decision: string): Verdict {
  const host = verdictOfHost(said);
  if (outcome.kind === 'approved') return host;
  const reversalWhy = host.approved ? outcome.detail : host.reversalWhy;
  if (outcome.kind === 'terminated') {
    const byCustomer = outcome.reason === 'card-removed' || outcome.reason === 'cancelled';
    const reason = terminationText(outcome.reason, outcome.detail);
    return { ...decline(byCustomer ? CANCELLED : DECLINED_OFFLINE, reason), reversalWhy };
  }
  if (outcome.reason === 'terminal')
    return {
      ...decline(DECLINED_OFFLINE, `declined without asking the bank: ${decision || outcome.detail}`),
      reversalWhy,
    };
  if (outcome.reason === 'card') {
    const reason = `the card declined without asking the bank: ${outcome.detail}`;
    return { ...decline(DECLINED_OFFLINE, reason), reversalWhy };
  }
  return host.approved
    ? reverse(DECLINED_OFFLINE, `the card did not accept the bank's answer: ${outcome.detail}`)
    : host;
}

/** Given up before the host was asked. */
export function verdictOfGivingUp(why: 'cancelled' | 'timed-out'): Verdict {
  return decline(
    CANCELLED,
    why === 'cancelled' ? 'cancelled' : 'nobody presented a card or entered a PIN in time',
  );
}

/** Anything else that stops a payment before it was sent. */
export function verdictOfFailure(reason: string): Verdict {
  return decline(DECLINED_OFFLINE, reason);
}

/** The terminal itself failed or was stopped; what was sent by then is undone. */
export function verdictOfMalfunction(what: string): Verdict {
  return decline(MALFUNCTION, `${what}; if the payment was sent, it is reversed`);
}

/** The verdict with the payment's own numbers. */
export function resultOf(
  payment: { readonly transactionId: string; readonly numbers: TraceNumbers; readonly amount: Tiyn },
  { approved, responseCode, approvalCode, route, reason }: Verdict,
): PaymentResult {
  const { transactionId, numbers, amount } = payment;
  return {
    transactionId,
    approved,
    responseCode,
    approvalCode,
    stan: numbers.stan,
    rrn: numbers.rrn,
    amount: formatTenge(amount),
    route,
    reason,
  };
}

function verdictOfAnswer({ fields }: Message): Verdict {
  const responseCode = fields[39] ?? '';
  if (COMPLETED.has(responseCode)) {
    const route = ROUTES[privateValue(fields[48], PRIVATE_TAGS.route) ?? ''] ?? null;
    const approvalCode = fields[38] ?? null;
    return { approved: true, responseCode, approvalCode, route, reason: null, reversalWhy: null };
  }
  if (responseCode === '') return reverse(UNABLE_TO_GO_ONLINE, "the host's answer carries no response code");
  if (isApproved(responseCode))
    return reverse(responseCode, `this terminal cannot complete: ${responseCodeText(responseCode)}`);
  return decline(
    responseCode,
    privateValue(fields[48], PRIVATE_TAGS.reason) ?? responseCodeText(responseCode),
  );
}

function decline(responseCode: string, reason: string): Verdict {
  return { approved: false, responseCode, approvalCode: null, route: null, reason, reversalWhy: null };
}

function reverse(responseCode: string, why: string): Verdict {
  return { ...decline(responseCode, `${why}; the payment is reversed`), reversalWhy: why };
}

function terminationText(reason: string, detail: string): string {
  if (reason === 'card-removed') return 'the card was removed too early';
  if (reason === 'cancelled') return 'cancelled';
  return `the card cannot be used: ${detail}`;
}
