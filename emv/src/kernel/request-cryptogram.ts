import { concatBytes, encodeTlv, parseTlv } from '@kassa/primitives';
import { generateAcCommand, STATUS_OK } from '../data/apdu.ts';
import { TSI_BITS } from '../data/bit-meanings.ts';
import {
  type CryptogramType,
  cryptogramReason,
  cryptogramTypeCode,
  cryptogramTypeOf,
  describeCryptogramInformation,
} from '../data/cryptogram-type.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { parseDol } from '../data/dol.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { authenticateCombined } from './combined-authentication.ts';
import {
  type KernelRun,
  type KernelSession,
  type ReceivedCryptogram,
  Termination,
  transmit,
} from './kernel-session.ts';
import type { ChipData } from './kernel-types.ts';

/** EMV 4.4 Book 3, 9.3: what a card may answer – what was asked, or less. */
const ALLOWED: Readonly<Record<CryptogramType, readonly CryptogramType[]>> = {
  TC: ['TC', 'ARQC', 'AAC'],
  ARQC: ['ARQC', 'AAC'],
  AAC: ['AAC'],
};

/** EMV 4.4 Book 3, 6.5.5.2, table 12: P1 bits 5 and 4 = 10 ask for a combined signature. */
const WITH_CDA = 0x10;

/** GENERATE AC with the data of CDOL1 or CDOL2 (EMV 4.4 Book 3, 9.2 and 9.3). */
export function* requestCryptogram(
  session: KernelSession,
  which: 'first' | 'second',
  requested: CryptogramType,
): KernelRun<ReceivedCryptogram> {
  const tag = which === 'first' ? '8C' : '8D';
  const data = session.dolData(parseDol(session.get(tag) ?? new Uint8Array(), `tlv.${tag}`));
  if (which === 'first') session.cdol1Values = data;
  // EMV 4.4 Book 2, 6.6: a signature goes with a TC or an ARQC, never with an AAC.
  const combines = session.combinesAuthentication && requested !== 'AAC';
  const p1 = cryptogramTypeCode(requested) | (combines ? WITH_CDA : 0);
  const response = yield* transmit(generateAcCommand(p1, data));
  if (response.status !== STATUS_OK) {
    throw new Termination('card-error', `${which} GENERATE AC answered ${describeStatus(response.status)}`);
  }
  return receiveCryptogram(session, { which, requested, data }, response.data);
}

/** The command a cryptogram answers. */
export interface AskedCryptogram {
  readonly which: 'first' | 'second';
  readonly requested: CryptogramType;
  /** Values sent for CDOL1 or CDOL2. */
  readonly data: Uint8Array;
}

/** Takes in what the card answered to GENERATE AC, or gave again to RECOVER AC. */
export function receiveCryptogram(
  session: KernelSession,
  { which, requested, data }: AskedCryptogram,
  responseData: Uint8Array,
): ReceivedCryptogram {
  const combines = session.combinesAuthentication && requested !== 'AAC';
  const values = cryptogramValues(responseData);
  const cid = values.get('9F27');
  const atc = values.get('9F36');
  const signed = combines && cryptogramTypeOf(cid?.[0] ?? 0) !== 'AAC';
  if (cid?.length !== 1 || atc?.length !== 2 || (!signed && values.get('9F26')?.length !== 8)) {
    throw new Termination('mandatory-data-missing', `${which} GENERATE AC gave no 9F27, 9F36 or 9F26`);
  }
  const information = cid[0] ?? 0;
  const type = cryptogramTypeOf(information);
  const allowed = which === 'first' ? ALLOWED[requested] : ALLOWED[requested].filter((one) => one !== 'ARQC');
  if (type === undefined || !allowed.includes(type)) {
    throw new Termination('bad-card-data', `${type ?? 'a reserved type'} answers a request for ${requested}`);
  }
  for (const [name, bytes] of values) session.setCardValue(name, bytes);
  session.setTsi(TSI_BITS.cardRiskManagementPerformed);
  session.onStep({
    step: 'cryptogram-received',
    which,
    requested,
    received: type,
    information: describeCryptogramInformation(information),
  });
  const signatureFailure = signed
    ? authenticateCombined(session, responseData, which === 'first' ? [] : [data])
    : null;
  const value = session.get('9F26') ?? new Uint8Array();
  session.cryptogram = { type, value, atc, reason: cryptogramReason(information), signatureFailure };
  return session.cryptogram;
}

/** EMV 4.4 Book 3, 6.5.5.4: format 1 is CID, ATC, cryptogram and the issuer's data in one value; format 2 is tagged. */
function cryptogramValues(data: Uint8Array): Map<string, Uint8Array> {
  const [object, ...others] = parseTlv(data, 'generate-ac');
  if (object === undefined || others.length > 0) {
    throw new Termination('bad-card-data', 'the answer of GENERATE AC is not one template');
  }
  const { tag, value } = object;
  if (tag === '77') return tlvMap(value, 'generate-ac.77');
  if (tag !== '80' || value.length < 11 || value.length > 43) {
    throw new Termination(
      'bad-card-data',
      `the answer of GENERATE AC is template ${tag} of ${value.length} bytes`,
    );
  }
  const values = new Map([
    ['9F27', value.slice(0, 1)],
    ['9F36', value.slice(1, 3)],
    ['9F26', value.slice(3, 11)],
  ]);
  if (value.length > 11) values.set('9F10', value.slice(11));
  return values;
}

/** DE 55 of a request, in the order terminals document it. */
const DE55_TAGS =
  '5F2A 5F34 82 84 95 9A 9C 9F02 9F03 9F09 9F10 9F1A 9F1E 9F26 9F27 9F33 9F34 9F35 9F36 9F37 9F41'.split(' ');

/** The data of the transaction as it stands now; null before the card has been read and has given a cryptogram. */
export function chipData(session: KernelSession): ChipData | null {
  if (session.account === null || session.cryptogram === null) return null;
  const objects: Uint8Array[] = [];
  for (const tag of [...DE55_TAGS, ...session.furtherTags]) {
    const value = session.get(tag);
    if (value) objects.push(encodeTlv(tag, value));
  }
  return { ...session.account, de55: concatBytes(...objects), onlinePin: session.cvm === 'online-pin' };
}
