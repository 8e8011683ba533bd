import {
  compileDialect,
  type Dialect,
  FRAMING_KINDS,
  type Framing,
  type FramingSpec,
  frame,
  type Message,
} from '@kassa/iso8583';
import { ProtocolError, toHex } from '@kassa/primitives';
import { readMessages } from './read-messages.ts';

/** One dialect in one framing, tried. */
export interface Candidate {
  readonly framing: Framing | undefined;
  /** Nothing where the framing itself does not fit, whatever the dialect. */
  readonly dialect: Dialect | undefined;
  /** The messages, where everything was read and writes the same bytes again. */
  readonly messages: readonly Message[];
  /** Why not. */
  readonly rejection: ProtocolError | null;
  /** The version in the MTI is that of another dialect: read by chance, more likely. */
  readonly isOtherVersion: boolean;
}

/** A TPDU of card terminals: protocol identifier 60, two bytes of destination, two of source. */
const TPDU_ID = 0x60;
const TPDU_BYTES = 5;
/** Bytes of length before the header, in all framings that have one. */
const HEADER_AT = { nac: 2, ncc: 2, vap: 4 } as const;

/**
 * Tries every dialect in every framing: a candidate fits when it reads every byte and writes the same bytes again.
 * @returns those that fit first, the likeliest before the others; then the rejected, those that came furthest first.
 */
export function diagnose(bytes: Uint8Array, dialects: readonly Dialect[]): Candidate[] {
  const candidates = framingsFor(bytes).flatMap((framing) => {
    const { bodies, error } = readMessages(bytes, framing);
    if (error !== null) {
      return [{ framing, dialect: undefined, messages: [], rejection: error, isOtherVersion: false }];
    }
    return dialects.map((dialect) => tryDialect(bytes, framing, dialect, bodies));
  });
  return candidates.sort((left, right) => rankOf(left) - rankOf(right));
}

/** Every framing, with the header the bytes seem to have beside that without. */
function framingsFor(bytes: Uint8Array): (Framing | undefined)[] {
  const framings: (Framing | undefined)[] = [undefined, ...FRAMING_KINDS];
  for (const kind of ['nac', 'ncc'] as const) {
    const at = HEADER_AT[kind];
    if (bytes[at] === TPDU_ID) framings.push({ kind, tpdu: toHex(bytes.subarray(at, at + TPDU_BYTES)) });
  }
  const headerBytes = bytes[HEADER_AT.vap] ?? 0;
  const header = bytes.subarray(HEADER_AT.vap, HEADER_AT.vap + headerBytes);
  if (headerBytes >= 5 && headerBytes <= 64 && header.length === headerBytes) {
    framings.push({ kind: 'vap', header: toHex(header) });
  }
  return framings;
}

function tryDialect(
  bytes: Uint8Array,
  framing: Framing | undefined,
  dialect: Dialect,
  bodies: readonly Uint8Array[],
): Candidate {
  const codec = compileDialect(dialect);
  const candidate = { framing, dialect, messages: [], isOtherVersion: false };
  const messages: Message[] = [];
  const again: string[] = [];
  try {
    for (const body of bodies) {
      const message = codec.decode(body);
      const encoded = codec.encode(message);
      messages.push(message);
      again.push(toHex(framing === undefined ? encoded : frame(framing, encoded)));
    }
  } catch (error) {
    if (error instanceof ProtocolError) return { ...candidate, rejection: error };
    throw error;
  }
  if (again.join('') !== toHex(bytes)) return { ...candidate, rejection: otherBytes(again.join(''), bytes) };
  const isOtherVersion = messages.some(({ mti }) => mti[0] !== versionOf(dialect));
  return { ...candidate, messages, rejection: null, isOtherVersion };
}

/** ISO 8583-1:2003, 6.1: the first digit of the MTI is the edition. */
function versionOf({ name }: Dialect): string {
  if (name.includes('1993')) return '1';
  return name.includes('2003') ? '2' : '0';
}

function otherBytes(again: string, bytes: Uint8Array): ProtocolError {
  const hex = toHex(bytes);
  let at = 0;
  while (at < hex.length && again[at] === hex[at]) at++;
  return new ProtocolError({
    code: 'bad-encoding',
    path: 'message',
    offset: at >> 1,
    expected: 'the bytes this dialect would write',
    found: 'others',
  });
}

/** What fits, by edition and by how little was assumed; then what came furthest. */
function rankOf({ rejection, isOtherVersion, framing, dialect }: Candidate): number {
  if (rejection === null) return isOtherVersion ? -1e6 : -2e6;
  const assumed = framing !== undefined && dialect === undefined ? 1 : 0;
  return 1e6 * assumed - Math.min(rejection.offset, 1e5);
}

/** As `kassa decode --framing` takes it. */
export function framingName(framing: Framing | undefined): string {
  if (framing === undefined) return 'none';
  if (typeof framing === 'string') return framing;
  const { kind, tpdu, header }: FramingSpec = framing;
  return `${kind}:${tpdu ?? header ?? ''}`;
}
