import { assert } from '@kassa/primitives';
import { getDataCommand, parseResponse, STATUS_OK } from '../data/apdu.ts';
import { TVR_BITS } from '../data/bit-meanings.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { getChallengeCommand } from './card-commands.ts';
import { ask, type KernelRun, type KernelSession, Termination, transmit } from './kernel-session.ts';
import type { PinEncipherment } from './kernel-types.ts';
import { recoverPinKey } from './offline-data-authentication.ts';

/** EMV 4.4 Book 2, 7.2: what GET CHALLENGE gives. */
const CHALLENGE_BYTES = 8;
/** EMV 4.4 Book 3, 6.5.12.5: no tries left, or the PIN is blocked. */
const BLOCKED: ReadonlySet<number> = new Set([0x6983, 0x6984]);

export type OfflinePinResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly performed: boolean; readonly why: string };

/**
 * Offline PIN (EMV 4.4 Book 3, 10.5.1; enciphered: Book 2, 7): asks until the PIN is right, the tries are used up or the
 * cardholder gives up. The PIN goes from the PIN pad to the card; the kernel sees the card's answer alone.
 */
export function* verifyOfflinePin(
  session: KernelSession,
  isEnciphered: boolean,
): KernelRun<OfflinePinResult> {
  let triesLeft = yield* readTryCounter();
  while (triesLeft !== 0) {
    const encipherment = isEnciphered ? yield* prepareEncipherment(session) : null;
    if (typeof encipherment === 'string') return { ok: false, performed: true, why: encipherment };
    const reply = yield* ask({ kind: 'offline-pin', triesLeft, encipherment });
    if (reply.kind === 'pin-bypassed') {
      session.setTvr(TVR_BITS.pinNotEntered, 'PIN entry was bypassed');
      return { ok: false, performed: true, why: 'PIN entry was bypassed' };
    }
    if (reply.kind === 'cancelled') throw new Termination('cancelled', 'PIN entry was cancelled');
    assert(
      reply.kind === 'pin-verified',
      `PIN entry is answered by the card's response, not by ${reply.kind}`,
    );
    const { status } = parseResponse(reply.response);
    const isWrong = (status & 0xfff0) === 0x63c0;
    session.onStep({
      step: 'pin-verified',
      status: describeStatus(status),
      triesLeft: isWrong ? status & 0x0f : null,
    });
    if (status === STATUS_OK) return { ok: true };
    if (!isWrong && !BLOCKED.has(status)) {
      return { ok: false, performed: true, why: `VERIFY answered ${describeStatus(status)}` };
    }
    triesLeft = isWrong ? status & 0x0f : 0;
  }
  session.setTvr(TVR_BITS.pinTryLimitExceeded, 'the card has no PIN tries left');
  return { ok: false, performed: true, why: 'the card has no PIN tries left' };
}

/** EMV 4.4 Book 3, 10.5.1: a card need not tell; then VERIFY will. */
function* readTryCounter(): KernelRun<number | null> {
  const response = yield* transmit(getDataCommand('9F17'));
  if (response.status !== STATUS_OK) return null;
  const value = tlvMap(response.data, 'get-data').get('9F17');
  return value?.length === 1 ? (value[0] ?? null) : null;
}

/** The key and the card's number, or why there is none (EMV 4.4 Book 2, 7.1 and 7.2). */
function* prepareEncipherment(session: KernelSession): KernelRun<PinEncipherment | string> {
  const key = recoverPinKey(session);
  if (!key) return 'the card has no certified key a PIN could be enciphered for';
  const { data, status } = yield* transmit(getChallengeCommand());
  if (status !== STATUS_OK || data.length !== CHALLENGE_BYTES) {
    return `GET CHALLENGE answered ${describeStatus(status)} and ${data.length} bytes`;
  }
  return { key, challenge: data };
}
