import { equalSecret, ProtocolError, toHex } from '@kassa/primitives';
import { tdesCbcDecrypt, tdesDecrypt } from '../crypto/des.ts';
import { decodePinBlock } from '../crypto/pin-block.ts';
import { type ScriptContext, scriptMac, visaPinFromChangeBlock } from '../crypto/secure-messaging.ts';
import { cryptogramProfile } from '../cryptogram/cryptogram-profile.ts';
import { secureMessagingSessionKey } from '../cryptogram/profile-keys.ts';
import { type CommandApdu, encodeResponse, STATUS_OK } from '../data/apdu.ts';
import { type CardProfile, type CardState, PIN_TRIES_MAX, type ScriptKeys } from './card-data.ts';
import type { CardMemory, CardStep } from './card-memory.ts';

const MAC_BYTES = 8;

/** ISO/IEC 7816-4, 5.1.3. */
const WRONG_LENGTH = 0x6700;
const CONDITIONS_NOT_SATISFIED = 0x6985;
const WRONG_SECURE_MESSAGING = 0x6988;
const WRONG_DATA = 0x6a80;
const WRONG_PARAMETERS = 0x6a86;
const NO_SUCH_OBJECT = 0x6a88;

interface ScriptInput {
  readonly profile: CardProfile;
  readonly keys: ScriptKeys;
  readonly context: ScriptContext;
  readonly state: CardState;
  readonly command: CommandApdu;
  /** Command data before the MAC, still enciphered where the command says so. */
  readonly data: Uint8Array;
}

type ScriptCommand = (input: ScriptInput) => CardState | number;

/** Commands of issuer scripts by INS (EMV 4.4 Book 3, 6.5.1 to 6.5.3 and 6.5.10; PUT DATA: Visa, M/Chip). */
const COMMANDS: ReadonlyMap<number, ScriptCommand> = new Map<number, ScriptCommand>([
  [0x1e, withoutParameters((state) => ({ ...state, applicationBlocked: true }))],
  [0x18, withoutParameters((state) => ({ ...state, applicationBlocked: false }))],
  [0x16, withoutParameters((state) => ({ ...state, cardBlocked: true }))],
  [0x24, changePin],
  [0xda, putData],
]);

export function isScriptInstruction(ins: number): boolean {
  return COMMANDS.has(ins);
}

/**
 * A command of an issuer script (EMV 4.4 Book 3, 10.10; secure messaging in format 2: Book 2, 9): only after an
 * ARQC, and
 * only with a right MAC. A wrong one changes nothing.
 */
export function processScriptCommand(
  profile: CardProfile,
  memory: CardMemory,
  command: CommandApdu,
): CardStep {
  const answer = (status: number, state = memory.state): CardStep => ({
    memory: { ...memory, state },
    response: encodeResponse(status),
  });
  const run = COMMANDS.get(command.ins);
  const keys = profile.scriptKeys;
  const arqc = arqcOf(memory);
  if (!run || !keys || !arqc) return answer(CONDITIONS_NOT_SATISFIED);
  if (command.data.length < MAC_BYTES) return answer(WRONG_LENGTH);
  const { state } = memory;
  const atc = Uint8Array.of(state.atc >> 8, state.atc & 0xff);
  const version = cryptogramProfile(profile.cryptogramVersion);
  const macKey = secureMessagingSessionKey(version, keys.integrity, atc, arqc);
  const context: ScriptContext = { macKey, atc, arqc };
  const data = command.data.subarray(0, -MAC_BYTES);
  const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2, command.data.length);
  if (!equalSecret(scriptMac(context, header, data), command.data.slice(-MAC_BYTES))) {
    return answer(WRONG_SECURE_MESSAGING);
  }
  const result = run({ profile, keys, context, state, command, data });
  return typeof result === 'number' ? answer(result) : answer(STATUS_OK, result);
}

function arqcOf({ session }: CardMemory): Uint8Array | null {
  if (session.stage === 'online') return session.arqc;
  return session.stage === 'completed' ? session.arqc : null;
}

function withoutParameters(change: (state: CardState) => CardState): ScriptCommand {
  return ({ command, data, state }) => {
    if (command.p1 !== 0 || command.p2 !== 0) return WRONG_PARAMETERS;
    return data.length === 0 ? change(state) : WRONG_LENGTH;
  };
}

/** PIN CHANGE/UNBLOCK (EMV 4.4 Book 3, 6.5.10): P2 00 gives the tries back, 01 and 02 set a new PIN too. */
function changePin({ profile, keys, context, state, command, data }: ScriptInput): CardState | number {
  if (command.p1 !== 0 || command.p2 > 2) return WRONG_PARAMETERS;
  const unblocked: CardState = { ...state, pinTriesLeft: PIN_TRIES_MAX };
  if (command.p2 === 0) return data.length === 0 ? unblocked : WRONG_LENGTH;
  const version = cryptogramProfile(profile.cryptogramVersion);
  const key = secureMessagingSessionKey(version, keys.confidentiality, context.atc, context.arqc);
  const reference = state.changedPin ?? profile.pin ?? '';
  try {
    if (version.scheme === 'mastercard') {
      if (data.length !== 8) return WRONG_LENGTH;
      return { ...unblocked, changedPin: decodePinBlock(2, tdesCbcDecrypt(key, data), '') };
    }
    if (data.length !== 16) return WRONG_LENGTH;
    const block = tdesDecrypt(key, data).slice(1, 9);
    const currentPin = command.p2 === 1 ? reference : undefined;
    return { ...unblocked, changedPin: visaPinFromChangeBlock(profile.udk, block, currentPin) };
  } catch (error) {
    if (error instanceof ProtocolError) return WRONG_DATA;
    throw error;
  }
}

/** PUT DATA of the offline limits, lower 9F14 and upper 9F23 (M/Chip), or 9F58 and 9F59 (Visa). */
function putData({ state, command, data }: ScriptInput): CardState | number {
  const tag = toHex(Uint8Array.of(command.p1, command.p2));
  const [value] = data;
  if (data.length !== 1 || value === undefined) return WRONG_LENGTH;
  const limits = state.changedLimits;
  if (tag === '9F14' || tag === '9F58') return { ...state, changedLimits: { ...limits, lower: value } };
  if (tag === '9F23' || tag === '9F59') return { ...state, changedLimits: { ...limits, upper: value } };
  return NO_SUCH_OBJECT;
}

/** The limits as they stand after scripts. */
export function offlineLimitsOf(
  profile: CardProfile,
  state: CardState,
): { readonly lower: number; readonly upper: number } {
  return { ...profile.offlineLimits, ...state.changedLimits };
}
