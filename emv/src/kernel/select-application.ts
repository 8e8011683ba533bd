import { assert, equalBytes, fromLatin1, parseTlv, toHex, toLatin1 } from '@kassa/primitives';
import { type ResponseApdu, readRecordCommand, STATUS_OK, selectCommand, statusHex } from '../data/apdu.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { DIRECTORY_RECORDS_MAX, NEXT_SELECTIONS_MAX } from '../limits.ts';
import { ask, type KernelRun, type KernelSession, Termination, transmit } from './kernel-session.ts';
import type { TerminalApplication } from './kernel-types.ts';

/** An application both sides have (EMV 4.4 Book 1, 12.3.1). */
export interface Candidate {
  readonly name: Uint8Array;
  readonly label: string;
  /** 1 is first; 0 has none (Book 1, 12.2.3, table 13). */
  readonly priority: number;
  readonly mustConfirm: boolean;
  readonly application: TerminalApplication;
}

const PSE_NAME = fromLatin1('1PAY.SYS.DDF01');
const CARD_BLOCKED = 0x6a81;
const APPLICATION_BLOCKED = 0x6283;

/**
 * Candidate list (EMV 4.4 Book 1, 12.3): the directory of the payment system environment, and when that gives nothing,
 * each AID of the terminal. Best priority first, the terminal's own order among equals.
 */
export function* listCandidates(session: KernelSession): KernelRun<Candidate[]> {
  const fromDirectory = yield* listFromDirectory(session);
  const method = fromDirectory.length > 0 ? 'pse' : 'aid-list';
  const candidates = fromDirectory.length > 0 ? fromDirectory : yield* listFromAids(session);
  const order = (candidate: Candidate): number => (candidate.priority === 0 ? 16 : candidate.priority);
  const sorted = candidates.toSorted((left, right) => order(left) - order(right));
  session.onStep({
    step: 'candidates-listed',
    method,
    candidates: sorted.map(({ name, label }) => ({ aid: toHex(name), label })),
  });
  return sorted;
}

/**
 * Final selection (EMV 4.4 Book 1, 12.4): the only candidate that needs no confirmation, otherwise the cardholder's
 * choice; then SELECT with its full name. Keeps the file control information.
 * @returns false when the card refuses this application: the caller takes it off the list and asks again.
 */
export function* selectCandidate(
  session: KernelSession,
  candidates: readonly Candidate[],
): KernelRun<{ readonly candidate: Candidate; readonly selected: boolean }> {
  const candidate = yield* chooseCandidate(candidates);
  const response = yield* transmit(selectCommand(candidate.name));
  if (response.status !== STATUS_OK) {
    session.onStep({
      step: 'application-dropped',
      aid: toHex(candidate.name),
      why: `SELECT answered ${describeStatus(response.status)}`,
    });
    return { candidate, selected: false };
  }
  keepFileControlInformation(session, response);
  session.application = candidate.application;
  session.aid = candidate.name;
  session.label = candidate.label;
  session.setTerminalValue('9F06', candidate.application.aid);
  session.setTerminalValue('9F09', candidate.application.version);
  session.onStep({
    step: 'application-selected',
    aid: toHex(candidate.name),
    label: candidate.label,
    languages: toLatin1(session.get('5F2D') ?? new Uint8Array()).match(/[A-Za-z]{2}/g) ?? [],
  });
  return { candidate, selected: true };
}

function* chooseCandidate(candidates: readonly Candidate[]): KernelRun<Candidate> {
  const [first] = candidates;
  assert(first !== undefined, 'a choice needs candidates');
  if (candidates.length === 1 && !first.mustConfirm) return first;
  const reply = yield* ask({
    kind: 'choose-application',
    choices: candidates.map(({ name, label }) => ({ aid: toHex(name), label })),
  });
  if (reply.kind === 'cancelled') throw new Termination('cancelled', 'no application was chosen');
  assert(reply.kind === 'chosen', `a choice is answered by chosen or cancelled, not by ${reply.kind}`);
  const chosen = candidates[reply.index];
  assert(chosen !== undefined, 'the chosen application is one of those offered');
  return chosen;
}

