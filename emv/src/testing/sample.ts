import { fromHex, luhnValid, type Pan, parsePan } from '@kassa/primitives';
import type { CardData } from '../card/card-data.ts';
import { deriveUdk } from '../crypto/card-keys.ts';
import type {
  KernelOutcome,
  KernelReply,
  KernelRequest,
  TerminalApplication,
  TerminalConfig,
  TransactionData,
} from '../kernel/kernel-types.ts';

/** A card number from its digits without the check digit: no valid number stands in a source file. */
export function panFrom(digits: string): Pan {
  for (let check = 0; check <= 9; check++) {
    if (luhnValid(`${digits}${check}`)) return parsePan(`${digits}${check}`);
  }
  throw new Error('unreachable: one of ten check digits is right');
}

export const SAMPLE_IMK = fromHex('2315208C9110AD40B0E3C2A7544F1B9D');
export const VISA_PAN = panFrom('400000987654321');
export const MASTERCARD_PAN = panFrom('520000987654321');

export function sampleCardData(changes: Partial<CardData> = {}): CardData {
  const scheme = changes.scheme ?? 'visa';
  const pan = changes.pan ?? (scheme === 'visa' ? VISA_PAN : MASTERCARD_PAN);
  return {
    scheme,
    pan,
    psn: '01',
    expiry: '3002',
    effective: '2501',
    cardholderName: 'AKHMETOVA/AIGERIM',
    serviceCode: '201',
    language: 'kkru',
    cvmList: 'online-pin',
    udk: deriveUdk(SAMPLE_IMK, pan, '01'),
    keyIndex: 1,
    ...changes,
  };
}

const NO_BITS = new Uint8Array(5);

export function sampleApplication(changes: Partial<TerminalApplication> = {}): TerminalApplication {
  return {
    aid: fromHex('A0000000031010'),
    partialSelection: true,
    version: fromHex('0096'),
    actionCodes: { denial: NO_BITS, online: NO_BITS, default: NO_BITS },
    floorLimit: 0n,
    ...changes,
  };
}

export const MASTERCARD_APPLICATION = sampleApplication({
  aid: fromHex('A0000000041010'),
  version: fromHex('0002'),
});

export function sampleTerminal(changes: Partial<TerminalConfig> = {}): TerminalConfig {
  return {
    terminalType: '22',
    capabilities: fromHex('E06800'),
    additionalCapabilities: fromHex('6000F0A001'),
    countryCode: '398',
    ifdSerialNumber: '00000001',
    applications: [sampleApplication(), MASTERCARD_APPLICATION],
    ...changes,
  };
}

export function sampleTransaction(changes: Partial<TransactionData> = {}): TransactionData {
  return {
    amount: 150_000n,
    currencyCode: '398',
    currencyExponent: 2,
    type: '00',
    date: '260115',
    time: '123456',
    sequenceCounter: 42,
    unpredictableNumber: fromHex('0BADCAFE'),
    randomSelectionNumber: 50,
    ...changes,
  };
}

/** Runs a kernel to its end. @returns the outcome and every request on the way. */
export function drive(
  run: Generator<KernelRequest, KernelOutcome, KernelReply>,
  answer: (request: KernelRequest, index: number) => KernelReply,
): { readonly outcome: KernelOutcome; readonly requests: readonly KernelRequest[] } {
  const requests: KernelRequest[] = [];
  let result = run.next();
  while (!result.done) {
    requests.push(result.value);
    result = run.next(answer(result.value, requests.length - 1));
  }
  return { outcome: result.value, requests };
}
