import {
  accountField4,
  aesCmac,
  aesDecrypt,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  aesTypeOf,
  cbcMac,
  decipherPinBlock4,
  decodePinBlock,
  dukptDataKeys,
  dukptInitialKey,
  dukptKeys,
  dukptTransactionKey,
  encipherPinBlock4,
  encodePinBlock0,
  encodePinBlock2,
  encodePinField4,
  type MacPadding,
  padBlocks,
  readKeyBlock,
  retailMac,
  tdesCbcEncrypt,
  tdesCmac,
  tdesEncrypt,
} from '@kassa/emv';
import { concatBytes, equalBytes, fromLatin1, toHex, xorBytes } from '@kassa/primitives';
import {
  type Answers,
  bytesOf,
  type CryptoCheck,
  type CryptoVector,
  has,
  numberOf,
  refusalOf,
  textOf,
} from './crypto-vector.ts';

/** PIN blocks, DUKPT, MACs and key blocks, by kind of vector. */
export const PIN_CHECKS: Readonly<Record<string, CryptoCheck>> = {
  'pinblock.iso0': (vector) => {
    const [pin, pan] = [textOf(vector, 'pin'), textOf(vector, 'pan')];
    const block = encodePinBlock0(pin, pan);
    if (decodePinBlock(0, block, pan) !== pin) throw new Error('pin: differs');
    return { block };
  },
  'pinblock.iso1': (vector) => ({ pin: decodePinBlock(1, bytesOf(vector, 'block'), '') }),
  'pinblock.iso2': (vector) => ({ block: encodePinBlock2(textOf(vector, 'pin')) }),
  'pinblock.iso3': (vector) => ({ pin: decodePinBlock(3, bytesOf(vector, 'block'), textOf(vector, 'pan')) }),
  'pinblock.iso0.negative': (vector) => refused(vector, (block, pan) => decodePinBlock(0, block, pan)),
  'pinblock.iso3.negative': (vector) => refused(vector, (block, pan) => decodePinBlock(3, block, pan)),
  'pinblock.iso4.panfield': (vector) => ({ pan_field: accountField4(textOf(vector, 'pan')) }),
  'pinblock.iso4': (vector) => {
    const [key, pan] = [bytesOf(vector, 'key'), textOf(vector, 'pan')];
    return has(vector, 'block')
      ? { pin: decipherPinBlock4(key, bytesOf(vector, 'block'), pan) }
      : { block: encipherPinBlock4(key, textOf(vector, 'pin'), pan, bytesOf(vector, 'random')) };
  },
  'pinblock.iso4.negative': (vector) => {
    const key = bytesOf(vector, 'key');
    const field = (block: Uint8Array, pan: string): Uint8Array =>
      aesDecrypt(key, xorBytes(aesDecrypt(key, block), accountField4(pan)));
    return {
      ...refused(vector, (block, pan) => decipherPinBlock4(key, block, pan)),
      clear_pin_field: field(bytesOf(vector, 'block'), textOf(vector, 'pan')),
    };
  },
  'dukpt.tdes.ik': (vector) => ({ ipek: dukptInitialKey(bytesOf(vector, 'bdk'), bytesOf(vector, 'ksn')) }),
  'dukpt.tdes': tdesDukpt,
  'dukpt.aes.ik': (vector) => ({ ik: aesDukptInitialKey(bytesOf(vector, 'bdk'), bytesOf(vector, 'ikid')) }),
  'dukpt.aes.update': (vector) => ({
    update_key: aesDukptUpdateKey(bytesOf(vector, 'ik'), bytesOf(vector, 'ikid')),
  }),
  'dukpt.aes': aesDukpt,
  'mac.iso9797_1_alg3': (vector) => {
    const key = concatBytes(bytesOf(vector, 'key1'), bytesOf(vector, 'key2'));
    return { mac: retailMac(key, fromLatin1(textOf(vector, 'data_ascii')), { padding: paddingOf(vector) }) };
  },
  'mac.tdes_cbc': (vector) => {
    const data = fromLatin1(textOf(vector, 'data_ascii'));
    return { mac: cbcMac(bytesOf(vector, 'key'), data, { padding: paddingOf(vector) }) };
  },
  'mac.cmac_aes': (vector) => ({ mac: aesCmac(bytesOf(vector, 'key'), bytesOf(vector, 'data')) }),
  'mac.cmac_tdes': (vector) => ({ mac: tdesCmac(bytesOf(vector, 'key'), bytesOf(vector, 'data')) }),
  'tr31.unwrap': (vector) => {
    const { headerText, key } = readKeyBlock(bytesOf(vector, 'kbpk'), textOf(vector, 'key_block'));
    return { header: headerText, key };
  },
};

