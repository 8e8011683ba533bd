import { isDeepStrictEqual } from 'node:util';
import {
  applicationSessionKey,
  arpcKeyOf,
  arpcMethod1,
  arpcMethod2,
  CRYPTOGRAM_VERSIONS,
  type CryptogramProfile,
  cardVerificationValue,
  cryptogramProfile,
  deriveSessionKey,
  deriveUdk,
  dynamicCvc3,
  generateArqc,
  ibm3624Offset,
  ibm3624Pin,
  keyCheckValue,
  pinChangeCommand,
  pinVerificationValue,
  scriptMac,
  sessionKeyCommon,
  sessionKeyEmv2000,
  sessionKeySkd,
  sessionKeyVisaSecureMessaging,
} from '@kassa/emv';
import { concatBytes, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import {
  type Answers,
  bytesOf,
  type CryptoCheck,
  type CryptoVector,
  has,
  numberOf,
  textOf,
} from './crypto-vector.ts';

const CRYPTOGRAM_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'];

/** Keys, cryptograms, scripts and verification values of cards, by kind of vector. */
export const CARD_CHECKS: Readonly<Record<string, CryptoCheck>> = {
  'emv.udk.optionA': (vector) => withKcv('udk', udkOf(vector, 'imk', 'A')),
  'emv.udk.optionB': (vector) => withKcv('udk', udkOf(vector, 'imk', 'B')),
  'emv.sk.common': (vector) => withKcv('sk', deriveSessionKey(bytesOf(vector, 'udk'), bytesOf(vector, 'r'))),
  'emv.sk.common.ac': (vector) =>
    withKcv('sk', sessionKeyCommon(bytesOf(vector, 'udk'), bytesOf(vector, 'atc'))),
  'emv.sk.mastercard_skd': (vector) =>
    withKcv('sk', sessionKeySkd(bytesOf(vector, 'udk'), bytesOf(vector, 'atc'), bytesOf(vector, 'un'))),
  'emv.sk.visa_sm': (vector) =>
    withKcv('sk', sessionKeyVisaSecureMessaging(bytesOf(vector, 'udk'), bytesOf(vector, 'atc'))),
  'emv.sk.emv2000_tree': (vector) => {
    const [branch, height] = [numberOf(vector, 'branch'), numberOf(vector, 'height')];
    const tree = { branch, height, iv: bytesOf(vector, 'iv') };
    return { sk: sessionKeyEmv2000(bytesOf(vector, 'udk'), bytesOf(vector, 'atc'), tree) };
  },
  'emv.ac': (vector) => {
    const padding = textOf(vector, 'padding').includes('80') ? 'method-2' : 'method-1';
    return { ac: generateArqc(bytesOf(vector, 'sk'), bytesOf(vector, 'data'), padding) };
  },
  'emv.arpc.method1': (vector) => ({
    arpc: arpcMethod1(bytesOf(vector, 'key'), bytesOf(vector, 'arqc'), bytesOf(vector, 'arc')),
  }),
  'emv.arpc.method2': (vector) => {
    const [sk, arqc, csu] = [bytesOf(vector, 'sk'), bytesOf(vector, 'arqc'), bytesOf(vector, 'csu')];
    return { arpc: arpcMethod2(sk, arqc, csu, bytesOf(vector, 'proprietary')) };
  },
  'emv.cvn.chain': cryptogramChain,
  'emv.script.mac': (vector) => ({
    mac: scriptMac(scriptContext(vector), bytesOf(vector, 'apdu_header'), new Uint8Array()),
  }),
  'emv.script.pin_change': (vector) => {
    const udkAc = bytesOf(vector, 'udk_ac');
    return {
      apdu: pinChangeCommand({
        context: scriptContext(vector),
        confidentialityKey: bytesOf(vector, 'sk_smc'),
        newPin: textOf(vector, 'new_pin'),
        visa: has(vector, 'current_pin') ? { udkAc, currentPin: textOf(vector, 'current_pin') } : { udkAc },
      }),
    };
  },
  'card.cvv': verificationValue,
  'card.cvv2': verificationValue,
  'card.icvv': verificationValue,
  'card.cvc3': (vector) => {
    const udk = udkOf(vector, 'imk_cvc3', 'A');
    const trackTemplate = has(vector, 'track2_template')
      ? bytesOf(vector, 'track2_template')
      : fromLatin1(textOf(vector, 'track1_template_ascii'));
    const unpredictableNumber = bytesOf(vector, 'un');
    const cvc3 = dynamicCvc3(udk, { trackTemplate, unpredictableNumber, atc: bytesOf(vector, 'atc') });
    return { cvc3_5: cvc3, cvc3_last3: cvc3.slice(-3), udk_kcv: keyCheckValue(udk, 2) };
  },
  'pin.visa_pvv': (vector) => ({
    pvv: pinVerificationValue(bytesOf(vector, 'pvk'), {
      pan: textOf(vector, 'pan'),
      keyIndex: textOf(vector, 'pvki'),
      pin: textOf(vector, 'pin'),
    }),
  }),
  'pin.ibm3624': (vector) => {
    const [start, length] = [numberOf(vector, 'validation_offset'), numberOf(vector, 'validation_length')];
    const input = {
      validationData: textOf(vector, 'pan').slice(start, start + length),
      pad: textOf(vector, 'pad'),
      decimalisationTable: textOf(vector, 'decimalisation'),
    };
    const [key, offset] = [bytesOf(vector, 'pvk'), textOf(vector, 'offset')];
    const pin = ibm3624Pin(key, input, offset);
    if (ibm3624Offset(key, input, pin) !== offset) throw new Error('offset: differs');
    return { pin };
  },
};

function withKcv(name: string, key: Uint8Array): Answers {
  return { [name]: key, kcv: keyCheckValue(key, 2) };
}

function udkOf(vector: CryptoVector, imk: string, option: 'A' | 'B'): Uint8Array {
  return deriveUdk(bytesOf(vector, imk), textOf(vector, 'pan'), textOf(vector, 'psn'), option);
}

function verificationValue(vector: CryptoVector): Answers {
  const value = cardVerificationValue(bytesOf(vector, 'cvk'), {
    pan: textOf(vector, 'pan'),
    expiry: textOf(vector, 'expiry'),
    serviceCode: textOf(vector, 'service_code'),
  });
  return { cvv: value, value };
}

function scriptContext(vector: CryptoVector): { macKey: Uint8Array; atc: Uint8Array; arqc: Uint8Array } {
  return { macKey: bytesOf(vector, 'sk_smi'), atc: bytesOf(vector, 'atc'), arqc: bytesOf(vector, 'arqc') };
}

/** From master key to ARPC by the profile; its input has to be the vector's own. */
function cryptogramChain(vector: CryptoVector): Answers {
  const profile = profileOf(vector);
  const tags = Object(vector.inputs.tags) as Readonly<Record<string, string>>;
  const part = (tag: string): Uint8Array => fromHex(tags[tag] ?? '');
  const data = concatBytes(...CRYPTOGRAM_TAGS.map(part), coveredPart(vector, profile));
  if (!isDeepStrictEqual(toHex(data), textOf(vector, 'ac_input'))) throw new Error('ac_input: differs');
  const udk = udkOf(vector, 'imk_ac', 'A');
  const sessionKey = applicationSessionKey(profile, udk, part('9F36'), part('9F37'));
  const arqc = generateArqc(sessionKey, data, profile.padding);
  const arpcKey = arpcKeyOf(profile, udk, sessionKey);
  const arpc =
    profile.arpcMethod === 2
      ? arpcMethod2(arpcKey, arqc, bytesOf(vector, 'csu'))
      : arpcMethod1(arpcKey, arqc, bytesOf(vector, has(vector, 'arc') ? 'arc' : 'arpc_rc'));
  return { sk_ac: sessionKey, arqc, arpc };
}

function profileOf({ id }: CryptoVector): CryptogramProfile {
  const version = CRYPTOGRAM_VERSIONS.find((known) => known === id);
  if (version === undefined) throw new Error('names no known cryptogram version');
  return cryptogramProfile(version);
}

function coveredPart(vector: CryptoVector, { authenticated }: CryptogramProfile): Uint8Array {
  if (authenticated === 'issuer-application-data') return bytesOf(vector, 'iad_9F10');
  const cvr = bytesOf(vector, 'cvr');
  return authenticated === 'cvr-and-counters' ? concatBytes(cvr, bytesOf(vector, 'counters')) : cvr;
}
