import { assert, concatBytes, equalSecret, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { aesCbcDecrypt, aesCbcEncrypt } from './aes.ts';
import { tdesCbcDecrypt, tdesCbcEncrypt } from './des.ts';
import {
  cipherBlockBytes,
  type KeyBlockHeader,
  type KeyBlockVersion,
  keyBlockError,
  readKeyBlockHeader,
  writeKeyBlockHeader,
} from './key-block-header.ts';
import { aesCmac, cbcMac, tdesCmac } from './mac.ts';

/** Bytes of the authenticator (ANSI X9.143-2022). */
const MAC_BYTES: Readonly<Record<KeyBlockVersion, number>> = { A: 4, B: 8, C: 4, D: 16 };
/** X9.143-2022: the key's length in bits stands before it. */
const KEY_LENGTH_BYTES = 2;

interface ProtectionKeys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export interface KeyBlockInput {
  /** Key block protection key: 16 or 24 bytes, for version D 16, 24 or 32. */
  readonly protectionKey: Uint8Array;
  readonly header: KeyBlockHeader;
  readonly key: Uint8Array;
  /** At least {@link keyBlockRandomBytes} of them. */
  readonly random: Uint8Array;
  /** The key is padded as if it were this long, so that the block does not tell its length. */
  readonly maskedKeyBytes?: number;
}

/** How many random bytes a key block takes. */
export function keyBlockRandomBytes(version: KeyBlockVersion, keyBytes: number, maskedKeyBytes = 0): number {
  const block = cipherBlockBytes(version);
  const content = KEY_LENGTH_BYTES + Math.max(keyBytes, maskedKeyBytes);
  return Math.ceil(content / block) * block - KEY_LENGTH_BYTES - keyBytes;
}

/** Writes a key block (ANSI X9.143-2022; TR-31:2018). @returns its characters. */
export function writeKeyBlock(input: KeyBlockInput): string {
  const { protectionKey, header, key, random, maskedKeyBytes } = input;
  const { version } = header;
  assertProtectionKey(version, protectionKey);
  const fillBytes = keyBlockRandomBytes(version, key.length, maskedKeyBytes);
  assert(random.length >= fillBytes, `${fillBytes} random bytes needed`);
  assert(key.length > 0 && key.length < 0x2000, 'a key is 1 to 8191 bytes');
  const bits = Uint8Array.of((key.length * 8) >> 8, (key.length * 8) & 0xff);
  const plain = concatBytes(bits, key, random.subarray(0, fillBytes));
  const text = writeKeyBlockHeader(header, 2 * (plain.length + MAC_BYTES[version]));
  const headerBytes = fromLatin1(text);
  const keys = protectionKeys(version, protectionKey);
  if (version === 'A' || version === 'C') {
    const enciphered = tdesCbcEncrypt(keys.encryption, plain, headerBytes.subarray(0, 8));
    return text + toHex(enciphered) + toHex(macOf(version, keys.mac, headerBytes, enciphered));
  }
  const mac = macOf(version, keys.mac, headerBytes, plain);
  const encrypt = version === 'D' ? aesCbcEncrypt : tdesCbcEncrypt;
  return text + toHex(encrypt(keys.encryption, plain, mac)) + toHex(mac);
}

/** A key and what it may be used for. */
export interface KeyBlockContent {
  readonly header: KeyBlockHeader;
  /** The header as it stands in the block, optional blocks with it. */
  readonly headerText: string;
  readonly key: Uint8Array;
}

/**
 * Reads a key block and checks its authenticator in constant time (ANSI X9.143-2022).
 * @throws ProtocolError: path `key-block.mac` when the authenticator is not one of this protection key over this block;
 * `key-block.length`, `.version`, `.header`, `.optional-blocks`, `.encrypted-key` when the block is malformed.
 */
export function readKeyBlock(protectionKey: Uint8Array, block: string): KeyBlockContent {
  const { header, characters } = readKeyBlockHeader(block);
  const { version } = header;
  assertProtectionKey(version, protectionKey);
  const headerText = block.slice(0, characters);
  const rest = block.slice(characters);
  const macCharacters = 2 * MAC_BYTES[version];
  const encipheredCharacters = rest.length - macCharacters;
  const blockBytes = cipherBlockBytes(version);
  if (encipheredCharacters <= 0 || encipheredCharacters % (2 * blockBytes) !== 0) {
    const expected = `whole blocks of ${blockBytes} bytes and ${MAC_BYTES[version]} bytes of MAC`;
    throw keyBlockError('bad-length', 'encrypted-key', characters, expected, `${rest.length} characters`);
  }
  if (!/^[0-9A-F]*$/.test(rest)) {
    throw keyBlockError(
      'bad-encoding',
      'encrypted-key',
      characters,
      'hexadecimal in capitals',
      'another character',
    );
  }
  const enciphered = fromHex(rest.slice(0, encipheredCharacters));
  const mac = fromHex(rest.slice(encipheredCharacters));
  const headerBytes = fromLatin1(headerText);
  const keys = protectionKeys(version, protectionKey);
  const plain = decipher(version, keys.encryption, enciphered, headerBytes, mac);
  const covered = version === 'A' || version === 'C' ? enciphered : plain;
  if (!equalSecret(macOf(version, keys.mac, headerBytes, covered), mac)) {
    const at = characters + encipheredCharacters;
    throw keyBlockError('bad-value', 'mac', at, 'the MAC of this block under this key', 'a wrong MAC');
  }
  return { header, headerText, key: keyIn(plain, characters) };
}

function decipher(
  version: KeyBlockVersion,
  key: Uint8Array,
  enciphered: Uint8Array,
  headerBytes: Uint8Array,
  mac: Uint8Array,
): Uint8Array {
  switch (version) {
    case 'A':
    case 'C':
      return tdesCbcDecrypt(key, enciphered, headerBytes.subarray(0, 8));
    case 'B':
      return tdesCbcDecrypt(key, enciphered, mac);
    case 'D':
      return aesCbcDecrypt(key, enciphered, mac);
  }
}

function keyIn(plain: Uint8Array, offset: number): Uint8Array {
  const bits = ((plain[0] ?? 0) << 8) | (plain[1] ?? 0);
  if (bits === 0 || bits % 8 !== 0 || bits / 8 > plain.length - KEY_LENGTH_BYTES) {
    const expected = 'a key of whole bytes that fits';
    throw keyBlockError('bad-length', 'encrypted-key', offset, expected, 'another length');
  }
  return plain.slice(KEY_LENGTH_BYTES, KEY_LENGTH_BYTES + bits / 8);
}

/** A and C: over what is sent; B and D: over what is enciphered, the MAC then being the initial vector. */
function macOf(
  version: KeyBlockVersion,
  key: Uint8Array,
  headerBytes: Uint8Array,
  content: Uint8Array,
): Uint8Array {
  const covered = concatBytes(headerBytes, content);
  switch (version) {
    case 'A':
    case 'C':
      return cbcMac(key, covered, { padding: 'method-1' }).slice(0, 4);
    case 'B':
      return tdesCmac(key, covered);
    case 'D':
      return aesCmac(key, covered);
  }
}

/** Variants of the protection key for A and C (X9.143-2022); keys derived by CMAC for B and D. */
function protectionKeys(version: KeyBlockVersion, protectionKey: Uint8Array): ProtectionKeys {
  if (version === 'A' || version === 'C') {
    return {
      encryption: protectionKey.map((byte) => byte ^ 0x45),
      mac: protectionKey.map((byte) => byte ^ 0x4d),
    };
  }
  return {
    encryption: deriveProtectionKey(version, protectionKey, 0x0000),
    mac: deriveProtectionKey(version, protectionKey, 0x0001),
  };
}

function deriveProtectionKey(version: 'B' | 'D', protectionKey: Uint8Array, usage: number): Uint8Array {
  const bytes = protectionKey.length;
  const cmac = version === 'D' ? aesCmac : tdesCmac;
  // Algorithm of the derived key: 2TDEA 0000, 3TDEA 0001, AES-128, -192, -256 from 0002.
  const algorithm = version === 'D' ? bytes / 8 : bytes / 8 - 2;
  const blocks = Array.from({ length: Math.ceil(bytes / cipherBlockBytes(version)) }, (_, index) => {
    const bits = bytes * 8;
    return cmac(protectionKey, Uint8Array.of(index + 1, 0, usage, 0, 0, algorithm, bits >> 8, bits & 0xff));
  });
  return concatBytes(...blocks).slice(0, bytes);
}

function assertProtectionKey(version: KeyBlockVersion, key: Uint8Array): void {
  const lengths = version === 'D' ? [16, 24, 32] : [16, 24];
  assert(
    lengths.includes(key.length),
    `a key block protection key of version ${version} is ${lengths.join(' or ')} bytes, found ${key.length}`,
  );
}
