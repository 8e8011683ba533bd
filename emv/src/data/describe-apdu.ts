import { toHex, toLatin1 } from '@kassa/primitives';
import { type CommandApdu, statusHex } from './apdu.ts';
import { cryptogramTypeOf } from './cryptogram-type.ts';
import { tagName } from './tag-names.ts';

/** Instruction names (EMV 4.4 Book 3, table 8; Book 1, 11.3). */
const INSTRUCTION_NAMES: ReadonlyMap<number, string> = new Map([
  [0x16, 'CARD BLOCK'],
  [0x18, 'APPLICATION UNBLOCK'],
  [0x1e, 'APPLICATION BLOCK'],
  [0x20, 'VERIFY'],
  [0x24, 'PIN CHANGE/UNBLOCK'],
  [0x82, 'EXTERNAL AUTHENTICATE'],
  [0x84, 'GET CHALLENGE'],
  [0x88, 'INTERNAL AUTHENTICATE'],
  [0xa4, 'SELECT'],
  [0xa8, 'GET PROCESSING OPTIONS'],
  [0xae, 'GENERATE AC'],
  [0xb2, 'READ RECORD'],
  [0xca, 'GET DATA'],
]);

/** Status words (ISO/IEC 7816-4, table 5 and 6, in the meaning of EMV 4.4 Book 3, table 7 and the command sections). */
const STATUS_MEANINGS: ReadonlyMap<number, string> = new Map([
  [0x9000, 'process completed'],
  [0x6283, 'selected file invalidated: the application is blocked'],
  [0x6300, 'authentication failed'],
  [0x6581, 'memory failure'],
  [0x6700, 'wrong length'],
  [0x6882, 'secure messaging not supported'],
  [0x6982, 'security status not satisfied'],
  [0x6983, 'authentication method blocked'],
  [0x6984, 'referenced data invalidated'],
  [0x6985, 'conditions of use not satisfied'],
  [0x6a80, 'wrong data'],
  [0x6a81, 'function not supported: the card is blocked'],
  [0x6a82, 'file not found'],
  [0x6a83, 'record not found'],
  [0x6a86, 'wrong parameters P1 P2'],
  [0x6a88, 'referenced data not found'],
  [0x6d00, 'instruction not supported'],
  [0x6e00, 'class not supported'],
]);

/** A command in words, for traces. Its data is shown only where it names a file: it may hold an account elsewhere. */
export function describeCommand(command: CommandApdu): string {
  const name = INSTRUCTION_NAMES.get(command.ins) ?? `INS ${toHex(Uint8Array.of(command.ins))}`;
  const detail = commandDetail(command);
  return detail === '' ? name : `${name} ${detail}`;
}

/** A status word in words: `6A82 file not found`. */
export function describeStatus(status: number): string {
  const meaning = STATUS_MEANINGS.get(status) ?? statusFamily(status);
  return `${statusHex(status)} ${meaning}`;
}

function commandDetail(command: CommandApdu): string {
  const { ins, p1, p2, data } = command;
  if (ins === 0xa4) return `${fileName(data)}${(p2 & 0x03) === 2 ? ' (next)' : ''}`;
  if (ins === 0xb2) return `SFI ${p2 >> 3} record ${p1}`;
  if (ins === 0xae) return `for ${cryptogramTypeOf(p1) ?? 'a reserved type'}`;
  if (ins === 0xca) {
    const tag = toHex(Uint8Array.of(p1, p2));
    return `${tag} ${tagName(tag)}`;
  }
  return '';
}

/** File names are text for PSE and PPSE, otherwise an AID. */
function fileName(name: Uint8Array): string {
  const text = toLatin1(name);
  return /^[12]PAY\.[A-Z0-9.]+$/.test(text) ? text : toHex(name);
}

function statusFamily(status: number): string {
  const high = status >> 8;
  const low = status & 0xff;
  if (high === 0x61) return `${low} bytes more to fetch`;
  if (high === 0x6c) return `wrong Le, ${low} bytes available`;
  if (high === 0x63 && low >= 0xc0) return `verification failed, ${low & 0x0f} tries left`;
  if (high === 0x62 || high === 0x63) return 'warning';
  return 'unlisted status';
}
