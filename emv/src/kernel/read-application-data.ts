import { luhnValid, parsePan, parseTlv, toHex } from '@kassa/primitives';
import { readRecordCommand, STATUS_OK } from '../data/apdu.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { TAGS } from '../data/tags.ts';
import { APPLICATION_RECORDS_MAX } from '../limits.ts';
import { hexOrNull, type KernelRun, type KernelSession, Termination, transmit } from './kernel-session.ts';
import { templateValue } from './select-application.ts';

/** EMV 4.4 Book 3, 7.2, table 34: without these a card cannot be used. */
const MANDATORY_TAGS = ['5F24', '5A', '8C', '8D'] as const;

interface FileEntry {
  readonly sfi: number;
  readonly first: number;
  readonly last: number;
  /** Records from the first on that take part in offline data authentication. */
  readonly authenticated: number;
}

/** Read application data (EMV 4.4 Book 3, 10.2): every record the AFL names, in its order. */
export function* readApplicationData(
  session: KernelSession,
  mandatory: readonly string[] = MANDATORY_TAGS,
): KernelRun<void> {
  const seen = new Set<string>();
  for (const { sfi, first, last, authenticated } of parseFileLocator(session.get('94') ?? new Uint8Array())) {
    for (let record = first; record <= last; record++) {
      const response = yield* transmit(readRecordCommand(sfi, record));
      if (response.status !== STATUS_OK) {
        throw new Termination(
          'card-error',
          `READ RECORD SFI ${sfi} record ${record} answered ${describeStatus(response.status)}`,
        );
      }
      // Files 11 to 20 belong to the scheme, 21 to 30 to the issuer: their coding is not EMV's (Book 3, 5.3.2.2).
      if (sfi <= 10) keepRecord(session, { sfi, record, data: response.data, seen });
      // EMV 4.4 Book 3, 10.3: of files 1 to 10 what is inside template 70, of others the record as it is.
      if (record - first < authenticated) {
        const path = `record-${sfi}.${record}`;
        session.authenticatedRecords.push(
          (sfi <= 10 ? templateValue(response.data, '70', path) : response.data).slice(),
        );
      }
    }
  }
  for (const tag of mandatory) {
    if (session.get(tag) === undefined) {
      throw new Termination('mandatory-data-missing', `${tag} ${TAGS.get(tag)?.name ?? ''} is missing`);
    }
  }
  session.account = accountOf(session);
}

/** EMV 4.4 Book 3, 10.2: four bytes each – SFI, first and last record, records for data authentication. */
function parseFileLocator(afl: Uint8Array): FileEntry[] {
  if (afl.length === 0 || afl.length % 4 !== 0) {
    throw new Termination('bad-card-data', `AFL of ${afl.length} bytes`);
  }
  const entries: FileEntry[] = [];
  for (let offset = 0; offset < afl.length; offset += 4) {
    const [file = 0, first = 0, last = 0, authenticated = 0] = afl.subarray(offset, offset + 4);
    const sfi = file >> 3;
    const wrong =
      (file & 0x07) !== 0 ||
      sfi < 1 ||
      sfi > 30 ||
      first === 0 ||
      last < first ||
      authenticated > last - first + 1;
    if (wrong) throw new Termination('bad-card-data', `AFL entry ${offset / 4 + 1} is not valid`);
    entries.push({ sfi, first, last, authenticated });
  }
  const records = entries.reduce((total, { first, last }) => total + last - first + 1, 0);
  if (records > APPLICATION_RECORDS_MAX) {
    throw new Termination(
      'bad-card-data',
      `AFL names ${records} records, at most ${APPLICATION_RECORDS_MAX} are read`,
    );
  }
  return entries;
}

interface ReadRecord {
  readonly sfi: number;
  readonly record: number;
  readonly data: Uint8Array;
  /** Tags of all records so far. */
  readonly seen: Set<string>;
}

function keepRecord(session: KernelSession, { sfi, record, data, seen }: ReadRecord): void {
  const path = `record-${sfi}.${record}`;
  const tags: string[] = [];
  for (const { tag, value } of parseTlv(templateValue(data, '70', path), path)) {
    // EMV 4.4 Book 3, 10.2: a primitive object that comes twice ends the transaction.
    if (seen.has(tag)) throw new Termination('bad-card-data', `tag ${tag} comes twice`);
    seen.add(tag);
    checkFormat(tag, value);
    tags.push(tag);
    session.setCardValue(tag, value.slice());
  }
  session.onStep({ step: 'record-read', sfi, record, tags });
}

/** EMV 4.4 Book 3, 7.5 and 4.3: data with a format error ends the transaction. */
function checkFormat(tag: string, value: Uint8Array): void {
  const definition = TAGS.get(tag);
  if (!definition) return;
  const { format, minBytes, maxBytes } = definition;
  if (value.length < minBytes || value.length > maxBytes) {
    throw new Termination('bad-card-data', `tag ${tag} of ${value.length} bytes`);
  }
  const hex = toHex(value);
  const wrong =
    (format === 'n' && !/^\d*$/.test(hex)) ||
    (format === 'cn' && !/^\d*F*$/.test(hex)) ||
    (tag === '57' && !TRACK2.test(hex));
  if (wrong) throw new Termination('bad-card-data', `tag ${tag} is not of format ${format}`);
}

/** ISO/IEC 7813: number, separator, expiry, service code, discretionary digits, filler. */
const TRACK2 = /^\d{1,19}D\d{7,}F?$/;

function accountOf(session: KernelSession): NonNullable<KernelSession['account']> {
  const digits = (hexOrNull(session.get('5A')) ?? '').replace(/F+$/, '');
  const expiry = hexOrNull(session.get('5F24')) ?? '';
  if (!/^\d{2}(0[1-9]|1[0-2])\d{2}$/.test(expiry)) {
    throw new Termination('bad-card-data', 'tag 5F24 is not a date');
  }
  if (!/^\d{12,19}$/.test(digits) || !luhnValid(digits)) {
    throw new Termination('bad-card-data', 'tag 5A is not a card number');
  }
  return {
    pan: parsePan(digits),
    psn: hexOrNull(session.get('5F34')),
    expiry: expiry.slice(0, 4),
    track2: hexOrNull(session.get('57'))?.replace(/F+$/, '') ?? null,
  };
}
