import { describeCommand, describeStatus, parseCommand, parseResponse } from '@kassa/emv';
import { isConstructed, ProtocolError, parseTlv, toHex } from '@kassa/primitives';

/** One command and its response as the event stream tells it: sensitive bytes are `**`. */
export interface ApduTrace {
  readonly command: { readonly name: string; readonly hex: string };
  readonly response: { readonly hex: string; readonly status: string; readonly meaning: string };
}

/**
 * Data objects nobody but the parties of the payment may see: number, tracks, name, their discretionary data
 * (EMV 4.4 Book 3, annex A; PCI DSS 3.3).
 */
const SENSITIVE_TAGS: ReadonlySet<string> = new Set([
  '56',
  '57',
  '5A',
  '5F20',
  '5F24',
  '9F0B',
  '9F1F',
  '9F20',
  '9F6B',
  '99',
]);

/** INS of commands whose data are a PIN or keys: VERIFY, PIN CHANGE/UNBLOCK, PUT DATA. */
const SENSITIVE_INSTRUCTIONS: ReadonlySet<number> = new Set([0x20, 0x24, 0xda]);

const COMMAND_HEADER_BYTES = 5;
const STATUS_BYTES = 2;

export function traceApdu(command: Uint8Array, response: Uint8Array): ApduTrace {
  const parsed = parseCommand(command);
  const hidden = SENSITIVE_INSTRUCTIONS.has(parsed.ins) ? [range(COMMAND_HEADER_BYTES, command.length)] : [];
  const status = parseResponse(response).status;
  const [code = '', ...meaning] = describeStatus(status).split(' ');
  return {
    command: { name: describeCommand(parsed), hex: maskHex(command, hidden) },
    response: { hex: maskHex(response, sensitiveRanges(response)), status: code, meaning: meaning.join(' ') },
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function range(start: number, end: number): Range {
  return { start, end };
}

/** Fails closed: what is not a list of data objects is hidden whole. */
function sensitiveRanges(response: Uint8Array): Range[] {
  const end = Math.max(0, response.length - STATUS_BYTES);
  try {
    return rangesIn(response.subarray(0, end), 0);
  } catch (error) {
    if (error instanceof ProtocolError) return [range(0, end)];
    throw error;
  }
}

function rangesIn(bytes: Uint8Array, base: number): Range[] {
  return parseTlv(bytes, 'response').flatMap(({ tag, value }) => {
    const start = base + value.byteOffset - bytes.byteOffset;
    if (SENSITIVE_TAGS.has(tag)) return [range(start, start + value.length)];
    return isConstructed(tag) ? rangesIn(value, start) : [];
  });
}

function maskHex(bytes: Uint8Array, hidden: readonly Range[]): string {
  let hex = toHex(bytes);
  for (const { start, end } of hidden) {
    hex = hex.slice(0, start * 2) + '**'.repeat(end - start) + hex.slice(end * 2);
  }
  return hex;
}
