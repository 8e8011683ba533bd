import { concatBytes, fromHex, ProtocolError, parseTlv, toHex } from '@kassa/primitives';
import {
  isCertificateExpired,
  issuerIdentifierFits,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from '../crypto/public-key-certificate.ts';
import type { RsaPublicKey } from '../crypto/rsa.ts';
import { verifyDynamicData, verifyStaticData } from '../crypto/signed-application-data.ts';
import { STATUS_OK } from '../data/apdu.ts';
import {
  AIP_BITS,
  type BitMeaning,
  hasBit,
  TERMINAL_CAPABILITY_BITS,
  TSI_BITS,
  TVR_BITS,
} from '../data/bit-meanings.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { parseDol } from '../data/dol.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { internalAuthenticateCommand } from './card-commands.ts';
import { type KernelRun, type KernelSession, transmit } from './kernel-session.ts';

/** Methods of EMV 4.4 Book 2: 5 (SDA), 6.5 (DDA), 6.6 (CDA). */
export type AuthenticationMethod = 'sda' | 'dda' | 'cda';

/** EMV 4.4 Book 4, 6.3.2: a terminal's default DDOL asks for its unpredictable number. */
const DEFAULT_DDOL = fromHex('9F3704');

const FAILED_BIT: Readonly<Record<AuthenticationMethod, BitMeaning>> = {
  sda: TVR_BITS.sdaFailed,
  dda: TVR_BITS.ddaFailed,
  cda: TVR_BITS.cdaFailed,
};

/** What each method needs on the card, beside the certificate of its key (EMV 4.4 Book 3, 7.2, tables 35 and 36). */
const NEEDED_TAGS: Readonly<Record<AuthenticationMethod, readonly string[]>> = {
  sda: ['8F', '90', '9F32', '93'],
  dda: ['8F', '90', '9F32', '9F46', '9F47'],
  cda: ['8F', '90', '9F32', '9F46', '9F47'],
};

/** Why an authentication fails; never leaves this file but in words. */
class AuthenticationFailure extends Error {
  override readonly name = 'AuthenticationFailure';
}

/**
 * Offline data authentication (EMV 4.4 Book 3, 10.3): the best method both sides know – CDA, DDA, SDA – or none. CDA is
 * only prepared here: its signature comes with the cryptogram. Sets TVR byte 1 and the TSI.
 */
export function* authenticateOffline(session: KernelSession): KernelRun<void> {
  const method = chooseMethod(session);
  if (method === null) {
    const why = 'card and terminal have no method of offline data authentication in common';
    session.setTvr(TVR_BITS.odaNotPerformed, why);
    session.onStep({ step: 'data-authentication', method: 'none', result: 'not-performed', why });
    return;
  }
  if (method === 'sda') session.setTvr(TVR_BITS.sdaSelected, 'card and terminal know no better method');
  try {
    checkNeededTags(session, method);
    if (method === 'sda') authenticateStatic(session);
    else session.iccKey = recoverIccKey(session);
    if (method === 'dda') yield* authenticateDynamic(session);
    if (method === 'cda') session.combinesAuthentication = true;
    else session.setTsi(TSI_BITS.odaPerformed);
    const result = method === 'cda' ? 'prepared' : 'successful';
    session.onStep({ step: 'data-authentication', method, result, why: WHY[method] });
  } catch (error) {
    failAuthentication(session, method, reasonOf(error));
  }
}

const WHY: Readonly<Record<AuthenticationMethod, string>> = {
  sda: "the issuer's signature of the card's data is right",
  dda: "the card's signature of the terminal's number is right",
  cda: "the card's key is certified; its signature comes with the cryptogram",
};

/** EMV 4.4 Book 3, 10.3: the bit of the method, and that it was performed. */
export function failAuthentication(session: KernelSession, method: AuthenticationMethod, why: string): void {
  session.combinesAuthentication = false;
  session.setTvr(FAILED_BIT[method], why);
  session.setTsi(TSI_BITS.odaPerformed);
  session.onStep({ step: 'data-authentication', method, result: 'failed', why });
}

/** What an error of the card's data says, without the data. Anything else is a bug and goes on up. */
export function reasonOf(error: unknown): string {
  if (error instanceof AuthenticationFailure) return error.message;
  if (error instanceof ProtocolError) return `${error.code} at ${error.path}`;
  throw error;
}

function chooseMethod(session: KernelSession): AuthenticationMethod | null {
  const aip = session.get('82') ?? new Uint8Array();
  const { capabilities } = session.config;
  const both = (card: BitMeaning, terminal: BitMeaning): boolean =>
    hasBit(aip, card) && hasBit(capabilities, terminal);
  if (both(AIP_BITS.cdaSupported, TERMINAL_CAPABILITY_BITS.cda)) return 'cda';
  if (both(AIP_BITS.ddaSupported, TERMINAL_CAPABILITY_BITS.dda)) return 'dda';
  return both(AIP_BITS.sdaSupported, TERMINAL_CAPABILITY_BITS.sda) ? 'sda' : null;
}

/** EMV 4.4 Book 3, 7.5: data the method needs and the card lacks have a bit of their own. */
function checkNeededTags(session: KernelSession, method: AuthenticationMethod): void {
  const missing = NEEDED_TAGS[method].filter((tag) => session.get(tag) === undefined);
  if (missing.length === 0) return;
  const why = `the card has no ${missing.join(', ')}`;
  session.setTvr(TVR_BITS.iccDataMissing, why);
  throw new AuthenticationFailure(why);
}

/** EMV 4.4 Book 2, 5.2 and 5.3: the authority's key by provider and index, then the issuer's. */
export function recoverIssuerKey(session: KernelSession): RsaPublicKey {
  const rid = toHex((session.aid ?? new Uint8Array()).subarray(0, 5));
  const index = session.get('8F')?.[0];
  const authority = session.config.authorityKeys?.find((key) => key.rid === rid && key.index === index);
  if (!authority) {
    throw new AuthenticationFailure(
      `the terminal has no key ${toHex(Uint8Array.of(index ?? 0))} of authority ${rid}`,
    );
  }
  const { key, issuerIdentifier, expiry } = recoverIssuerCertificate(authority, {
    certificate: session.get('90') ?? new Uint8Array(),
    remainder: session.get('92') ?? new Uint8Array(),
    exponent: session.get('9F32') ?? new Uint8Array(),
  });
  if (!issuerIdentifierFits(issuerIdentifier, session.account?.pan ?? '')) {
    throw new AuthenticationFailure("the issuer's certificate is for other card numbers");
  }
  checkCertificateDate(session, expiry, "the issuer's");
  return key;
}

/** EMV 4.4 Book 2, 6.4. */
export function recoverIccKey(session: KernelSession): RsaPublicKey {
  const parts = {
    certificate: session.get('9F46') ?? new Uint8Array(),
    remainder: session.get('9F48') ?? new Uint8Array(),
    exponent: session.get('9F47') ?? new Uint8Array(),
  };
  const { key, pan, expiry } = recoverIccCertificate(recoverIssuerKey(session), parts, staticData(session));
  if (pan !== session.account?.pan) {
    throw new AuthenticationFailure("the card's certificate is for another card number");
  }
  checkCertificateDate(session, expiry, "the card's");
  return key;
}

/**
 * The key a PIN is enciphered for (EMV 4.4 Book 2, 7.1): a key of its own where the card has one, otherwise the card's.
 * @returns null when none can be recovered.
 */
export function recoverPinKey(session: KernelSession): RsaPublicKey | null {
  try {
    const certificate = session.get('9F2D');
    const exponent = session.get('9F2E');
    if (!certificate || !exponent) return session.iccKey ?? recoverIccKey(session);
    const parts = { certificate, exponent, remainder: session.get('9F2F') ?? new Uint8Array() };
    const { key, pan, expiry } = recoverIccCertificate(recoverIssuerKey(session), parts, new Uint8Array());
    checkCertificateDate(session, expiry, "the PIN key's");
    return pan === session.account?.pan ? key : null;
  } catch (error) {
    reasonOf(error);
    return null;
  }
}

function checkCertificateDate(session: KernelSession, expiry: string, whose: string): void {
  if (isCertificateExpired(expiry, session.transaction.date)) {
    throw new AuthenticationFailure(`${whose} certificate has expired`);
  }
}

/**
 * EMV 4.4 Book 3, 10.3: the records the AFL marks, then the value of the AIP when tag 9F4A asks for it. The list may ask
 * for nothing else.
 */
function staticData(session: KernelSession): Uint8Array {
  const list = session.get('9F4A');
  if (list === undefined) return concatBytes(...session.authenticatedRecords);
  if (toHex(list) !== '82') throw new AuthenticationFailure('tag 9F4A asks for more than the AIP');
  return concatBytes(...session.authenticatedRecords, session.get('82') ?? new Uint8Array());
}

function authenticateStatic(session: KernelSession): void {
  const signature = session.get('93') ?? new Uint8Array();
  const code = verifyStaticData(recoverIssuerKey(session), signature, staticData(session));
  session.setCardValue('9F45', code);
}

/** EMV 4.4 Book 2, 6.5 and Book 3, 6.5.9. */
function* authenticateDynamic(session: KernelSession): KernelRun<void> {
  const ddol = parseDol(session.get('9F49') ?? DEFAULT_DDOL, 'tlv.9F49');
  if (!ddol.some(({ tag }) => tag === '9F37')) {
    throw new AuthenticationFailure("the card's DDOL does not ask for an unpredictable number");
  }
  const data = session.dolData(ddol);
  const response = yield* transmit(internalAuthenticateCommand(data));
  if (response.status !== STATUS_OK) {
    throw new AuthenticationFailure(`INTERNAL AUTHENTICATE answered ${describeStatus(response.status)}`);
  }
  const signature = signatureOf(response.data);
  if (!signature || !session.iccKey) throw new AuthenticationFailure('the card answered without 9F4B');
  session.setCardValue('9F4C', verifyDynamicData(session.iccKey, signature, data));
}

/** EMV 4.4 Book 3, 6.5.9.4: format 1 is the signature in template 80, format 2 has it tagged. */
function signatureOf(data: Uint8Array): Uint8Array | undefined {
  const [object] = parseTlv(data, 'internal-authenticate');
  if (object?.tag === '80') return object.value.slice();
  return object?.tag === '77' ? tlvMap(object.value, 'internal-authenticate.77').get('9F4B') : undefined;
}