/** A block that has to be refused: the vector's own words for it are not compared. */
function refused(vector: CryptoVector, decode: (block: Uint8Array, pan: string) => string): Answers {
  const path = refusalOf(() => decode(bytesOf(vector, 'block'), textOf(vector, 'pan')));
  if (path !== 'pin-block') throw new Error('was refused for another reason');
  return { error: String(vector.expected.error) };
}

function paddingOf(vector: CryptoVector): MacPadding {
  const padding = (['method-1', 'method-2', 'method-3'] as const)[numberOf(vector, 'padding') - 1];
  if (padding === undefined) throw new Error('names no padding');
  return padding;
}

function tdesDukpt(vector: CryptoVector): Answers {
  const [initialKey, ksn] = [bytesOf(vector, 'ipek'), bytesOf(vector, 'ksn')];
  const keys = dukptKeys(initialKey, ksn);
  const block = encodePinBlock0(textOf(vector, 'pin'), textOf(vector, 'pan'));
  if (!equalBytes(block, bytesOf(vector, 'clear_pinblock'))) throw new Error('clear_pinblock: differs');
  const data = fromLatin1(textOf(vector, 'mac_and_data_ascii'));
  const mac = (key: Uint8Array): Uint8Array => retailMac(key, data, { padding: 'method-1' }).slice(0, 4);
  return {
    txn_key: dukptTransactionKey(initialKey, ksn),
    enc_pinblock: tdesEncrypt(keys.pin, block),
    mac_request: mac(keys.macRequest),
    mac_response: mac(keys.macResponse),
    data_request_cbc: tdesCbcEncrypt(dukptDataKeys(initialKey, ksn).request, padBlocks(data, 'method-1')),
  };
}

function aesDukpt(vector: CryptoVector): Answers {
  const [initialKey, ksn] = [bytesOf(vector, 'ik'), bytesOf(vector, 'ksn')];
  const key = aesDukptTransactionKey(initialKey, ksn);
  const type = aesTypeOf(key);
  const pinKey = aesDukptWorkingKey(key, ksn, 'pin-encryption', type);
  const answers: Answers = {
    txn_key: key,
    pin_key: pinKey,
    pin_key_aes128: aesDukptWorkingKey(key, ksn, 'pin-encryption', 'aes128'),
    mac_gen_key: aesDukptWorkingKey(key, ksn, 'mac-generation', type),
    data_enc_key: aesDukptWorkingKey(key, ksn, 'data-encryption', type),
  };
  if (type === 'aes256') {
    const macKey = aesDukptWorkingKey(key, ksn, 'mac-generation', 'aes256');
    return { ...answers, pin_key_aes256: pinKey, mac_gen_key_aes256: macKey };
  }
  return has(vector, 'pin_field') ? { ...answers, enc_pinblock_fmt4: format4Block(vector, pinKey) } : answers;
}

/** The vector gives the plain fields of a PIN block: they have to be what PIN, number and random bytes make. */
function format4Block(vector: CryptoVector, pinKey: Uint8Array): Uint8Array {
  const [pinField, panField] = [bytesOf(vector, 'pin_field'), toHex(bytesOf(vector, 'pan_field'))];
  const pin = toHex(pinField).slice(2, 2 + Number.parseInt(toHex(pinField).charAt(1), 16));
  const pan = panField.slice(1, 13 + Number(panField.charAt(0)));
  const random = pinField.slice(8);
  if (!equalBytes(encodePinField4(pin, random), pinField)) throw new Error('pin_field: differs');
  if (toHex(accountField4(pan)) !== panField) throw new Error('pan_field: differs');
  return encipherPinBlock4(pinKey, pin, pan, random);
}
