import { encodeTlv, parseTlv, toHex } from '@kassa/primitives';
import { getProcessingOptionsCommand, STATUS_OK } from '../data/apdu.ts';
import { AIP_BITS, describeBits } from '../data/bit-meanings.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { parseDol } from '../data/dol.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type KernelRun, type KernelSession, Termination, transmit } from './kernel-session.ts';

const CONDITIONS_NOT_SATISFIED = 0x6985;

/**
 * Initiate application processing (EMV 4.4 Book 3, 10.1): GET PROCESSING OPTIONS with what the PDOL asks for.
 * @returns false when the card does not want this application now (6985): the caller drops it and selects another.
 */
export function* initiateApplication(session: KernelSession): KernelRun<boolean> {
  const pdol = parseDol(session.get('9F38') ?? new Uint8Array(), 'pdol');
  session.pdolValues = session.dolData(pdol);
  const template83 = encodeTlv('83', session.pdolValues);
  const response = yield* transmit(getProcessingOptionsCommand(template83));
  if (response.status === CONDITIONS_NOT_SATISFIED) {
    session.onStep({
      step: 'application-dropped',
      aid: toHex(session.aid ?? new Uint8Array()),
      why: `GET PROCESSING OPTIONS answered ${describeStatus(response.status)}`,
    });
    return false;
  }
  if (response.status !== STATUS_OK) {
    throw new Termination('card-error', `GET PROCESSING OPTIONS answered ${describeStatus(response.status)}`);
  }
  const { aip, afl } = processingOptions(response.data);
  session.setCardValue('82', aip);
  session.setCardValue('94', afl);
  session.onStep({
    step: 'processing-initiated',
    aip: toHex(aip),
    aipMeanings: describeBits(AIP_BITS, aip),
    afl: toHex(afl),
  });
  return true;
}

/** EMV 4.4 Book 3, 6.5.8.4: format 1 is AIP and AFL in one value, format 2 has them tagged. */
function processingOptions(data: Uint8Array): { readonly aip: Uint8Array; readonly afl: Uint8Array } {
  const [object, ...others] = parseTlv(data, 'gpo');
  if (object === undefined || others.length > 0) {
    throw new Termination('bad-card-data', 'processing options are not one template');
  }
  if (object.tag === '80') return checked(object.value.subarray(0, 2), object.value.subarray(2));
  if (object.tag !== '77') {
    throw new Termination('bad-card-data', `processing options are in template ${object.tag}`);
  }
  const values = tlvMap(object.value, 'gpo.77');
  return checked(values.get('82'), values.get('94'));
}

function checked(
  aip: Uint8Array | undefined,
  afl: Uint8Array | undefined,
): { readonly aip: Uint8Array; readonly afl: Uint8Array } {
  if (!aip || !afl || aip.length !== 2 || afl.length === 0) {
    throw new Termination('mandatory-data-missing', 'AIP (82) or AFL (94) is missing');
  }
  return { aip: aip.slice(), afl: afl.slice() };
}
