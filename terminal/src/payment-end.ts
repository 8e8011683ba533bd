import type { KernelOutcome } from '@kassa/emv';
import { type Message, parsePrivateData } from '@kassa/iso8583';
import { unreachable } from '@kassa/primitives';
import type { PaymentResult } from './payment-result.ts';

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
/** ISO 8583:1987, DE 39: customer cancellation. */
const CANCELLED = '17';

/** DE 48 tags of the answer (docs/wire.md). */
const PRIVATE_TAG_ROUTE = '02';
const PRIVATE_TAG_REASON = '03';

/** A stripe payment is what the host says it is. */
export function verdictOfHost(said: HostSaid): Verdict {
  switch (said.kind) {
    case 'not-asked':
      return decline(DECLINED_OFFLINE, 'the terminal declined without asking the bank');
    case 'unreachable':
      return decline(UNABLE_TO_GO_ONLINE, `the host cannot be reached: ${said.why}`);
    case 'no-answer':
      return {
        ...decline(UNABLE_TO_GO_ONLINE, `${said.why}; the payment is reversed`),
        reversalWhy: said.why,
      };
    case 'answered':
      return verdictOfAnswer(said.message);
    default:
      return unreachable(said);
  }
}

/**
 * A chip payment also needs the card's consent: an approval stands only with its second cryptogram.
 * @param decision what terminal action analysis decided last, in a sentence.
 */
export function verdictOfChip(outcome: KernelOutcome, said: HostSaid, decision: string): Verdict {
  if (outcome.kind === 'approved') return verdictOfHost(said);
  const hostApproved = said.kind === 'answered' && said.message.fields[39] === '00';
  const reversalWhy = hostApproved ? outcome.detail : said.kind === 'no-answer' ? said.why : null;
  if (outcome.kind === 'terminated') {
    return { ...decline(CANCELLED, terminationText(outcome.reason, outcome.detail)), reversalWhy };
  }
  const { reason } = outcome;
  switch (reason) {
    case 'terminal':
      return decline(DECLINED_OFFLINE, `declined without asking the bank: ${decision}`);
    case 'card':
      return decline(DECLINED_OFFLINE, `the card declined without asking the bank: ${outcome.detail}`);
    case 'card-after-approval':
      return {
        ...decline(
          DECLINED_OFFLINE,
          `the card did not accept the bank's answer: ${outcome.detail}; the payment is reversed`,
        ),
        reversalWhy,
      };
    case 'issuer':
    case 'unable-to-go-online':
      return verdictOfHost(said);
    default:
      return unreachable(reason);
  }
}

/** Given up before a card was read. */
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

function verdictOfAnswer({ fields }: Message): Verdict {
  const responseCode = fields[39] ?? '';
  if (responseCode !== '00') {
    return decline(responseCode, privateValue(fields[48], PRIVATE_TAG_REASON) ?? 'the bank gave no reason');
  }
  const route = privateValue(fields[48], PRIVATE_TAG_ROUTE) === 'C' ? 'convert' : 'direct';
  return {
    approved: true,
    responseCode,
    approvalCode: fields[38] ?? null,
    route,
    reason: null,
    reversalWhy: null,
  };
}

function privateValue(text: string | undefined, tag: string): string | undefined {
  return text === undefined
    ? undefined
    : parsePrivateData(text).find((element) => element.tag === tag)?.value;
}

function decline(responseCode: string, reason: string): Verdict {
  return { approved: false, responseCode, approvalCode: null, route: null, reason, reversalWhy: null };
}

function terminationText(reason: string, detail: string): string {
  if (reason === 'card-removed') return 'the card was removed too early';
  if (reason === 'cancelled') return 'cancelled';
  return `the card cannot be used: ${detail}`;
}
