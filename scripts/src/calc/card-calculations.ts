import {
  applicationSessionKey,
  arpcMethod1,
  arpcMethod2,
  CRYPTOGRAM_VERSIONS,
  CVV2_SERVICE_CODE,
  cardVerificationValue,
  cryptogramProfile,
  deriveUdk,
  EMV2000_KEY_TREE,
  generateArqc,
  ICVV_SERVICE_CODE,
  keyCheckValue,
  sessionKeyCommon,
  sessionKeyEmv2000,
  sessionKeySkd,
  sessionKeyVisaSecureMessaging,
  udkDerivationData,
} from '@kassa/emv';
import { concatBytes, fromHex, fromLatin1, toHex, xorBytes } from '@kassa/primitives';
import {
  CalcArgumentError,
  choice,
  digits,
  hex,
  optional,
  PAN,
  PSN,
  text,
  withDefault,
} from './calc-argument.ts';
import { type CalcContext, calcFunction } from './calc-function.ts';
import { explainRetailMac } from './explain-mac.ts';

const IMK = hex('issuer master key for application cryptograms', 16);
const ATC = hex('application transaction counter, tag 9F36', 2);
const UN = optional(hex('unpredictable number, tag 9F37', 4));
const OPTION = withDefault(choice('key derivation option', ['A', 'B']), 'A');

interface CardKeyValues {
  readonly imk: Uint8Array;
  readonly pan: string;
  readonly psn: string;
  readonly option: 'A' | 'B';
}

function cardKey({ imk, pan, psn, option }: CardKeyValues, { explain }: CalcContext): Uint8Array {
  const data = udkDerivationData(pan, psn, option);
  explain('derivation data Y', data);
  explain(
    'complement of Y',
    data.map((byte) => byte ^ 0xff),
  );
  const udk = deriveUdk(imk, pan, psn, option);
  explain('unique derived key, odd parity', udk);
  explain('its key check value', keyCheckValue(udk));
  return udk;
}

export const UDK = calcFunction({
  name: 'udk',
  about: 'unique derived key of a card (EMV Book 2, A1.4)',
  arguments: { imk: IMK, pan: PAN, psn: PSN, option: OPTION },
  compute: (values, context) => {
    const udk = cardKey(values, context);
    return { udk: toHex(udk), kcv: toHex(keyCheckValue(udk)) };
  },
});

const SESSION_KEY_METHODS = ['common', 'skd', 'visa-sm', 'emv2000'] as const;

export const SESSION_KEY = calcFunction({
  name: 'session-key',
  about:
    'session key of a transaction (EMV Book 2, A1.3; Mastercard SKD; Visa secure messaging; EMV2000 tree)',
  arguments: {
    method: withDefault(choice('how it is derived', SESSION_KEY_METHODS), 'common'),
    udk: hex('unique derived key of the card', 16),
    atc: ATC,
    un: UN,
  },
  compute: ({ method, udk, atc, un }, { explain }) => {
    explain('method', method);
    const key = sessionKey(method, udk, atc, un);
    explain('session key, odd parity', key);
    return { sessionKey: toHex(key), kcv: toHex(keyCheckValue(key)) };
  },
});

function sessionKey(
  method: (typeof SESSION_KEY_METHODS)[number],
  udk: Uint8Array,
  atc: Uint8Array,
  un: Uint8Array | undefined,
): Uint8Array {
  switch (method) {
    case 'common':
      return sessionKeyCommon(udk, atc);
    case 'skd':
      return sessionKeySkd(udk, atc, needed('un', UN.expected, un));
    case 'visa-sm':
      return sessionKeyVisaSecureMessaging(udk, atc);
    case 'emv2000':
      return sessionKeyEmv2000(udk, atc, EMV2000_KEY_TREE);
  }
}

const CVN_NUMBERS = CRYPTOGRAM_VERSIONS.map((version) => version.slice('cvn'.length)).join(', ');

const CVN = text('cryptogram version number, decimal', CVN_NUMBERS, (written) =>
  CRYPTOGRAM_VERSIONS.find((version) => version === `cvn${written.toLowerCase().replace(/^cvn/, '')}`),
);

