import { equalSecret, toHex } from '@kassa/primitives';
import { generateArqc } from '../crypto/application-cryptogram.ts';
import { deriveUdk, type KeyDerivationOption } from '../crypto/card-keys.ts';
import {
  type CryptogramProfile,
  cryptogramInput,
  cvrOf,
  keyIndexOf,
  profileOfIssuerApplicationData,
} from '../cryptogram/cryptogram-profile.ts';
import { applicationSessionKey, arpcKeyOf } from '../cryptogram/profile-keys.ts';

export interface OnlineCryptogramInput {
  /** Issuer master key for application cryptograms, 16 bytes. */
  readonly imkAc: Uint8Array;
  readonly pan: string;
  /** Two digits; `00` where the card has none. */
  readonly psn: string;
  /** DE 55 by tag: `tlvMap(de55)`. */
  readonly tags: ReadonlyMap<string, Uint8Array>;
  readonly derivation?: KeyDerivationOption;
}

export type OnlineCryptogramResult =
  | {
      readonly ok: true;
      readonly profile: CryptogramProfile;
      /** Key of the cryptogram; forget it afterwards. */
      readonly sessionKey: Uint8Array;
      /** Key of the answer's tag 91, the same or the card's own; forget it afterwards. */
      readonly arpcKey: Uint8Array;
      readonly arqc: Uint8Array;
      /** Card verification results as the profile lays them out. */
      readonly cvr: Uint8Array;
      readonly keyIndex: number;
      /** 0 to 65535. The caller refuses one it has seen: a replayed cryptogram is a right one. */
      readonly atc: number;
    }
  | {
      readonly ok: false;
      readonly reason: 'missing-tag' | 'bad-value' | 'unknown-profile' | 'not-an-arqc' | 'mismatch';
      /** The tag meant by `missing-tag`, and for the others the one that decided: 5A and 5F34 stand for `pan` and `psn`. */
      readonly tag: string;
    };

/**
 * The issuer's check of an online request (EMV 4.4 Book 2, 8.1 and annex A1): which profile the card speaks, its keys,
 * and whether its cryptogram covers exactly the data received. Compared in constant time.
 */
export function verifyOnlineCryptogram(input: OnlineCryptogramInput): OnlineCryptogramResult {
  const { imkAc, pan, psn, tags, derivation } = input;
  for (const tag of ['84', '9F10', '9F26', '9F36']) {
    if (!tags.has(tag)) return { ok: false, reason: 'missing-tag', tag };
  }
  if (!/^\d{1,19}$/.test(pan)) return { ok: false, reason: 'bad-value', tag: '5A' };
  if (!/^\d{2}$/.test(psn)) return { ok: false, reason: 'bad-value', tag: '5F34' };
  const value = (tag: string): Uint8Array => tags.get(tag) ?? new Uint8Array();
  const issuerApplicationData = value('9F10');
  const atc = value('9F36');
  const arqc = value('9F26');
  const profile = profileOfIssuerApplicationData(toHex(value('84').subarray(0, 5)), issuerApplicationData);
  if (!profile) return { ok: false, reason: 'unknown-profile', tag: '9F10' };
  if (atc.length !== 2) return { ok: false, reason: 'bad-value', tag: '9F36' };
  // EMV 4.4 Book 3, 6.5.5.3: bits 8 and 7 are 10 for an ARQC. A request without 9F27 is judged by its cryptogram alone.
  const cid = tags.get('9F27');
  if (cid !== undefined && ((cid[0] ?? 0) & 0xc0) !== 0x80) {
    return { ok: false, reason: 'not-an-arqc', tag: '9F27' };
  }
  const covered = cryptogramInput(profile, (tag) => tags.get(tag), issuerApplicationData);
  if ('missing' in covered) return { ok: false, reason: 'missing-tag', tag: covered.missing };
  const unpredictableNumber = value('9F37');
  if (unpredictableNumber.length !== 4) return { ok: false, reason: 'bad-value', tag: '9F37' };
  const udk = deriveUdk(imkAc, pan, psn, derivation);
  const sessionKey = applicationSessionKey(profile, udk, atc, unpredictableNumber);
  if (!equalSecret(generateArqc(sessionKey, covered.data, profile.padding), arqc)) {
    return { ok: false, reason: 'mismatch', tag: '9F26' };
  }
  return {
    ok: true,
    profile,
    sessionKey,
    arpcKey: arpcKeyOf(profile, udk, sessionKey),
    arqc,
    cvr: cvrOf(profile, issuerApplicationData),
    keyIndex: keyIndexOf(profile, issuerApplicationData),
    atc: ((atc[0] ?? 0) << 8) | (atc[1] ?? 0),
  };
}
