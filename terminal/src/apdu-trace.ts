import { describeCommand, describeStatus, parseCommand, parseDol, parseResponse, TAGS } from '@kassa/emv';
import { isConstructed, ProtocolError, parseTlv, toHex } from '@kassa/primitives';

/** One command and its response as the event stream tells it: sensitive bytes are `**`. */
export interface ApduTrace {
  readonly command: { readonly name: string; readonly hex: string };
  /** `status` and `meaning` are empty and `***` where the card sent what is no response. */
  readonly response: { readonly hex: string; readonly status: string; readonly meaning: string };
}

/** Traces the dialogue with one card, in its order. */
export type TraceApdu = (command: Uint8Array, response: Uint8Array) => ApduTrace;

/**
 * Data objects nobody but the parties of the payment may see: number, tracks, name, expiry, their discretionary data,
 * PIN, bank account (EMV 4.4 Book 3, annex A; PCI DSS 3.3).
 */
const SENSITIVE_TAGS: ReadonlySet<string> = new Set([
  '56',
  '57',
  '5A',
  '5F20',
  '5F24',
  '5F53',
  '9F0B',
  '9F1F',
  '9F20',
  '9F6B',
  // Certificates of a card's keys: whoever has the authority's key reads the number in them (EMV 4.4 Book 2, 6.4).
  '9F2D',
  '9F46',
  '99',
]);

/** Lists by which a card asks the terminal for data: CDOL1, CDOL2, TDOL, PDOL, DDOL. */
const LIST_TAGS: ReadonlySet<string> = new Set(['8C', '8D', '97', '9F38', '9F49']);

/** INS of commands whose data are a PIN or keys: VERIFY, PIN CHANGE/UNBLOCK, PUT DATA. */
const SENSITIVE_INSTRUCTIONS: ReadonlySet<number> = new Set([0x20, 0x24, 0xda]);
/** INS of commands whose data are what a list of the card asked for: GET PROCESSING OPTIONS, GENERATE AC, INTERNAL AUTHENTICATE. */
const LISTED_INSTRUCTIONS: ReadonlySet<number> = new Set([0xa8, 0xae, 0x88]);

const COMMAND_HEADER_BYTES = 5;
const STATUS_BYTES = 2;

/**
 * A card may ask, in one of its lists, for what it told before: its own number, say. So the lists are watched, and from
 * the first that asks for a sensitive object on, commands with such data are hidden.
 */
export function createApduTracer(): TraceApdu {
  let asksForSecrets = false;
  return (command, response) => {
    const parsed = parseCommand(command);
    const { ins } = parsed;
    const hidesData = SENSITIVE_INSTRUCTIONS.has(ins) || (LISTED_INSTRUCTIONS.has(ins) && asksForSecrets);
    const data = sensitiveData(response);
    asksForSecrets ||= data.asksForSecrets;
    return {
      command: {
        name: describeCommand(parsed),
        hex: maskHex(command, hidesData ? [{ start: COMMAND_HEADER_BYTES, end: command.length }] : []),
      },
      response: { hex: maskHex(response, data.ranges), ...statusOf(response) },
    };
  };
}

function statusOf(response: Uint8Array): { status: string; meaning: string } {
  try {
    const [status = '', ...meaning] = describeStatus(parseResponse(response).status).split(' ');
    return { status, meaning: meaning.join(' ') };
  } catch (error) {
    if (error instanceof ProtocolError) return { status: '', meaning: '***' };
    throw error;
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Sensitive {
  readonly ranges: readonly Range[];
  readonly asksForSecrets: boolean;
}

/** Fails closed: what is not a list of data objects, or no response at all, is hidden whole. */
function sensitiveData(response: Uint8Array): Sensitive {
  const end = response.length < STATUS_BYTES ? response.length : response.length - STATUS_BYTES;
  try {
    return sensitiveIn(response.subarray(0, end), 0);
  } catch (error) {
    if (error instanceof ProtocolError) return { ranges: [{ start: 0, end }], asksForSecrets: true };
    throw error;
  }
}

function sensitiveIn(bytes: Uint8Array, base: number): Sensitive {
  const found = parseTlv(bytes, 'response').map(({ tag, value }): Sensitive => {
    const start = base + value.byteOffset - bytes.byteOffset;
    if (isSensitive(tag)) return { ranges: [{ start, end: start + value.length }], asksForSecrets: false };
    if (LIST_TAGS.has(tag)) {
      return { ranges: [], asksForSecrets: parseDol(value).some((entry) => SENSITIVE_TAGS.has(entry.tag)) };
    }
    return isConstructed(tag) ? sensitiveIn(value, start) : { ranges: [], asksForSecrets: false };
  });
  return {
    ranges: found.flatMap(({ ranges }) => ranges),
    asksForSecrets: found.some(({ asksForSecrets }) => asksForSecrets),
  };
}

/** An object of no dictionary may be anything, a number among it. */
function isSensitive(tag: string): boolean {
  return SENSITIVE_TAGS.has(tag) || (!isConstructed(tag) && !TAGS.has(tag));
}

function maskHex(bytes: Uint8Array, hidden: readonly Range[]): string {
  let hex = toHex(bytes);
  for (const { start, end } of hidden) {
    hex = hex.slice(0, start * 2) + '**'.repeat(end - start) + hex.slice(end * 2);
  }
  return hex;
}
