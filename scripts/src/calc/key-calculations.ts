import {
  AES_KSN_BYTES,
  aesCmac,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  aesTypeOf,
  cbcMac,
  combineKeyComponents,
  dukptDataKeys,
  dukptInitialKey,
  dukptKeys,
  dukptTransactionKey,
  KSN_BYTES,
  type MacPadding,
  padBlocks,
  proveKey,
  readKeyBlock,
  retailMac,
  tdesCmac,
} from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { CalcArgumentError, choice, hex, optional, text } from './calc-argument.ts';
import { type CalcAnswer, type CalcContext, calcFunction } from './calc-function.ts';
import { explainRetailMac } from './explain-mac.ts';

const AES_KEY_BYTES = [16, 24, 32];

export const DUKPT = calcFunction({
  name: 'dukpt',
  about: 'keys of a DUKPT transaction (ANSI X9.24-1 with a KSN of 10 bytes, X9.24-3 with 12)',
  arguments: {
    bdk: hex('base derivation key', ...AES_KEY_BYTES),
    ksn: hex('key serial number', KSN_BYTES, AES_KSN_BYTES),
  },
  compute: ({ bdk, ksn }, context) =>
    ksn.length === AES_KSN_BYTES ? aesDukpt(bdk, ksn, context) : tdesDukpt(bdk, ksn, context),
});

function tdesDukpt(bdk: Uint8Array, ksn: Uint8Array, { explain }: CalcContext): CalcAnswer {
  if (bdk.length !== 16) {
    throw new CalcArgumentError('bdk', '16 bytes with a KSN of 10', `${bdk.length} bytes`);
  }
  const initialKey = dukptInitialKey(bdk, ksn);
  explain('initial key', initialKey);
  const counter = Number.parseInt(toHex(ksn).slice(-6), 16) & 0x1fffff;
  for (const reached of countersOnTheWay(counter)) {
    const on = `${toHex(ksn).slice(0, 14)}${hexNumber(((ksn[7] ?? 0) & 0xe0) * 0x1_0000 + reached, 6)}`;
    explain(`key of counter ${hexNumber(reached, 6)}`, dukptTransactionKey(initialKey, fromHex(on)));
  }
  const keys = dukptKeys(initialKey, ksn);
  const data = dukptDataKeys(initialKey, ksn);
  return {
    initialKey: toHex(initialKey),
    transactionKey: toHex(dukptTransactionKey(initialKey, ksn)),
    pinKey: toHex(keys.pin),
    macRequestKey: toHex(keys.macRequest),
    macResponseKey: toHex(keys.macResponse),
    dataRequestKey: toHex(data.request),
    dataResponseKey: toHex(data.response),
  };
}

function aesDukpt(bdk: Uint8Array, ksn: Uint8Array, { explain }: CalcContext): CalcAnswer {
  const initialKeyId = ksn.slice(0, 8);
  const initialKey = aesDukptInitialKey(bdk, initialKeyId);
  explain('initial key', initialKey);
  const counter = Number.parseInt(toHex(ksn).slice(-8), 16);
  for (const reached of countersOnTheWay(counter)) {
    const on = fromHex(toHex(initialKeyId) + hexNumber(reached, 8));
    explain(`key of counter ${hexNumber(reached, 8)}`, aesDukptTransactionKey(initialKey, on));
  }
  const key = aesDukptTransactionKey(initialKey, ksn);
  const type = aesTypeOf(bdk);
  explain('type of the working keys', type);
  const working = (usage: Parameters<typeof aesDukptWorkingKey>[2]): string =>
    toHex(aesDukptWorkingKey(key, ksn, usage, type));
  return {
    initialKey: toHex(initialKey),
    transactionKey: toHex(key),
    pinKey: working('pin-encryption'),
    macRequestKey: working('mac-generation'),
    macResponseKey: working('mac-verification'),
    macBothWaysKey: working('mac-both-ways'),
    dataRequestKey: working('data-encryption'),
    dataResponseKey: working('data-decryption'),
    dataBothWaysKey: working('data-both-ways'),
    keyEncryptionKey: working('key-encryption'),
    updateKey: toHex(aesDukptUpdateKey(initialKey, initialKeyId)),
  };
}

/** One bit more at each step, from the left, up to the counter. */
function countersOnTheWay(counter: number): number[] {
  const counters: number[] = [];
  let reached = 0;
  for (let bit = 2 ** 31; bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    reached += bit;
    counters.push(reached);
  }
  return counters;
}

function hexNumber(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}

const KEY = hex('the key', 8, 16, 24, 32);
const KEY_TYPE = optional(
  choice('tdes, or aes; a key of 32 bytes is AES, any other TDES unless told', ['tdes', 'aes']),
);

export const KCV = calcFunction({
  name: 'kcv',
  about: 'key check value: zeros enciphered (TDES), CMAC of zeros (AES)',
  arguments: { key: KEY, type: KEY_TYPE },
  positional: 'key',
  compute: ({ key, type }) => {
    const algorithm = keyAlgorithm('key', key, type);
    const { keyCheckValue, parity } = proveKey(algorithm, key);
    return { kcv: toHex(keyCheckValue), type: algorithm, parity };
  },
});

