import { assert, concatBytes, fromHex, ProtocolError, toHex } from '@kassa/primitives';
import { COMMAND_DATA_BYTES_MAX, RESPONSE_DATA_BYTES_MAX } from '../limits.ts';

/** A command of the short form, the only one EMV uses (ISO/IEC 7816-4, 5.1; EMV 4.4 Book 3, 6.3.2). */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** 0 to 255 bytes; empty in cases 1 and 2. */
  readonly data: Uint8Array;
  /** How many bytes may come back, 1 to 256; null in cases 1 and 3. */
  readonly expectedLength: number | null;
}

export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 SW2 as one number: 0x9000. */
  readonly status: number;
}

export const STATUS_OK = 0x9000;

/** Encodes a command; Le 256 is the byte 00. */
export function encodeCommand(command: CommandApdu): Uint8Array {
  const { data, expectedLength } = command;
  assert(
    data.length <= COMMAND_DATA_BYTES_MAX,
    `a command carries at most ${COMMAND_DATA_BYTES_MAX} bytes, found ${data.length}`,
  );
  const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2);
  const body = data.length === 0 ? data : concatBytes(Uint8Array.of(data.length), data);
  const tail = expectedLength === null ? new Uint8Array() : Uint8Array.of(expectedLength & 0xff);
  return concatBytes(header, body, tail);
}

/**
 * Decodes a command of cases 1 to 4.
 * @throws ProtocolError `truncated`, `bad-length` or `trailing-data`.
 */
export function parseCommand(bytes: Uint8Array): CommandApdu {
  const [cla, ins, p1, p2, third] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    throw wrong('truncated', bytes.length, 'a header of 4 bytes', `${bytes.length} bytes`);
  }
  const header = { cla, ins, p1, p2 };
  if (third === undefined) return { ...header, data: new Uint8Array(), expectedLength: null };
  if (bytes.length === 5) return { ...header, data: new Uint8Array(), expectedLength: lengthOfLe(third) };
  if (third === 0) throw wrong('bad-length', 4, 'a short command', 'Lc 00');
  const end = 5 + third;
  if (bytes.length < end) {
    throw wrong('truncated', 5, `${third} bytes of data`, `${bytes.length - 5} bytes`);
  }
  if (bytes.length > end + 1) {
    throw wrong('trailing-data', end + 1, 'the end of the command', `${bytes.length - end - 1} bytes more`);
  }
  const le = bytes[end];
  return { ...header, data: bytes.slice(5, end), expectedLength: le === undefined ? null : lengthOfLe(le) };
}

export function encodeResponse(status: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  assert(
    data.length <= RESPONSE_DATA_BYTES_MAX,
    `a response carries at most ${RESPONSE_DATA_BYTES_MAX} bytes, found ${data.length}`,
  );
  return concatBytes(data, Uint8Array.of(status >> 8, status & 0xff));
}

/** @throws ProtocolError `truncated` when there is no status word, `too-large` above 256 bytes of data. */
export function parseResponse(bytes: Uint8Array): ResponseApdu {
  if (bytes.length < 2) {
    throw new ProtocolError({
      code: 'truncated',
      path: 'response',
      offset: 0,
      expected: 'a status word of 2 bytes',
      found: `${bytes.length} bytes`,
    });
  }
  if (bytes.length > RESPONSE_DATA_BYTES_MAX + 2) {
    throw new ProtocolError({
      code: 'too-large',
      path: 'response',
      offset: RESPONSE_DATA_BYTES_MAX + 2,
      expected: `at most ${RESPONSE_DATA_BYTES_MAX + 2} bytes`,
      found: `${bytes.length} bytes`,
    });
  }
  const end = bytes.length - 2;
  return { data: bytes.slice(0, end), status: ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0) };
}

/** Four hexadecimal digits: `6A82`. */
export function statusHex(status: number): string {
  return toHex(Uint8Array.of(status >> 8, status & 0xff));
}

const NO_DATA = new Uint8Array();

/** SELECT by name, the first or next file whose name begins so (EMV 4.4 Book 1, 11.3). */
export function selectCommand(name: Uint8Array, occurrence: 'first' | 'next' = 'first'): Uint8Array {
  const p2 = occurrence === 'first' ? 0x00 : 0x02;
  return encodeCommand({ cla: 0x00, ins: 0xa4, p1: 0x04, p2, data: name, expectedLength: 256 });
}

/** READ RECORD by number (EMV 4.4 Book 3, 6.5.11). */
export function readRecordCommand(sfi: number, record: number): Uint8Array {
  const p2 = (sfi << 3) | 0x04;
  return encodeCommand({ cla: 0x00, ins: 0xb2, p1: record, p2, data: NO_DATA, expectedLength: 256 });
}

/** GET PROCESSING OPTIONS with the PDOL data in template 83 (EMV 4.4 Book 3, 6.5.8). */
export function getProcessingOptionsCommand(template83: Uint8Array): Uint8Array {
  return encodeCommand({ cla: 0x80, ins: 0xa8, p1: 0x00, p2: 0x00, data: template83, expectedLength: 256 });
}

/** GET DATA of a primitive object with a tag of two bytes (EMV 4.4 Book 3, 6.5.7). */
export function getDataCommand(tag: string): Uint8Array {
  const [p1, p2] = fromHex(tag);
  assert(tag.length === 4 && p1 !== undefined && p2 !== undefined, 'GET DATA takes a tag of two bytes');
  return encodeCommand({ cla: 0x80, ins: 0xca, p1, p2, data: NO_DATA, expectedLength: 256 });
}

/** GENERATE AC (EMV 4.4 Book 3, 6.5.5). @param controlParameter P1: 00 AAC, 40 TC, 80 ARQC. */
export function generateAcCommand(controlParameter: number, data: Uint8Array): Uint8Array {
  return encodeCommand({ cla: 0x80, ins: 0xae, p1: controlParameter, p2: 0x00, data, expectedLength: 256 });
}

/** EXTERNAL AUTHENTICATE with the value of tag 91 (EMV 4.4 Book 3, 6.5.4). */
export function externalAuthenticateCommand(issuerAuthenticationData: Uint8Array): Uint8Array {
  return encodeCommand({
    cla: 0x00,
    ins: 0x82,
    p1: 0x00,
    p2: 0x00,
    data: issuerAuthenticationData,
    expectedLength: null,
  });
}

function lengthOfLe(le: number): number {
  return le === 0 ? 256 : le;
}

function wrong(
  code: 'truncated' | 'bad-length' | 'trailing-data',
  offset: number,
  expected: string,
  found: string,
): ProtocolError {
  return new ProtocolError({ code, path: 'command', offset, expected, found });
}
