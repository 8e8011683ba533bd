import { concatBytes, equalSecret, fromLatin1, ProtocolError } from '@kassa/primitives';
import { tdesEncrypt } from '../crypto/des.ts';
import { decipherOfflinePin } from '../crypto/offline-pin.ts';
import { decodePinBlock } from '../crypto/pin-block.ts';
import { type CommandApdu, encodeResponse, STATUS_OK } from '../data/apdu.ts';
import { type CardProfile, PIN_TRIES_MAX } from './card-data.ts';
import type { CardMemory, CardStep, InitiatedSession } from './card-memory.ts';

/** P2 of VERIFY (EMV 4.4 Book 3, 6.5.12, table 24). */
const PLAINTEXT = 0x80;
const ENCIPHERED = 0x88;

/**
 * GET CHALLENGE (EMV 4.4 Book 3, 6.5.6): good for the next command alone. The card has no randomness: it
 * enciphers counters.
 */
export function getChallenge(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const { state, session } = memory;
  if (command.p1 !== 0 || command.p2 !== 0) return refuse(memory, 0x6a86);
  if (command.data.length !== 0) return refuse(memory, 0x6700);
  if (session.stage !== 'initiated') return refuse(memory, 0x6985);
  const count = session.challengesGiven + 1;
  const input = Uint8Array.of(state.atc >> 8, state.atc & 0xff, count >> 8, count & 0xff, 0xff, 0, 0, 0);
  const challenge = tdesEncrypt(profile.udk, input);
  const next: InitiatedSession = { ...session, challengesGiven: count, challenge };
  return { memory: { state, session: next }, response: encodeResponse(STATUS_OK, challenge) };
}

/** VERIFY (EMV 4.4 Book 3, 6.5.12; Book 2, 7.2): every wrong PIN, and what cannot be read, costs a try. */
export function verifyPin(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const { state, session } = memory;
  const reference = state.changedPin ?? profile.pin;
  if (command.p1 !== 0 || (command.p2 !== PLAINTEXT && command.p2 !== ENCIPHERED))
    return refuse(memory, 0x6a86);
  if (session.stage !== 'initiated' || reference === null) return refuse(memory, 0x6985);
  if (command.p2 === ENCIPHERED && (!profile.signer || !session.challenge)) return refuse(memory, 0x6985);
  if (state.pinTriesLeft === 0) return refuse(memory, 0x6983);
  const pin = pinOf(profile, session, command);
  if (pin !== null && samePin(pin, reference)) {
    const next: CardMemory = {
      state: { ...state, pinTriesLeft: PIN_TRIES_MAX },
      session: { ...session, offlinePin: 'successful', challenge: null },
    };
    return refuse(next, STATUS_OK);
  }
  const pinTriesLeft = state.pinTriesLeft - 1;
  const next: CardMemory = {
    state: { ...state, pinTriesLeft },
    session: { ...session, offlinePin: 'failed', challenge: null },
  };
  return refuse(next, 0x63c0 | pinTriesLeft);
}

function pinOf(profile: CardProfile, session: InitiatedSession, { p2, data }: CommandApdu): string | null {
  try {
    if (p2 === PLAINTEXT) return decodePinBlock(2, data, '');
    const { signer } = profile;
    return signer && session.challenge ? decipherOfflinePin(signer.key, data, session.challenge) : null;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function samePin(left: string, right: string): boolean {
  const padded = (pin: string): Uint8Array =>
    concatBytes(Uint8Array.of(pin.length), fromLatin1(pin.padEnd(12)));
  return equalSecret(padded(left), padded(right));
}

function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
