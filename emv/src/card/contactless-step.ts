import { assert, concatBytes, equalBytes, fromHex, ProtocolError, toHex } from '@kassa/primitives';
import { type CommandApdu, encodeResponse, parseCommand, STATUS_OK } from '../data/apdu.ts';
import { dolDataLength, parseDol, splitDolData } from '../data/dol.ts';
import type { CardProfile, CardState, ContactlessProfile } from './card-data.ts';
import type { CardMemory, CardStep } from './card-memory.ts';
import { visaProcessingOptions } from './contactless-visa.ts';
import { generateAc } from './generate-ac.ts';
import { PPSE_NAME } from './personalise-contactless.ts';

const ATC_MAX = 0xffff;

/** One command over the air: the contactless side of the card, fewer commands and another directory. */
export function stepContactlessCard(profile: CardProfile, memory: CardMemory, bytes: Uint8Array): CardStep {
  const { contactless } = profile;
  let command: CommandApdu;
  try {
    command = parseCommand(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return refuse(memory, 0x6700);
    throw error;
  }
  // ISO/IEC 7816-4, 5.1.3: a card without an air interface would not answer at all; 6A82 ends the reader's search.
  if (!contactless || memory.state.cardBlocked) return refuse(memory, 0x6a82);
  switch ((command.cla << 8) | command.ins) {
    case 0x00a4:
      return select(profile, contactless, memory, command);
    case 0x80a8:
      return getProcessingOptions(profile, contactless, memory, command);
    case 0x00b2:
      return readRecord(contactless, memory, command);
    case 0x80ae:
      return generateOnce(profile, contactless, memory, command);
    case 0x80d0:
      return recoverAc(contactless, memory, command);
    default:
      return refuse(memory, 0x6d00);
  }
}

/** EMV Contactless Book B, combination selection: the environment, then the application by its name. */
function select(
  profile: CardProfile,
  contactless: ContactlessProfile,
  memory: CardMemory,
  { p1, p2, data }: CommandApdu,
): CardStep {
  if (p1 !== 0x04 || p2 !== 0x00) return refuse(memory, 0x6a86);
  if (equalBytes(data, PPSE_NAME)) {
    return answer({ ...memory, session: { stage: 'directory' } }, contactless.ppseFci);
  }
  if (data.length < 5 || !equalBytes(data, profile.aid.subarray(0, data.length)))
    return refuse(memory, 0x6a82);
  if (memory.state.applicationBlocked) return refuse(memory, 0x6283);
  return answer({ ...memory, session: { stage: 'selected' } }, contactless.applicationFci);
}

/** M/Chip answers with its profile and files (Book C-2); Visa with the cryptogram itself (Book C-3). */
function getProcessingOptions(
  profile: CardProfile,
  contactless: ContactlessProfile,
  memory: CardMemory,
  command: CommandApdu,
): CardStep {
  const { state } = memory;
  if (memory.session.stage !== 'selected' || state.atc >= ATC_MAX) return refuse(memory, 0x6985);
  // EMV Contactless Book C-3, initiate application processing: 6984 sends the reader to another interface.
  if (contactless.data.refuses) return refuse(memory, 0x6984);
  const pdolValues = command.data.slice(2);
  const counted: CardState = { ...state, atc: state.atc + 1 };
  const isVisa = profile.aid[4] === 0x03;
  if (isVisa) {
    return visaProcessingOptions(
      { ...profile, aip: contactless.aip },
      contactless,
      counted,
      pdolValues,
      memory,
    );
  }
  if (!equalBytes(command.data, fromHex('8300'))) return refuse(memory, 0x6a80);
  const session: CardMemory['session'] = {
    stage: 'initiated',
    pdolValues,
    offlinePin: 'not-performed',
    challenge: null,
    challengesGiven: 0,
  };
  return answer({ state: counted, session }, contactless.processingOptions);
}

function readRecord(contactless: ContactlessProfile, memory: CardMemory, { p1, p2 }: CommandApdu): CardStep {
  const { stage } = memory.session;
  if (stage === 'idle' || stage === 'directory' || stage === 'selected') return refuse(memory, 0x6985);
  const record = contactless.records.get(`${p2 >> 3}.${p1}`);
  return record ? answer(memory, record) : refuse(memory, 0x6a83);
}

/**
 * The one GENERATE AC of a contactless transaction. The answer is kept, in case it never reaches the reader (EMV
 * Contactless Book C-2, torn transaction recovery); whether the issuer approved the card is never told.
 */
function generateOnce(
  profile: CardProfile,
  contactless: ContactlessProfile,
  memory: CardMemory,
  command: CommandApdu,
): CardStep {
  if (memory.session.stage !== 'initiated') return refuse(memory, 0x6985);
  const { memory: after, response } = generateAc({ ...profile, aip: contactless.aip }, memory, command);
  if (after.session.stage === 'initiated') return { memory: after, response };
  const values = splitDolData(parseDol(profile.cdol1), command.data);
  const recoverable = { key: recoveryKey(contactless, values), response: toHex(response) };
  return {
    memory: {
      state: { ...after.state, onlineNotCompleted: memory.state.onlineNotCompleted, recoverable },
      session: { stage: 'completed', arqc: null },
    },
    response,
  };
}

/** Values of the DRDOL, out of those the terminal sent. */
function recoveryKey({ drdol }: ContactlessProfile, values: ReadonlyMap<string, Uint8Array>): string {
  const parts = parseDol(drdol).map(({ tag }) => {
    const value = values.get(tag);
    assert(value !== undefined, 'CDOL1 asks for all the DRDOL names');
    return value;
  });
  return toHex(concatBytes(...parts));
}

/** RECOVER AC (EMV Contactless Book C-2, commands): the answer that was torn off, for the same values and no others. */
function recoverAc(
  contactless: ContactlessProfile,
  memory: CardMemory,
  { p1, p2, data }: CommandApdu,
): CardStep {
  if (p1 !== 0 || p2 !== 0) return refuse(memory, 0x6a86);
  if (data.length !== dolDataLength(parseDol(contactless.drdol))) return refuse(memory, 0x6700);
  const { recoverable } = memory.state;
  if (memory.session.stage !== 'initiated' || recoverable?.key !== toHex(data)) return refuse(memory, 0x6985);
  return {
    memory: { ...memory, session: { stage: 'completed', arqc: null } },
    response: fromHex(recoverable.response),
  };
}

function answer(memory: CardMemory, data: Uint8Array): CardStep {
  return { memory, response: encodeResponse(STATUS_OK, data) };
}

function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
