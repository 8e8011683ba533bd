import { createIssuerSecurityModule, ISSUER_KEYS } from '@kassa/banks';
import {
  type Card,
  type ChipData,
  createCard,
  dukptInitialKey,
  dukptPinKey,
  encodePinBlock0,
  type KernelOutcome,
  type KernelReply,
  NEW_CARD_STATE,
  personalise,
  runContactTransaction,
  type TerminalConfig,
  tdesEncrypt,
} from '@kassa/emv';
import { assert, fromHex, luhnValid, type Pan, parsePan } from '@kassa/primitives';
import { emptyModule } from './modules.ts';

/** A card number from its digits without the check digit: no valid number stands in a source file. */
export function panFrom(digits: string): Pan {
  for (let check = 0; check <= 9; check++) {
    if (luhnValid(`${digits}${check}`)) return parsePan(`${digits}${check}`);
  }
  throw new Error('unreachable: one of ten check digits is right');
}

export const ZONE_PIN_KEY = fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90');
export const BDK = fromHex('4A7973FDAB67580DF2C773208FE5191F');

const issuerKeys = emptyModule();
issuerKeys.enterKey(ISSUER_KEYS.master, 'issuer-master', fromHex('2315208C9110AD40B0E3C2A7544F1B9D'));
issuerKeys.enterKey(
  ISSUER_KEYS.cardVerification,
  'card-verification',
  fromHex('0123456789ABCDEFFEDCBA9876543210'),
);
issuerKeys.enterKey(
  ISSUER_KEYS.pinVerification,
  'pin-verification-visa',
  fromHex('1C1C2A2A3E3E4C4C5D5D6B6B79798F8F'),
);
issuerKeys.enterKey(ISSUER_KEYS.zonePin, 'zone-pin', ZONE_PIN_KEY);
issuerKeys.generateKey(ISSUER_KEYS.cardIndex, 'card-index');

export const issuerSecurity = createIssuerSecurityModule(issuerKeys);

export const PAN = panFrom('400001111122223');
export const PSN = '01';
export const EXPIRY = '3112';
export const SERVICE_CODE = '201';
export const PIN = '4271';

/** As a stripe reader gives it: number, separator, expiry, service code, PVKI and PVV (none), CVV. */
export const TRACK_2 = `${PAN}=${EXPIRY}${SERVICE_CODE}00000${issuerSecurity.stripeVerificationValue(PAN, EXPIRY, SERVICE_CODE)}`;

/** A new chip card of {@link PAN} that asks for no PIN; its counter starts at 1. */
export function newCard(): Card {
  const profile = personalise({
    scheme: 'visa',
    pan: PAN,
    psn: PSN,
    expiry: EXPIRY,
    effective: '2501',
    cardholderName: 'TEST/AIGERIM',
    serviceCode: SERVICE_CODE,
    language: 'kkru',
    cvmList: 'no-cvm',
    udk: issuerSecurity.cardKey(PAN, PSN),
    keyIndex: 1,
  });
  return createCard(profile, NEW_CARD_STATE);
}

const ONLINE_ALWAYS = {
  denial: new Uint8Array(5),
  online: fromHex('FFFFFFFFFF'),
  default: fromHex('FFFFFFFFFF'),
};

const TERMINAL_CONFIG: TerminalConfig = {
  terminalType: '22',
  capabilities: fromHex('E06800'),
  additionalCapabilities: fromHex('6000B0F010'),
  countryCode: '398',
  ifdSerialNumber: 'KASSA001',
  applications: [
    {
      aid: fromHex('A0000000031010'),
      partialSelection: true,
      version: fromHex('0096'),
      actionCodes: ONLINE_ALWAYS,
      floorLimit: 0n,
    },
  ],
};

export interface ChipPayment {
  /** What goes to the host. */
  readonly request: ChipData;
  /** Gives the card the host's answer. */
  complete(responseCode: string, issuerData: Uint8Array): KernelOutcome;
}

/** The real kernel and the real card, up to the moment the host is asked. */
export function presentChip(card: Card, amount: bigint, counter: number): ChipPayment {
  const transaction = {
    amount,
    currencyCode: '398',
    currencyExponent: 2,
    type: '00',
    date: '261123',
    time: '151530',
    sequenceCounter: counter,
    unpredictableNumber: fromHex('0BADCAFE'),
    randomSelectionNumber: 50,
  };
  const kernel = runContactTransaction(TERMINAL_CONFIG, transaction, () => undefined);
  const run = (reply?: KernelReply) => {
    let next = reply ? kernel.next(reply) : kernel.next();
    while (!next.done && next.value.kind === 'transmit') {
      next = kernel.next({ kind: 'response', bytes: card.transmit(next.value.command) });
    }
    return next;
  };
  const asked = run();
  assert(!asked.done && asked.value.kind === 'go-online', 'the card goes online');
  return {
    request: asked.value.request,
    complete(responseCode, issuerData) {
      const end = run({ kind: 'online-response', responseCode, issuerData });
      assert(end.done === true, 'the kernel has come to its end');
      return end.value;
    },
  };
}

export const INITIAL_KSN = fromHex('FFFF9876543201E00000');

/** What a PIN pad sends: under the first key of its life, or the one of that serial number. */
export function pinFrom(
  pin: string,
  ksn: Uint8Array = fromHex('FFFF9876543201E00001'),
): { block: Uint8Array; ksn: Uint8Array } {
  const key = dukptPinKey(dukptInitialKey(BDK, ksn), ksn);
  return { ksn, block: tdesEncrypt(key, encodePinBlock0(pin, PAN)) };
}
