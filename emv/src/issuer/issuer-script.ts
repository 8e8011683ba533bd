import { assert, concatBytes, encodeTlv, fromHex } from '@kassa/primitives';
import { pinChangeCommand, type ScriptContext, scriptMac } from '../crypto/secure-messaging.ts';
import type { CryptogramProfile } from '../cryptogram/cryptogram-profile.ts';
import { secureMessagingSessionKey } from '../cryptogram/profile-keys.ts';

/** What an issuer can have a card do (EMV 4.4 Book 3, 6.5.1 to 6.5.3 and 6.5.10). */
export type IssuerCommand =
  | { readonly kind: 'application-block' | 'application-unblock' | 'card-block' | 'pin-unblock' }
  | { readonly kind: 'pin-change'; readonly newPin: string }
  /** One byte at most here: 9F14, 9F23 (M/Chip), 9F58, 9F59 (Visa). */
  | { readonly kind: 'put-data'; readonly tag: string; readonly value: Uint8Array };

/** The transaction and card a script is for; keys of `deriveUdk` with the issuer's master keys. */
export interface IssuerScriptInput {
  readonly profile: CryptogramProfile;
  readonly udkAc: Uint8Array;
  readonly udkSmi: Uint8Array;
  readonly udkSmc: Uint8Array;
  /** 2 bytes of tag 9F36. */
  readonly atc: Uint8Array;
  /** 8 bytes of tag 9F26, verified. */
  readonly arqc: Uint8Array;
}

/** CLA INS of each; P1 and P2 are 00. */
const HEADERS: Readonly<Record<Exclude<IssuerCommand['kind'], 'pin-change' | 'put-data'>, string>> = {
  'application-block': '841E',
  'application-unblock': '8418',
  'card-block': '8416',
  'pin-unblock': '8424',
};

/**
 * An issuer script for the answer's DE 55 (EMV 4.4 Book 3, 10.10; Book 2, 9).
 * @param template `71` before the card's last cryptogram, `72` after it.
 * @param identifier tag 9F18, 4 bytes: comes back in tag 9F5B.
 */
export function makeIssuerScript(
  input: IssuerScriptInput,
  template: '71' | '72',
  identifier: Uint8Array,
  commands: readonly IssuerCommand[],
): Uint8Array {
  assert(identifier.length === 4, 'a script identifier is 4 bytes');
  const content = commands.map((command) => encodeTlv('86', commandBytes(input, command)));
  return encodeTlv(template, concatBytes(encodeTlv('9F18', identifier), ...content));
}

function commandBytes(input: IssuerScriptInput, command: IssuerCommand): Uint8Array {
  const { profile, udkAc, udkSmi, udkSmc, atc, arqc } = input;
  const context: ScriptContext = { macKey: secureMessagingSessionKey(profile, udkSmi, atc, arqc), atc, arqc };
  if (command.kind === 'put-data') return withMac(context, fromHex(`84DA${command.tag}`), command.value);
  if (command.kind !== 'pin-change') {
    return withMac(context, fromHex(`${HEADERS[command.kind]}0000`), new Uint8Array());
  }
  return pinChangeCommand({
    context,
    confidentialityKey: secureMessagingSessionKey(profile, udkSmc, atc, arqc),
    newPin: command.newPin,
    ...(profile.scheme === 'visa' ? { visa: { udkAc } } : {}),
  });
}

function withMac(context: ScriptContext, start: Uint8Array, data: Uint8Array): Uint8Array {
  const header = concatBytes(start, Uint8Array.of(data.length + 8));
  return concatBytes(header, data, scriptMac(context, header, data));
}
