import { encodeTlv, equalBytes, ProtocolError, toHex } from '@kassa/primitives';
import { type CommandApdu, encodeResponse, parseCommand, STATUS_OK } from '../data/apdu.ts';
import { dolDataLength, parseDol } from '../data/dol.ts';
import type { CardProfile } from './card-data.ts';
import type { CardMemory, CardStep } from './card-memory.ts';
import { dynamicSignature } from './card-signature.ts';
import { authenticateIssuer, generateAc } from './generate-ac.ts';
import { PSE_NAME } from './personalise.ts';
import { isScriptInstruction, processScriptCommand } from './process-script.ts';
import { getChallenge, verifyPin } from './verify-pin.ts';

type Instruction = (profile: CardProfile, memory: CardMemory, command: CommandApdu) => CardStep;

interface InstructionRule {
  readonly cla: number;
  readonly run: Instruction;
}

const SCRIPT_CLASS = 0x84;

/** The commands of the card by INS (EMV 4.4 Book 3, table 8; Book 1, 11.3). */
const INSTRUCTIONS: ReadonlyMap<number, InstructionRule> = new Map([
  [0xa4, { cla: 0x00, run: select }],
  [0xb2, { cla: 0x00, run: readRecord }],
  [0x20, { cla: 0x00, run: verifyPin }],
  [0x82, { cla: 0x00, run: externalAuthenticate }],
  [0x84, { cla: 0x00, run: getChallenge }],
  [0x88, { cla: 0x00, run: internalAuthenticate }],
  [0xa8, { cla: 0x80, run: getProcessingOptions }],
  [0xca, { cla: 0x80, run: getData }],
  [0xae, { cla: 0x80, run: generateAc }],
]);

/** EMV 4.4 Book 3, 6.3.2: classes of commands here; 84 is secure messaging in format 2, of issuer scripts. */
const CLASSES: ReadonlySet<number> = new Set([0x00, 0x80, SCRIPT_CLASS]);

/** EMV 4.4 Book 2, 8.1.1 and Visa, Mastercard rules: a counter that is used up ends the application. */
const ATC_MAX = 0xffff;

/**
 * One command to the card: a pure function. Checks go from the outside in – class, instruction, parameters, length,
 * order – and the first that fails answers (ISO/IEC 7816-4, 5.1.3).
 */
