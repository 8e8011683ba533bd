import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { concatBytes, toHex } from '@kassa/primitives';

/** AES-256 (FIPS 197). */
const KEY_BYTES = 32;
/** NIST SP 800-38D, 8.2: 96 bits, never used twice under one key. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_BYTES = 4;
const NO_SALT = new Uint8Array(0);

/** The secret of a key file. Everything else is derived from it, each for one use (RFC 5869, HKDF with SHA-256). */
export class KeyFileSecret {
  readonly #secret: Uint8Array;
  /** Tells whether two parties hold the same key file, eight hexadecimal digits. */
  readonly checkValue: string;

  /** @param secret 32 bytes; a copy is kept. */
  constructor(secret: Uint8Array) {
    this.#secret = Uint8Array.from(secret);
    this.checkValue = toHex(this.#derive('kassa check value').subarray(0, CHECK_BYTES));
  }

  /** Key block protection key of one party's security module, 32 bytes. */
  localMasterKey(party: string): Uint8Array {
    return this.#derive(`kassa local master key ${party}`);
  }

  /**
   * AES-256-GCM under a key for this party's store alone.
   * @param nonce 12 random bytes. @param header in the clear, bound to what is sealed.
   * @returns enciphered text, then 16 bytes of tag.
   */
  seal(party: string, nonce: Uint8Array, header: Uint8Array, plain: Uint8Array): Uint8Array {
    const key = this.#derive(`kassa key store ${party}`);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
    const sealed = concatBytes(cipher.update(plain), cipher.final(), cipher.getAuthTag());
    key.fill(0);
    return sealed;
  }

  /** Undefined where a bit of it, of the header, or the key is another. */
  open(party: string, nonce: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < TAG_BYTES || nonce.length !== NONCE_BYTES) return undefined;
    const key = this.#derive(`kassa key store ${party}`);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(header);
    key.fill(0);
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    try {
      return concatBytes(plain, decipher.final());
    } catch {
      return undefined;
    }
  }

  #derive(use: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#secret, NO_SALT, use, KEY_BYTES));
  }
}