export const ARQC = calcFunction({
  name: 'arqc',
  about: 'application cryptogram from the issuer master key (EMV Book 2, 8.1)',
  arguments: {
    cvn: CVN,
    imk: IMK,
    pan: PAN,
    psn: PSN,
    atc: ATC,
    data: hex('the bytes that are authenticated, before padding'),
    un: UN,
    option: OPTION,
  },
  compute: (values, context) => {
    const { cvn, atc, data } = values;
    const profile = cryptogramProfile(cvn);
    const un = profile.sessionKey === 'skd' ? needed('un', UN.expected, values.un) : new Uint8Array(4);
    const udk = cardKey(values, context);
    const key = applicationSessionKey(profile, udk, atc, un);
    context.explain(
      `session key (${profile.sessionKey === 'none' ? 'none: the card key' : profile.sessionKey})`,
      key,
    );
    explainRetailMac(context, key, data, profile.padding);
    const arqc = generateArqc(key, data, profile.padding);
    return { udk: toHex(udk), sessionKey: toHex(key), arqc: toHex(arqc) };
  },
});

export const ARPC = calcFunction({
  name: 'arpc',
  about: 'authorisation response cryptogram (EMV Book 2, 8.2)',
  arguments: {
    method: choice('1: 8 bytes over the response code; 2: 4 bytes over the status update', ['1', '2']),
    key: hex('session key; with CVN 10, 16 and 17 the unique derived key', 16),
    arqc: hex('application cryptogram, tag 9F26', 8),
    arc: optional(
      text(
        'method 1: response code',
        '2 bytes in hexadecimal, or the two characters of tag 8A',
        responseCode,
      ),
    ),
    csu: optional(hex('method 2: card status update', 4)),
    proprietary: withDefault(
      text('method 2: proprietary authentication data', 'at most 8 bytes in hexadecimal', (written) =>
        /^(?:[0-9a-f]{2}){0,8}$/i.test(written) ? fromHex(written) : undefined,
      ),
      '',
    ),
  },
  compute: ({ method, key, arqc, arc, csu, proprietary }, context) => {
    if (method === '1') {
      const code = needed('arc', '2 bytes in hexadecimal with method 1', arc);
      const block = xorBytes(arqc, concatBytes(code, new Uint8Array(6)));
      context.explain('ARQC exclusive-or response code', block);
      return { arpc: toHex(arpcMethod1(key, arqc, code)) };
    }
    const status = needed('csu', '4 bytes in hexadecimal with method 2', csu);
    explainRetailMac(context, key, concatBytes(arqc, status, proprietary), 'method-2');
    return { arpc: toHex(arpcMethod2(key, arqc, status, proprietary)) };
  },
});

function responseCode(written: string): Uint8Array | undefined {
  if (/^[0-9a-f]{4}$/i.test(written)) return fromHex(written);
  return /^[0-9A-Za-z]{2}$/.test(written) ? fromLatin1(written) : undefined;
}

export const CVV = calcFunction({
  name: 'cvv',
  about: `card verification value; iCVV with service code ${ICVV_SERVICE_CODE}, CVV2 with ${CVV2_SERVICE_CODE}`,
  arguments: {
    cvk: hex('card verification key pair', 16),
    pan: PAN,
    expiry: digits('expiry in the order the scheme takes it: YYMM on stripe and chip', 4),
    service: digits('service code', 3),
  },
  compute: ({ cvk, pan, expiry, service }, context) => {
    const block = fromHex((pan + expiry + service).padEnd(32, '0'));
    explainRetailMac(context, cvk, block, 'method-1');
    return { cvv: cardVerificationValue(cvk, { pan, expiry, serviceCode: service }) };
  },
});

/** A value that an argument of its own would not need. @throws CalcArgumentError. */
function needed<Value>(name: string, expected: string, value: Value | undefined): Value {
  if (value === undefined) throw new CalcArgumentError(name, expected, 'nothing');
  return value;
}
