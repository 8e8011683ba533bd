import {
  ENTRY_POINT_TAGS,
  type EntryPointTag,
  type MastercardTag,
  SCHEME_TAGS,
  type TagScheme,
  type VisaTag,
} from './contactless-tags.ts';
import type { Language } from './language.ts';
import { TAG_NAMES_KK } from './tag-names-kk.ts';
import { TAG_NAMES_RU } from './tag-names-ru.ts';
import { type EmvTag, TAGS, type TagDefinition } from './tags.ts';

/** A name for every tag of every table: a missing one does not compile. */
export interface TagNames {
  readonly emv: Readonly<Record<EmvTag, string>>;
  readonly entryPoint: Readonly<Record<EntryPointTag, string>>;
  readonly visa: Readonly<Record<VisaTag, string>>;
  readonly mastercard: Readonly<Record<MastercardTag, string>>;
}

type TagGroup = keyof TagNames;

const TRANSLATED: Readonly<Record<Exclude<Language, 'en'>, TagNames>> = {
  ru: TAG_NAMES_RU,
  kk: TAG_NAMES_KK,
};
const SCHEME_NAMES: Readonly<Record<TagScheme, string>> = { visa: 'Visa', mastercard: 'Mastercard' };
const SCHEMES: readonly TagScheme[] = ['visa', 'mastercard'];

/**
 * What a tag means: to the scheme if it is known, else to EMV, else to the only scheme that defines it.
 * @returns several meanings where schemes differ and none is known; none for a tag of nobody's.
 */
export function tagDefinitions(tag: string, scheme?: TagScheme): readonly TagDefinition[] {
  return meaningsOf(tag, scheme).map(({ definition }) => definition);
}

/** The name of a tag; of both schemes where they differ and none is known; `Tag DF01` for one nobody defines. */
export function tagName(tag: string, language: Language = 'en', scheme?: TagScheme): string {
  const meanings = meaningsOf(tag, scheme);
  const names = meanings.map(({ group, definition }) => {
    if (language === 'en') return definition.name;
    const byTag: Readonly<Record<string, string>> = TRANSLATED[language][group];
    return byTag[tag] ?? definition.name;
  });
  if (names.length === 0) return `Tag ${tag}`;
  if (names.length === 1) return names[0] ?? '';
  return names.map((name, index) => `${SCHEME_NAMES[SCHEMES[index] ?? 'visa']}: ${name}`).join('; ');
}

function meaningsOf(
  tag: string,
  scheme: TagScheme | undefined,
): readonly { readonly group: TagGroup; readonly definition: TagDefinition }[] {
  const own = scheme === undefined ? undefined : SCHEME_TAGS[scheme].get(tag);
  if (scheme !== undefined && own !== undefined) return [{ group: scheme, definition: own }];
  const common = TAGS.get(tag);
  if (common !== undefined) return [{ group: 'emv', definition: common }];
  const entryPoint = ENTRY_POINT_TAGS.get(tag);
  if (entryPoint !== undefined) return [{ group: 'entryPoint', definition: entryPoint }];
  return SCHEMES.flatMap((group) => {
    const definition = SCHEME_TAGS[group].get(tag);
    return definition === undefined ? [] : [{ group, definition }];
  });
}