export const KEY_COMPONENTS = calcFunction({
  name: 'key-components',
  about: 'key ceremony: a key of its components, with the check value of each',
  arguments: {
    components: text(
      'two or more, with commas between',
      'components in hexadecimal, equally long',
      componentList,
    ),
    type: KEY_TYPE,
  },
  compute: ({ components, type }, { explain }) => {
    const [first = new Uint8Array()] = components;
    const combined = combineKeyComponents(keyAlgorithm('components', first, type), components);
    for (const [index, { keyCheckValue, parity }] of combined.components.entries()) {
      explain(`component ${index + 1}: check value`, keyCheckValue);
      if (parity !== null) explain(`component ${index + 1}: parity`, parity);
    }
    return {
      key: toHex(combined.key),
      kcv: toHex(combined.keyCheckValue),
      parity: combined.parity,
      componentKcvs: combined.components.map(({ keyCheckValue }) => toHex(keyCheckValue)).join(','),
    };
  },
});

function componentList(written: string): readonly Uint8Array[] | undefined {
  const parts = written.split(',').map((part) => KEY.parse(part));
  const keys = parts.filter((part) => part !== undefined);
  const isWhole = keys.length === parts.length && keys.length >= 2;
  return isWhole && keys.every(({ length }) => length === keys[0]?.length) ? keys : undefined;
}

function keyAlgorithm(name: string, key: Uint8Array, type: 'tdes' | 'aes' | undefined): 'tdes' | 'aes' {
  const algorithm = type ?? (key.length === 32 ? 'aes' : 'tdes');
  const fits = algorithm === 'aes' ? AES_KEY_BYTES.includes(key.length) : key.length !== 32;
  if (!fits) throw new CalcArgumentError(name, `a key of ${algorithm}`, `${key.length} bytes`);
  return algorithm;
}

const PADDINGS: Readonly<Record<'1' | '2' | '3', MacPadding>> = {
  1: 'method-1',
  2: 'method-2',
  3: 'method-3',
};

/** Lengths of keys by algorithm. */
const MAC_KEY_BYTES = {
  1: [8, 16, 24],
  3: [16, 32],
  'cmac-tdes': [16, 24],
  'cmac-aes': AES_KEY_BYTES,
} as const;

export const MAC = calcFunction({
  name: 'mac',
  about: 'message authentication code (ISO/IEC 9797-1 algorithms 1 and 3; NIST SP 800-38B)',
  arguments: {
    algorithm: choice('1: CBC, 3: retail MAC, or CMAC', ['1', '3', 'cmac-tdes', 'cmac-aes']),
    padding: optional(choice('ISO/IEC 9797-1 padding method, for algorithms 1 and 3', ['1', '2', '3'])),
    key: KEY,
    data: hex('the message'),
  },
  compute: ({ algorithm, padding, key, data }, context) => {
    const lengths: readonly number[] = MAC_KEY_BYTES[algorithm];
    if (!lengths.includes(key.length)) {
      const expected = `${lengths.join(' or ')} bytes with algorithm ${algorithm}`;
      throw new CalcArgumentError('key', expected, `${key.length} bytes`);
    }
    if (algorithm === 'cmac-tdes') return { mac: toHex(tdesCmac(key, data)) };
    if (algorithm === 'cmac-aes') return { mac: toHex(aesCmac(key, data)) };
    if (padding === undefined) throw new CalcArgumentError('padding', '1, 2 or 3', 'nothing');
    const method = PADDINGS[padding];
    if (algorithm === '1') {
      context.explain(`padded data (${method})`, padBlocks(data, method));
      return { mac: toHex(cbcMac(key, data, { padding: method })) };
    }
    if (key.length === 16) explainRetailMac(context, key, data, method);
    return { mac: toHex(retailMac(key, data, { padding: method })) };
  },
});

export const TR31 = calcFunction({
  name: 'tr31',
  about: 'opens a key block (ANSI X9.143, TR-31) of version A, B, C or D; refuses a wrong MAC',
  arguments: {
    kbpk: hex('key block protection key', ...AES_KEY_BYTES),
    block: text('the key block', 'the characters of a key block', (written) =>
      /^[\x20-\x7e]+$/.test(written) ? written : undefined,
    ),
  },
  compute: ({ kbpk, block }, { explain }) => {
    if (kbpk.length === 32 && /^[ABC]/.test(block)) {
      throw new CalcArgumentError('kbpk', '16 or 24 bytes for versions A, B and C', '32 bytes');
    }
    const { header, headerText, key } = readKeyBlock(kbpk, block);
    const { optionalBlocks, ...fields } = header;
    for (const [name, value] of Object.entries(fields)) explain(name, value);
    for (const { id, data } of optionalBlocks) explain(`optional block ${id}`, data);
    return { header: headerText, key: toHex(key) };
  },
});
