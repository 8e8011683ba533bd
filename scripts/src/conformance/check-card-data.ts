import { isDeepStrictEqual } from 'node:util';
import {
  type CertificateParts,
  encodeCommand,
  encodeResponse,
  inspectIccCertificate,
  inspectStaticData,
  parseCommand,
  parseCvmList,
  parseResponse,
  type RsaPublicKey,
  recoverIssuerCertificate,
  rsaRecover,
  verifyCombinedData,
  verifyDynamicData,
} from '@kassa/emv';
import { concatBytes, encodeTlv, equalBytes, fromHex, parseTlv, toHex } from '@kassa/primitives';
import {
  type Answers,
  bytesOf,
  type CryptoCheck,
  type CryptoVector,
  refusalOf,
  textOf,
} from './crypto-vector.ts';

/** Offline data authentication, cardholder verification lists and commands, by kind of vector. */
export const CARD_DATA_CHECKS: Readonly<Record<string, CryptoCheck>> = {
  'emv.oda.issuer_cert': (vector) => {
    const authority = keyOf(vector, 'capk_modulus');
    const found = recoverIssuerCertificate(authority, partsOf(vector, ['90', '92', '9F32']));
    const { issuerIdentifier, expiry, serial, key } = found;
    return {
      format: '02',
      issuer_id: issuerIdentifier,
      expiry_mmyy: expiry,
      serial,
      issuer_pk_len: key.modulus.length,
      issuer_modulus: key.modulus,
    };
  },
  'emv.oda.icc_cert': (vector) => {
    // The sources leave out the records the hash covers.
    const { pan, expiry, key, hash } = inspectIccCertificate(
      keyOf(vector, 'issuer_modulus'),
      partsOf(vector, ['9F46', '9F48', '9F47']),
    );
    if (pan !== textOf(vector, 'pan_5A')) throw new Error('pan_5A: differs');
    return {
      format: '04',
      pan: pan.padEnd(20, 'F'),
      expiry_mmyy: expiry,
      icc_pk_len: key.modulus.length,
      icc_modulus: key.modulus,
      hash,
    };
  },
  'emv.oda.sda_ssad': (vector) => {
    const found = inspectStaticData(keyOf(vector, 'issuer_modulus'), bytesOf(vector, 'tag_93'));
    return { format: '03', data_authentication_code_9F45: found.dataAuthenticationCode, hash: found.hash };
  },
  'emv.oda.dda_sdad': (vector) => {
    const [key, signature] = [keyOf(vector, 'icc_modulus'), bytesOf(vector, 'tag_9F4B')];
    const number = verifyDynamicData(key, signature, bytesOf(vector, 'ddol_data'));
    return { format: '05', icc_dynamic_number: number, hash: hashIn(key, signature) };
  },
  'emv.oda.cda_sdad': (vector) => {
    const [key, signature] = [keyOf(vector, 'icc_modulus'), bytesOf(vector, 'tag_9F4B')];
    const found = verifyCombinedData(key, signature, bytesOf(vector, 'unpredictable_number'));
    return {
      format: '05',
      icc_dynamic_number: found.dynamicNumber,
      cid_9F27: Uint8Array.of(found.cryptogramInformation),
      application_cryptogram_9F26: found.cryptogram,
      transaction_data_hash: found.transactionDataHash,
      hash: hashIn(key, signature),
    };
  },
  'emv.oda.cda_sdad.negative': (vector) => {
    const [key, signature] = [keyOf(vector, 'icc_modulus'), bytesOf(vector, 'tag_9F4B')];
    const path = refusalOf(() => verifyCombinedData(key, signature, bytesOf(vector, 'unpredictable_number')));
    if (!/\.(header|trailer)$/.test(path)) throw new Error('was refused for another reason');
    return { error: String(vector.expected.error) };
  },
  'emv.cvm_list_8E': cvmList,
  'emv.apdu': command,
};

function keyOf(vector: CryptoVector, modulus: string): RsaPublicKey {
  return { modulus: bytesOf(vector, modulus), exponent: bytesOf(vector, 'exponent') };
}

function partsOf(
  vector: CryptoVector,
  [certificate, remainder, exponent]: readonly [string, string, string],
): CertificateParts {
  return {
    certificate: bytesOf(vector, `tag_${certificate}`),
    remainder: bytesOf(vector, `tag_${remainder}`),
    exponent: bytesOf(vector, `tag_${exponent}`),
  };
}

/** The hash stands before the last byte of what a signature recovers to; it has been checked by then. */
function hashIn(key: RsaPublicKey, signature: Uint8Array): Uint8Array {
  return rsaRecover(key, signature).slice(-21, -1);
}

function cvmList(vector: CryptoVector): Answers {
  const { amountX, amountY, rules } = parseCvmList(bytesOf(vector, 'tag_8E'));
  const found = rules.map(({ hex }) => ({ cvm: hex.slice(0, 2), cond: hex.slice(2) }));
  if (!isDeepStrictEqual(found, vector.expected.rules)) throw new Error('rules: differ');
  return { x: Number(amountX), y: Number(amountY), rules: String(vector.expected.rules) };
}

/** Command and answer are read and written again; data objects of an answer, templates too. */
function command(vector: CryptoVector): Answers {
  const bytes = bytesOf(vector, 'command');
  if (!equalBytes(encodeCommand(parseCommand(bytes)), bytes)) throw new Error('command: differs');
  const { status, data } = parseResponse(fromHex(String(vector.expected.response)));
  const objects = parseTlv(data).map(({ tag, value }) => encodeTlv(tag, value));
  return { response: toHex(encodeResponse(status, concatBytes(...objects))) };
}
