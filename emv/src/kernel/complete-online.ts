import { assert, concatBytes, encodeTlv, fromLatin1, ProtocolError, parseTlv } from '@kassa/primitives';
import { externalAuthenticateCommand, STATUS_OK } from '../data/apdu.ts';
import { AIP_BITS, hasBit, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import { parseDol } from '../data/dol.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { processScripts } from './issuer-scripts.ts';
import { terminationOf } from './kernel-outcome.ts';
import { ask, type KernelRun, type KernelSession, transmit } from './kernel-session.ts';
import type { KernelReply } from './kernel-types.ts';
import { chipData, requestCryptogram } from './request-cryptogram.ts';
import { decideDefault, isOnlineOnly } from './terminal-action-analysis.ts';

/** EMV 4.4 Book 4, annex A6: response codes of the issuer that approve. */
export const APPROVAL_CODES: ReadonlySet<string> = new Set(['00', '10', '11']);
/** Annex A6: set by the terminal when it could not go online. */
const APPROVED_UNABLE_TO_GO_ONLINE = fromLatin1('Y3');
const DECLINED_UNABLE_TO_GO_ONLINE = fromLatin1('Z3');

/** How an online transaction ended. */
export type OnlineEnding =
  | { readonly kind: 'approved'; readonly by: 'issuer' | 'offline' }
  | {
      readonly kind: 'declined';
      readonly reason: 'issuer' | 'card-after-approval' | 'unable-to-go-online';
      readonly detail: string;
    };

/** Online processing and completion (EMV 4.4 Book 3, 10.9 and 10.11). */
export function* completeOnline(session: KernelSession): KernelRun<OnlineEnding> {
  const request = chipData(session);
  assert(request !== null, 'the card has given an ARQC');
  session.issuer = 'asked';
  const reply = yield* ask({ kind: 'go-online', request });
  if (reply.kind === 'unable-to-go-online') return yield* completeWithoutIssuer(session);
  assert(reply.kind === 'online-response', `a request is answered by its response, not by ${reply.kind}`);
  return yield* completeWithIssuer(session, reply);
}

function* completeWithIssuer(
  session: KernelSession,
  reply: Extract<KernelReply, { kind: 'online-response' }>,
): KernelRun<OnlineEnding> {
  const approved = APPROVAL_CODES.has(reply.responseCode);
  session.issuer = approved ? 'approved' : 'declined';
  const tags = issuerTags(reply.issuerData);
  session.onStep({
    step: 'issuer-answered',
    responseCode: reply.responseCode,
    approved,
    tags: [...tags.keys()],
  });
  session.setTerminalValue('8A', tags.get('8A') ?? fromLatin1(reply.responseCode.slice(0, 2)));
  yield* authenticateIssuer(session, tags.get('91'));
  yield* processScripts(session, '71', reply.issuerData);
  const cryptogram = yield* requestCryptogram(session, 'second', approved ? 'TC' : 'AAC');
  yield* processLastScripts(session, reply.issuerData);
  if (!approved) {
    return { kind: 'declined', reason: 'issuer', detail: `response code ${reply.responseCode}` };
  }
  if (cryptogram.signatureFailure !== null) {
    const detail = `combined data authentication failed: ${cryptogram.signatureFailure}`;
    return { kind: 'declined', reason: 'card-after-approval', detail };
  }
  if (cryptogram.type === 'TC') return { kind: 'approved', by: 'issuer' };
  return {
    kind: 'declined',
    reason: 'card-after-approval',
    detail: cryptogram.reason ?? 'the card answered AAC to the second GENERATE AC',
  };
}

/** The decision is made and the card has confirmed it: a card that is pulled out now only misses its scripts. */
function* processLastScripts(session: KernelSession, issuerData: Uint8Array): KernelRun<void> {
  try {
    yield* processScripts(session, '72', issuerData);
  } catch (error) {
    const { detail } = terminationOf(error);
    session.setTvr(TVR_BITS.scriptFailedAfterFinalAc, `a script was cut short: ${detail}`);
  }
}

/** EMV 4.4 Book 3, 10.7 and 10.9: the default action codes decide; an online-only terminal declines. */
function* completeWithoutIssuer(session: KernelSession): KernelRun<OnlineEnding> {
  session.issuer = 'unreachable';
  session.onStep({ step: 'issuer-unreachable' });
  const onlineOnly = isOnlineOnly(session.config.terminalType);
  const requested = onlineOnly ? 'AAC' : decideDefault(session);
  session.setTerminalValue(
    '8A',
    requested === 'TC' ? APPROVED_UNABLE_TO_GO_ONLINE : DECLINED_UNABLE_TO_GO_ONLINE,
  );
  const cryptogram = yield* requestCryptogram(session, 'second', requested);
  if (cryptogram.signatureFailure !== null) {
    const why = `combined data authentication failed: ${cryptogram.signatureFailure}`;
    return { kind: 'declined', reason: 'unable-to-go-online', detail: why };
  }
  if (cryptogram.type === 'TC') return { kind: 'approved', by: 'offline' };
  const detail = onlineOnly
    ? 'the terminal is online only'
    : requested === 'AAC'
      ? 'the default action codes decline'
      : 'the card declined';
  return { kind: 'declined', reason: 'unable-to-go-online', detail };
}

/**
 * Issuer authentication (EMV 4.4 Book 3, 10.9): by EXTERNAL AUTHENTICATE when the AIP says so, otherwise inside the
 * second GENERATE AC when CDOL2 asks for tag 91 – then only the card knows the result.
 */
function* authenticateIssuer(session: KernelSession, data: Uint8Array | undefined): KernelRun<void> {
  if (!data) {
    session.onStep({ step: 'issuer-authentication', how: 'not-performed', result: 'no-data' });
    return;
  }
  session.setTerminalValue('91', data);
  const aip = session.get('82') ?? new Uint8Array();
  if (!hasBit(aip, AIP_BITS.issuerAuthenticationSupported)) {
    const inCdol2 = parseDol(session.get('8D') ?? new Uint8Array(), 'tlv.8D').some(({ tag }) => tag === '91');
    session.onStep({
      step: 'issuer-authentication',
      how: inCdol2 ? 'second-generate-ac' : 'not-performed',
      result: 'judged-by-card',
    });
    return;
  }
  const response = yield* transmit(externalAuthenticateCommand(data));
  session.setTsi(TSI_BITS.issuerAuthenticationPerformed);
  const successful = response.status === STATUS_OK;
  if (!successful) {
    session.setTvr(TVR_BITS.issuerAuthenticationFailed, 'EXTERNAL AUTHENTICATE did not answer 9000');
  }
  session.onStep({
    step: 'issuer-authentication',
    how: 'external-authenticate',
    result: successful ? 'successful' : 'failed',
  });
}

/**
 * EMV 4.4 Book 2, 8.2: tag 91 is 8 to 16 bytes. What cannot be read counts as not sent: the card then decides.
 * Scripts may
 * come more than once (Book 3, 10.10).
 */
function issuerTags(issuerData: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    const isScript = (tag: string): boolean => tag === '71' || tag === '72';
    const objects = parseTlv(issuerData, '55');
    const others = objects.filter(({ tag }) => !isScript(tag));
    const tags = tlvMap(concatBytes(...others.map(({ tag, value }) => encodeTlv(tag, value))), '55');
    const data = tags.get('91');
    if (data && (data.length < 8 || data.length > 16)) tags.delete('91');
    if (tags.get('8A')?.length !== 2) tags.delete('8A');
    for (const { tag, value } of objects) if (isScript(tag)) tags.set(tag, value.slice());
    return tags;
  } catch (error) {
    if (error instanceof ProtocolError) return new Map();
    throw error;
  }
}
