import { assert } from '@kassa/primitives';
import { APPROVAL_CODES } from '../kernel/complete-online.ts';
import { ask, type KernelRun, type KernelSession } from '../kernel/kernel-session.ts';
import { chipData } from '../kernel/request-cryptogram.ts';
import type { ContactlessEnding } from './contactless-session.ts';

/**
 * The issuer decides, and the card is long gone (EMV Contactless Book A, online request outcome): there is no second
 * cryptogram. Without an answer a contactless payment is declined.
 */
export function* completeContactless(session: KernelSession): KernelRun<ContactlessEnding> {
  const request = chipData(session);
  assert(request !== null, 'the card has given an ARQC');
  session.issuer = 'asked';
  const reply = yield* ask({ kind: 'go-online', request });
  if (reply.kind === 'unable-to-go-online') {
    session.issuer = 'unreachable';
    session.onStep({ step: 'issuer-unreachable' });
    const detail = 'a contactless payment needs its issuer';
    return { kind: 'declined', reason: 'unable-to-go-online', detail };
  }
  assert(reply.kind === 'online-response', `a request is answered by its response, not by ${reply.kind}`);
  const { responseCode } = reply;
  const approved = APPROVAL_CODES.has(responseCode);
  session.issuer = approved ? 'approved' : 'declined';
  session.onStep({ step: 'issuer-answered', responseCode, approved, tags: [] });
  return approved
    ? { kind: 'approved', by: 'issuer' }
    : { kind: 'declined', reason: 'issuer', detail: `response code ${responseCode}` };
}
