import { valueProblem } from './check-value.ts';
import { type DataObject, HEADER_BYTES } from './data-object.ts';
import { type Finding, Findings } from './finding.ts';
import { checkContent } from './lint-content.ts';
import { checkProfile } from './lint-profile.ts';
import type { LintLevel } from './lint-rules.ts';
import { isAccount, ROOT, SCHEME_SPECIFIC, type TemplateRule } from './object-rules.ts';
import { pathOf } from './payload-problem.ts';
import { nestedTemplates, type Profile } from './profile.ts';
import { readPayload } from './read-payload.ts';
import { utf8Length } from './utf8.ts';

/** What a payload says, and what is to be said about it. */
export interface MerchantReport {
  /** No finding is an `error`. */
  readonly isValid: boolean;
  /** Everything that could be read, in the order written. */
  readonly objects: readonly DataObject[];
  /** In the order checked: size, encoding, structure, CRC, what is missing, values, content, profile. */
  readonly findings: readonly Finding[];
}

/** Without the currency an amount means nothing: missing at any level. */
const ESSENTIAL = '53';

/**
 * Checks a merchant-presented payload against every rule, at one of three levels. Nothing is repaired: the data objects
 * are as written, and each deviation is a finding. Never throws for what the text holds.
 * Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, sections 3 and 4.
 * @param profile of the scheme, for level `national`.
 */
export function lintMerchantPayload(text: string, level: LintLevel, profile?: Profile): MerchantReport {
  const used = level === 'national' ? profile : undefined;
  const findings = new Findings(level, used?.accepts);
  const { objects, crc, end, isWhole } = readPayload(text, findings, nestedTemplates(used));
  if (objects[0] && objects[0].tag !== '00') {
    const found = `data object ${objects[0].tag}`;
    findings.add('first-object', { path: '00', offset: 0, expected: 'data object 00 first', found });
  }
  checkObjects(objects, ROOT, '', isWhole ? end : undefined, findings);
  const at = crc?.offset ?? end;
  if (isWhole && !objects.some(({ tag }) => isAccount(Number(tag)))) {
    const expected = 'a merchant account, one of 02 to 51';
    findings.add('no-account', { path: 'payload', offset: at, expected, found: 'none' });
  }
  checkContent(objects, findings);
  if (used && isWhole) checkProfile(objects, used, at, findings);
  const { list } = findings;
  return { isValid: list.every(({ severity }) => severity !== 'error'), objects, findings: list };
}

/** @param end where what is missing would have stood; undefined where it may only be unread. */
function checkObjects(
  objects: readonly DataObject[],
  rule: TemplateRule,
  parent: string,
  end: number | undefined,
  findings: Findings,
): void {
  const tags = new Set<string>();
  for (const { tag, offset } of objects) {
    const path = pathOf(parent, tag);
    if (tags.has(tag)) {
      findings.add('repeated-tag', { path, offset, expected: 'each tag once', found: 'a second one' });
    }
    tags.add(tag);
  }
  for (const tag of end === undefined ? [] : rule.mandatory) {
    if (tags.has(tag)) continue;
    const path = pathOf(parent, tag);
    const name = path === ESSENTIAL ? 'missing-currency' : rule.missingRule;
    findings.add(name, { path, offset: end ?? 0, expected: rule.ruleOf(tag).name, found: 'none' });
  }
  for (const object of objects) {
    const path = pathOf(parent, object.tag);
    const objectRule = rule.ruleOf(object.tag);
    // The CRC was checked while reading: it decides whether anything else is worth a look.
    const wrong = path === '63' ? undefined : valueProblem(object, objectRule, path);
    if (wrong) findings.add(wrong.rule, wrong.place);
    if (!object.objects) continue;
    const inside = object.offset + HEADER_BYTES + utf8Length(object.value);
    checkObjects(object.objects, objectRule.template ?? SCHEME_SPECIFIC, path, inside, findings);
  }
}