/** EMV 4.4 Book 1, 12.3.2: SELECT the environment, read its directory file to the end. */
function* listFromDirectory(session: KernelSession): KernelRun<Candidate[]> {
  const environment = yield* transmit(selectCommand(PSE_NAME));
  stopIfBlocked(environment);
  if (environment.status !== STATUS_OK) return [];
  const sfi = directoryFile(environment);
  const candidates: Candidate[] = [];
  if (sfi === undefined) return candidates;
  for (let record = 1; record <= DIRECTORY_RECORDS_MAX; record++) {
    const response = yield* transmit(readRecordCommand(sfi, record));
    if (response.status !== STATUS_OK) break;
    for (const { tag, value } of parseTlv(templateValue(response.data, '70', 'directory'), 'directory')) {
      const entry = tag === '61' ? tlvMap(value, 'directory.61') : undefined;
      const name = entry?.get('4F');
      if (entry && name) candidates.push(...match(session, name, entry));
    }
  }
  return candidates;
}

/** Tag 88 in the FCI of the environment; 1 to 10 (EMV 4.4 Book 1, 12.2.3). */
function directoryFile(environment: ResponseApdu): number | undefined {
  const fci = tlvMap(templateValue(environment.data, '6F', 'fci'), 'fci');
  const sfi = tlvMap(fci.get('A5') ?? new Uint8Array(), 'fci.A5').get('88')?.[0];
  return sfi !== undefined && sfi >= 1 && sfi <= 10 ? sfi : undefined;
}

/** EMV 4.4 Book 1, 12.3.3: SELECT each AID of the terminal; with partial selection, also the next files of that name. */
function* listFromAids(session: KernelSession): KernelRun<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const application of session.config.applications) {
    let response = yield* transmit(selectCommand(application.aid));
    stopIfBlocked(response);
    for (let count = 0; count < NEXT_SELECTIONS_MAX; count++) {
      if (response.status !== STATUS_OK && response.status !== APPLICATION_BLOCKED) break;
      const found = response.status === STATUS_OK ? candidateOf(application, response) : undefined;
      if (found) candidates.push(found);
      if (!application.partialSelection) break;
      response = yield* transmit(selectCommand(application.aid, 'next'));
    }
  }
  return candidates;
}

function candidateOf(application: TerminalApplication, response: ResponseApdu): Candidate | undefined {
  const fci = tlvMap(templateValue(response.data, '6F', 'fci'), 'fci');
  const name = fci.get('84');
  if (!name || !matches(application, name)) return undefined;
  return toCandidate(application, name, tlvMap(fci.get('A5') ?? new Uint8Array(), 'fci.A5'));
}

function match(
  session: KernelSession,
  name: Uint8Array,
  entry: ReadonlyMap<string, Uint8Array>,
): Candidate[] {
  const application = session.config.applications.find((own) => matches(own, name));
  return application ? [toCandidate(application, name, entry)] : [];
}

/** EMV 4.4 Book 1, 12.3.1: the same name, or a longer one where partial selection is allowed. */
export function matches(application: TerminalApplication, name: Uint8Array): boolean {
  if (name.length > application.aid.length && !application.partialSelection) return false;
  return equalBytes(name.subarray(0, application.aid.length), application.aid);
}

function toCandidate(
  application: TerminalApplication,
  name: Uint8Array,
  entry: ReadonlyMap<string, Uint8Array>,
): Candidate {
  const indicator = entry.get('87')?.[0] ?? 0;
  const label = toLatin1(entry.get('50') ?? new Uint8Array()).trim();
  return {
    name: Uint8Array.from(name),
    label: label === '' ? toHex(name) : label,
    priority: indicator & 0x0f,
    mustConfirm: (indicator & 0x80) !== 0,
    application,
  };
}

/** Tags 84, 50, 87, 9F38, 5F2D, 9F11, 9F12 for what follows (EMV 4.4 Book 1, 11.3.4). */
export function keepFileControlInformation(session: KernelSession, response: ResponseApdu): void {
  const fci = tlvMap(templateValue(response.data, '6F', 'fci'), 'fci');
  const proprietary = tlvMap(fci.get('A5') ?? new Uint8Array(), 'fci.A5');
  for (const [tag, value] of [...fci, ...proprietary]) {
    if (tag !== 'A5') session.setCardValue(tag, value);
  }
}

/**
 * The content of the one template a response must be.
 * @throws Termination when it is another.
 */
export function templateValue(data: Uint8Array, tag: string, where: string): Uint8Array {
  const [object, ...others] = parseTlv(data, where);
  if (object?.tag !== tag || others.length > 0) {
    throw new Termination('bad-card-data', `${where} is not one template ${tag}`);
  }
  return object.value;
}

/** EMV 4.4 Book 1, 12.3.2 and 12.3.3: 6A81 ends the session. */
function stopIfBlocked(response: ResponseApdu): void {
  if (response.status === CARD_BLOCKED) {
    throw new Termination('card-blocked', `SELECT answered ${statusHex(response.status)}`);
  }
}
