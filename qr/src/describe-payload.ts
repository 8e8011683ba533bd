import { luhnValid, maskPan } from '@kassa/primitives';
import type { DataObject } from './data-object.ts';
import { isAccountOf } from './lint-profile.ts';
import { ROOT, SCHEME_SPECIFIC, type TemplateRule } from './object-rules.ts';
import { pathOf } from './payload-problem.ts';
import type { Profile, ProfileField } from './profile.ts';

/** One data object for people: where it is, what it is called, what it says. */
export interface DescribedObject {
  /** `54`, `62.01`. */
  readonly path: string;
  readonly name: string;
  /** Bytes of UTF-8 from the start of the payload. */
  readonly offset: number;
  /** Absent for a template, whose data objects follow. Card numbers and merchant accounts 02 to 25 are masked. */
  readonly value?: string;
  /** The merchant left this to the payer: `***` in the additional data. */
  readonly isAsked?: true;
}

/** What the merchant writes where the payer's device is to ask. MPM 1.1, 3, Additional Data Field Template (ID 62). */
const ASK = '***';

type Names = Readonly<Record<string, ProfileField>>;

/**
 * Every data object of a payload in the order written, those of a template after it.
 * @param profile whose names for the fields of its templates are used.
 */
export function describePayload(
  { objects }: { readonly objects: readonly DataObject[] },
  profile?: Profile,
): DescribedObject[] {
  return objects.flatMap((object) => describe(object, ROOT, '', {}, namesIn(object, profile)));
}

/** What the profile calls the data objects inside a template of the root. */
function namesIn(object: DataObject, profile: Profile | undefined): Names {
  const account = profile?.accounts.find((one) => isAccountOf(object, one));
  return account?.fields ?? profile?.templates?.[object.tag] ?? {};
}

function describe(
  { tag, value, offset, objects }: DataObject,
  rule: TemplateRule,
  parent: string,
  names: Names,
  inside: Names,
): DescribedObject[] {
  const { name: ruleName, template, mayHoldPan } = rule.ruleOf(tag);
  const name = names[tag]?.name ?? ruleName;
  const path = pathOf(parent, tag);
  if (!objects) {
    const isAsked = parent === '62' && value === ASK;
    const shown = mayHoldPan || isCardNumber(value) ? maskPan(value) : value;
    return [{ path, name, offset, value: shown, ...(isAsked ? { isAsked } : {}) }];
  }
  const inner = objects.flatMap((object) =>
    describe(object, template ?? SCHEME_SPECIFIC, path, inside, inside[object.tag]?.fields ?? {}),
  );
  return [{ path, name, offset }, ...inner];
}

/** Transfers to a card write its number among the fields of the scheme. */
function isCardNumber(value: string): boolean {
  return /^\d{13,19}$/.test(value) && luhnValid(value);
}
