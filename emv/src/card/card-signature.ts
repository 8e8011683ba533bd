import { concatBytes, encodeTlv } from '@kassa/primitives';
import { tdesEncrypt } from '../crypto/des.ts';
import { signCombinedData, signDynamicData, transactionDataHash } from '../crypto/signed-application-data.ts';
import type { CardProfile, CardSigner } from './card-data.ts';

/** Flips a bit of what is signed on a card whose signatures are to be wrong. */
function signedPart(signer: CardSigner, data: Uint8Array): Uint8Array {
  return signer.wrongSignatures ? data.map((byte, at) => (at === 0 ? byte ^ 0x01 : byte)) : data;
}

/**
 * ICC dynamic number (EMV 4.4 Book 2, 6.5.1): other for every transaction. The emulated card has no randomness, so it
 * enciphers its counter.
 */
function dynamicNumber(profile: CardProfile, atc: Uint8Array): Uint8Array {
  return tdesEncrypt(profile.udk, concatBytes(atc, new Uint8Array(6)));
}

/** Answer of INTERNAL AUTHENTICATE: format 1 (EMV 4.4 Book 3, 6.5.9.4). */
export function dynamicSignature(
  profile: CardProfile,
  signer: CardSigner,
  atc: Uint8Array,
  ddolValues: Uint8Array,
): Uint8Array {
  const number = dynamicNumber(profile, atc);
  return encodeTlv('80', signDynamicData(signer.key, number, signedPart(signer, ddolValues)));
}

export interface CombinedSignatureInput {
  readonly atc: Uint8Array;
  readonly information: number;
  readonly cryptogram: Uint8Array;
  /** Values of PDOL, CDOL1 and, at the second GENERATE AC, CDOL2. */
  readonly values: Uint8Array;
  /** Objects of the answer beside the signature, with tags and lengths. */
  readonly objects: Uint8Array;
  readonly unpredictableNumber: Uint8Array;
}

/** Tag 9F4B of GENERATE AC (EMV 4.4 Book 2, 6.6.1). */
export function combinedSignature(
  profile: CardProfile,
  signer: CardSigner,
  input: CombinedSignatureInput,
): Uint8Array {
  const { atc, information, cryptogram, values, objects, unpredictableNumber } = input;
  const data = {
    dynamicNumber: dynamicNumber(profile, atc),
    cryptogramInformation: information,
    cryptogram,
    transactionDataHash: transactionDataHash(values, objects),
  };
  return signCombinedData(signer.key, data, signedPart(signer, unpredictableNumber));
}
