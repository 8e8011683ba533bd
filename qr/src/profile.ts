import type { Acceptance } from './finding.ts';

/**
 * What a national scheme says on top of EMVCo, as data: everything here survives `JSON.stringify`. Patterns are regular
 * expressions for a whole value.
 */
export interface Profile {
  /** `kz`, `pix`: what `--profile` takes. */
  readonly id: string;
  readonly name: string;
  /** Data object 58, ISO 3166-1. */
  readonly country: string;
  /** Data object 53, ISO 4217 numeric. */
  readonly currencies: readonly string[];
  /** At least one of them stands in every payload. */
  readonly accounts: readonly ProfileAccount[];
  /** Other templates of the scheme, each optional, by tag. */
  readonly templates?: Readonly<Record<string, Readonly<Record<string, ProfileField>>>>;
  /** Where the name in the local script belongs: one of these in 64.00. */
  readonly languages?: readonly string[];
  /** Deviations from EMVCo that the scheme allows. */
  readonly accepts: readonly Acceptance[];
  /** Consumer-presented: template lengths of 128 to 255 in one byte, which BER does not know. */
  readonly hasOneByteLengths?: true;
  /** Where the rules are from. */
  readonly source: string;
  /** Present where the scheme published nothing: what is assumed. */
  readonly assumption?: string;
}

export interface ProfileAccount {
  readonly name: string;
  /** Tags it may have, first and last. */
  readonly tags: readonly [first: string, last: string];
  /** Identifier in sub-tag 00, in either case; absent where it identifies the payee. */
  readonly guid?: string;
  readonly fields: Readonly<Record<string, ProfileField>>;
  /** Of each list one data object has to be there. */
  readonly oneOf?: readonly (readonly string[])[];
}

export interface ProfileField {
  readonly name: string;
  readonly pattern: string;
  /** In words, for a finding. */
  readonly says: string;
  readonly isRequired?: true;
  /** The value is a template of these. */
  readonly fields?: Readonly<Record<string, ProfileField>>;
}

/** Paths of the templates inside templates that the profile knows: `38.01`. */
export function nestedTemplates(profile: Profile | undefined): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { tags, fields } of profile?.accounts ?? []) {
    for (const [sub, field] of Object.entries(fields)) {
      if (!field.fields) continue;
      for (let tag = Number(tags[0]); tag <= Number(tags[1]); tag++) paths.add(`${tag}.${sub}`);
    }
  }
  return paths;
}

/** The profile with another identifier of its account template: the real one, once there is one. */
export function profileWithGuid(profile: Profile, guid: string): Profile {
  const [account, ...others] = profile.accounts;
  return account ? { ...profile, accounts: [{ ...account, guid }, ...others] } : profile;
}
