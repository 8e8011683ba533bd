import { encodeCommand } from '../data/apdu.ts';

const NO_DATA = new Uint8Array();

/** INTERNAL AUTHENTICATE with the data of the DDOL (EMV 4.4 Book 3, 6.5.9). */
export function internalAuthenticateCommand(data: Uint8Array): Uint8Array {
  return encodeCommand({ cla: 0x00, ins: 0x88, p1: 0x00, p2: 0x00, data, expectedLength: 256 });
}

/** GET CHALLENGE: 8 unpredictable bytes of the card (EMV 4.4 Book 3, 6.5.6). */
export function getChallengeCommand(): Uint8Array {
  return encodeCommand({ cla: 0x00, ins: 0x84, p1: 0x00, p2: 0x00, data: NO_DATA, expectedLength: 256 });
}

/** VERIFY (EMV 4.4 Book 3, 6.5.12, table 24): P2 80 for a plaintext PIN block of format 2, 88 for an enciphered one. */
export function verifyCommand(how: 'plaintext' | 'enciphered', data: Uint8Array): Uint8Array {
  const p2 = how === 'plaintext' ? 0x80 : 0x88;
  return encodeCommand({ cla: 0x00, ins: 0x20, p1: 0x00, p2, data, expectedLength: null });
}
