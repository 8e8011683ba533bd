import { formOf } from './check-value.ts';
import { type DataObject, HEADER_BYTES } from './data-object.ts';
import type { Findings } from './finding.ts';
import { pathOf } from './payload-problem.ts';
import type { Profile, ProfileAccount, ProfileField } from './profile.ts';
import { PROFILES } from './profiles.ts';
import { utf8Length } from './utf8.ts';

/** Whether the template is this account: by its tag and, where the scheme has one, its identifier in either case. */
export function isAccountOf({ tag, objects }: DataObject, { tags, guid }: ProfileAccount): boolean {
  if (!objects || tag < tags[0] || tag > tags[1]) return false;
  const found = objects.find((inner) => inner.tag === '00')?.value;
  return guid === undefined || found?.toUpperCase() === guid.toUpperCase();
}

/** The profile of the scheme a payload names: by the identifier of its account, else by its country. */
export function detectProfile(
  objects: readonly DataObject[],
  profiles: readonly Profile[] = PROFILES,
): Profile | undefined {
  const byIdentifier = profiles.find(({ accounts }) =>
    accounts.some((account) => account.guid && objects.some((object) => isAccountOf(object, account))),
  );
  const country = objects.find(({ tag }) => tag === '58')?.value;
  return byIdentifier ?? profiles.find((profile) => profile.country === country);
}

/**
 * Checks what the scheme says on top of EMVCo: its country and currency, its account and the fields of its templates.
 * @param end offset at which what is missing would have stood.
 */
export function checkProfile(
  objects: readonly DataObject[],
  profile: Profile,
  end: number,
  findings: Findings,
): void {
  const { source } = profile;
  for (const [tag, codes] of [
    ['53', profile.currencies],
    ['58', [profile.country]],
  ] as const) {
    const object = objects.find((one) => one.tag === tag);
    if (!object || codes.includes(object.value)) continue;
    const found = formOf(object.value);
    const offset = object.offset + HEADER_BYTES;
    findings.add('profile-value', { path: tag, offset, expected: codes.join(' or '), found, source });
  }
  let isPayable = false;
  for (const account of profile.accounts) {
    for (const object of objects.filter((one) => isAccountOf(one, account))) {
      isPayable = true;
      checkFields(object, object.tag, account.fields, source, findings);
      checkOneOf(object, account, source, findings);
    }
  }
  if (!isPayable) {
    const expected = profile.accounts
      .map(({ name, guid }) => (guid ? `${name} (${guid})` : name))
      .join(' or ');
    findings.add('profile-account', { path: 'payload', offset: end, expected, found: 'none', source });
  }
  for (const [tag, fields] of Object.entries(profile.templates ?? {})) {
    const object = objects.find((one) => one.tag === tag);
    if (object?.objects) checkFields(object, tag, fields, source, findings);
  }
  checkLanguage(objects, profile, end, findings);
}

function checkFields(
  { objects = [], value, offset }: DataObject,
  parent: string,
  fields: Readonly<Record<string, ProfileField>>,
  source: string,
  findings: Findings,
): void {
  for (const [tag, { name, pattern, says, isRequired, fields: inner }] of Object.entries(fields)) {
    const path = pathOf(parent, tag);
    const object = objects.find((one) => one.tag === tag);
    if (!object) {
      if (!isRequired) continue;
      const end = offset + HEADER_BYTES + utf8Length(value);
      findings.add('profile-field', {
        code: 'bad-tlv',
        path,
        offset: end,
        expected: name,
        found: 'none',
        source,
      });
    } else if (!new RegExp(`^(?:${pattern})$`, 'u').test(object.value)) {
      const place = {
        path,
        offset: object.offset + HEADER_BYTES,
        expected: says,
        found: formOf(object.value),
      };
      findings.add('profile-field', { ...place, source });
    } else if (inner) {
      checkFields(object, path, inner, source, findings);
    }
  }
}

function checkOneOf(
  { tag, objects = [], value, offset }: DataObject,
  { oneOf = [], fields }: ProfileAccount,
  source: string,
  findings: Findings,
): void {
  for (const tags of oneOf) {
    if (objects.some((object) => tags.includes(object.tag))) continue;
    const end = offset + HEADER_BYTES + utf8Length(value);
    const expected = tags.map((sub) => fields[sub]?.name ?? sub).join(' or ');
    findings.add('profile-field', {
      code: 'bad-tlv',
      path: tag,
      offset: end,
      expected,
      found: 'none',
      source,
    });
  }
}

function checkLanguage(
  objects: readonly DataObject[],
  { languages, source }: Profile,
  end: number,
  findings: Findings,
): void {
  if (!languages) return;
  const language = objects.find(({ tag }) => tag === '64')?.objects?.find(({ tag }) => tag === '00');
  if (language && languages.includes(language.value)) return;
  const offset = language ? language.offset + HEADER_BYTES : end;
  const found = language ? formOf(language.value) : 'none';
  findings.add('profile-language', {
    path: '64.00',
    offset,
    expected: languages.join(' or '),
    found,
    source,
  });
}
