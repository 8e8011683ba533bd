import { concatBytes, encodeTlv, fromHex } from '@kassa/primitives';
import { issueIccCertificate } from '../crypto/public-key-certificate.ts';
import { signStaticData } from '../crypto/signed-application-data.ts';
import type { CardAuthentication, CardData, CardSigner } from './card-data.ts';

/** What makes a card provable: further records, and its key. */
export interface AuthenticationData {
  /** By `SFI.record`, each in template 70. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly signer: CardSigner | null;
}

/** EMV 4.4 Book 2, 6.5: the DDOL must ask for the unpredictable number. */
const DDOL = fromHex('9F3704');
/** EMV 4.4 Book 3, 10.3: the AIP is signed with the records. */
const STATIC_DATA_TAGS = Uint8Array.of(0x82);
/** EMV 4.4 Book 2, 5.1: two bytes of the issuer's choice. */
const DATA_AUTHENTICATION_CODE = fromHex('DAC1');

/** Certificates, signature and key of a card that proves itself (EMV 4.4 Book 2, 5.1, 6.1; Book 3, 7.2). */
export function authenticationData(
  card: CardData,
  { method, issuer, wrongSignatures = false }: CardAuthentication,
  staticData: Uint8Array,
): AuthenticationData {
  const issuerRecord = record(
    ['8F', Uint8Array.of(issuer.authorityIndex)],
    ['90', issuer.certificate.certificate],
    ['9F32', issuer.certificate.exponent],
    ['92', issuer.certificate.remainder],
  );
  if (method === 'sda') {
    const code = DATA_AUTHENTICATION_CODE;
    const signed = wrongSignatures ? concatBytes(staticData, code) : staticData;
    const signature = record(['93', signStaticData(issuer.key, code, signed)], ['9F4A', STATIC_DATA_TAGS]);
    return {
      records: new Map([
        ['4.1', issuerRecord],
        ['4.2', signature],
      ]),
      signer: null,
    };
  }
  const key = issuer.cardKey(card.pan);
  // EMV 4.4 Book 2, 6.1: MMYY; a card's certificate ends with the card.
  const expiry = card.expiry.slice(2) + card.expiry.slice(0, 2);
  const serial = fromHex(card.pan.slice(-7, -1));
  const certificate = issueIccCertificate(issuer.key, key, { pan: card.pan, expiry, serial }, staticData);
  const cardRecord = record(
    ['9F46', certificate.certificate],
    ['9F47', certificate.exponent],
    ['9F48', certificate.remainder],
    ['9F49', DDOL],
    ['9F4A', STATIC_DATA_TAGS],
  );
  return {
    records: new Map([
      ['4.1', issuerRecord],
      ['4.2', cardRecord],
    ]),
    signer: { key, ddol: DDOL, combines: method === 'cda', wrongSignatures },
  };
}

function record(...objects: readonly (readonly [tag: string, value: Uint8Array])[]): Uint8Array {
  const present = objects.filter(([, value]) => value.length > 0);
  return encodeTlv('70', concatBytes(...present.map(([tag, value]) => encodeTlv(tag, value))));
}