export function stepCard(profile: CardProfile, memory: CardMemory, bytes: Uint8Array): CardStep {
  let command: CommandApdu;
  try {
    command = parseCommand(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return refuse(memory, 0x6700);
    throw error;
  }
  if (!CLASSES.has(command.cla)) return refuse(memory, 0x6e00);
  if (command.cla === SCRIPT_CLASS) {
    const known = profile.scriptKeys && isScriptInstruction(command.ins);
    return known ? processScriptCommand(profile, memory, command) : refuse(memory, 0x6e00);
  }
  const rule = INSTRUCTIONS.get(command.ins);
  if (!rule || isAbsent(profile, command.ins)) return refuse(memory, 0x6d00);
  if (rule.cla !== command.cla) return refuse(memory, 0x6e00);
  return rule.run(profile, forgetChallenge(memory, command.ins), command);
}

/** Commands only some cards have. */
function isAbsent(profile: CardProfile, ins: number): boolean {
  if (ins === 0x82) return !profile.externalAuthenticate;
  if (ins === 0x20) return profile.pin === null;
  return (ins === 0x84 || ins === 0x88) && !profile.signer;
}

/** EMV 4.4 Book 3, 6.5.6: a challenge is valid for the very next command. */
function forgetChallenge(memory: CardMemory, ins: number): CardMemory {
  const { session } = memory;
  if (session.stage !== 'initiated' || session.challenge === null || ins === 0x20) return memory;
  return { ...memory, session: { ...session, challenge: null } };
}

/** SELECT (EMV 4.4 Book 1, 11.3): by full or beginning name; there is one application, so `next` finds no other. */
function select(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const { p1, p2, data } = command;
  if (memory.state.cardBlocked) return refuse(memory, 0x6a81);
  if (p1 !== 0x04 || (p2 !== 0x00 && p2 !== 0x02)) return refuse(memory, 0x6a86);
  if (data.length < 5 || data.length > 16) return refuse(memory, 0x6700);
  if (p2 === 0x02) return refuse(memory, 0x6a82);
  if (equalBytes(data, PSE_NAME)) {
    return answer({ ...memory, session: { stage: 'directory' } }, profile.pseFci);
  }
  if (!equalBytes(data, profile.aid.subarray(0, data.length))) return refuse(memory, 0x6a82);
  const selected: CardMemory = { ...memory, session: { stage: 'selected' } };
  // EMV 4.4 Book 1, 12.3.3: 6283 says the application is blocked.
  if (memory.state.applicationBlocked) return refuse(selected, 0x6283);
  return answer(selected, profile.applicationFci);
}

/** READ RECORD (EMV 4.4 Book 3, 6.5.11): the directory, or the application's files once it has been initiated. */
function readRecord(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const { p1, p2, data } = command;
  if (p1 === 0 || (p2 & 0x07) !== 0x04) return refuse(memory, 0x6a86);
  if (data.length !== 0) return refuse(memory, 0x6700);
  const { stage } = memory.session;
  if (stage === 'idle' || stage === 'selected') return refuse(memory, 0x6985);
  const records = stage === 'directory' ? profile.pseRecords : profile.applicationRecords;
  const sfi = p2 >> 3;
  const record = records.get(`${sfi}.${p1}`);
  if (record) return answer(memory, record);
  return refuse(memory, records.has(`${sfi}.1`) ? 0x6a83 : 0x6a82);
}

/** GET PROCESSING OPTIONS (EMV 4.4 Book 3, 6.5.8 and 10.1): starts a transaction and counts it. */
function getProcessingOptions(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  if (command.p1 !== 0 || command.p2 !== 0) return refuse(memory, 0x6a86);
  // The card asks for no data, so the template is empty: 83 00.
  if (command.data.length !== 2) return refuse(memory, 0x6700);
  if (!equalBytes(command.data, Uint8Array.of(0x83, 0x00))) return refuse(memory, 0x6a80);
  const { state, session } = memory;
  if (session.stage !== 'selected' || state.applicationBlocked || state.atc >= ATC_MAX) {
    return refuse(memory, 0x6985);
  }
  const initiated: CardMemory = {
    state: { ...state, atc: state.atc + 1 },
    session: initiatedSession(command.data),
  };
  return answer(initiated, profile.processingOptions);
}

function initiatedSession(template83: Uint8Array): CardMemory['session'] {
  const pdolValues = template83.slice(2);
  return { stage: 'initiated', pdolValues, offlinePin: 'not-performed', challenge: null, challengesGiven: 0 };
}

/** INTERNAL AUTHENTICATE (EMV 4.4 Book 3, 6.5.9; Book 2, 6.5): the card signs the values of its DDOL. */
function internalAuthenticate(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  if (command.p1 !== 0 || command.p2 !== 0) return refuse(memory, 0x6a86);
  const { signer } = profile;
  if (!signer || memory.session.stage !== 'initiated') return refuse(memory, 0x6985);
  if (command.data.length !== dolDataLength(parseDol(signer.ddol))) return refuse(memory, 0x6700);
  return answer(memory, dynamicSignature(profile, signer, twoBytes(memory.state.atc), command.data));
}

/** GET DATA (EMV 4.4 Book 3, 6.5.7): the counters a terminal may ask for. */
function getData(_profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const { state, session } = memory;
  const tag = toHex(Uint8Array.of(command.p1, command.p2));
  if (command.data.length !== 0) return refuse(memory, 0x6700);
  if (session.stage === 'idle' || session.stage === 'directory') return refuse(memory, 0x6985);
  switch (tag) {
    case '9F36':
      return answer(memory, encodeTlv(tag, twoBytes(state.atc)));
    case '9F13':
      return answer(memory, encodeTlv(tag, twoBytes(state.lastOnlineAtc)));
    case '9F17':
      return answer(memory, encodeTlv(tag, Uint8Array.of(state.pinTriesLeft)));
    default:
      return refuse(memory, 0x6a88);
  }
}

/** EXTERNAL AUTHENTICATE (EMV 4.4 Book 3, 6.5.4 and 10.9): once, between the two GENERATE AC. */
function externalAuthenticate(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  if (command.p1 !== 0 || command.p2 !== 0) return refuse(memory, 0x6a86);
  if (command.data.length < 8 || command.data.length > 16) return refuse(memory, 0x6700);
  const { session } = memory;
  if (session.stage !== 'online' || session.issuerAuthentication !== 'not-performed') {
    return refuse(memory, 0x6985);
  }
  const authenticated = authenticateIssuer(profile, session, command.data);
  const next: CardMemory = { ...memory, session: authenticated };
  return refuse(next, authenticated.issuerAuthentication === 'successful' ? STATUS_OK : 0x6300);
}

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function answer(memory: CardMemory, data: Uint8Array): CardStep {
  return { memory, response: encodeResponse(STATUS_OK, data) };
}

/** A status without data; also the good one where a command returns none. */
function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
