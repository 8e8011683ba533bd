import { equalBytes, toHex } from '@kassa/primitives';
import { type ConsumerObject, readConsumerObjects } from './consumer-object.ts';
import { CONSUMER_TAGS } from './consumer-tags.ts';
import { type Finding, Findings } from './finding.ts';
import { AID_BYTES_MAX, AID_BYTES_MIN } from './limits.ts';
import type { LintLevel } from './lint-rules.ts';
import { countOf, pathOf } from './payload-problem.ts';
import type { Profile } from './profile.ts';
import { toUtf8 } from './utf8.ts';

/** What a consumer-presented payload says, and what is to be said about it. */
export interface ConsumerReport {
  /** No finding is an `error`. */
  readonly isValid: boolean;
  /** Everything that could be read, in the order written. */
  readonly objects: readonly ConsumerObject[];
  readonly findings: readonly Finding[];
}

const INDICATOR = 'CPV01';

/**
 * Checks a consumer-presented payload: base64 of BER-TLV data objects. Nothing is repaired; offsets count the bytes
 * under base64, those of base64 itself its characters. Never throws for what the text holds.
 * Source: EMVCo QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1.
 * @param profile of the scheme, for level `national`.
 */
export function lintConsumerPayload(text: string, level: LintLevel, profile?: Profile): ConsumerReport {
  const findings = new Findings(level, level === 'national' ? profile?.accepts : undefined);
  const hasOneByteLengths = level === 'national' && profile?.hasOneByteLengths === true;
  const objects = readConsumerObjects(text, findings, hasOneByteLengths);
  const isRead = objects.length > 0 || findings.list.length === 0;
  if (isRead) checkRoot(objects, findings);
  checkList(objects, '', findings);
  const { list } = findings;
  return { isValid: list.every(({ severity }) => severity !== 'error'), objects, findings: list };
}

function checkRoot(objects: readonly ConsumerObject[], findings: Findings): void {
  const [first] = objects;
  if (first?.tag !== '85' || !equalBytes(first.value, toUtf8(INDICATOR))) {
    const expected = `data object 85 first, ${INDICATOR}`;
    const found = first ? `data object ${first.tag} of ${countOf(first.value.length, 'byte')}` : 'nothing';
    findings.add('consumer-indicator', { path: '85', offset: 0, expected, found });
  }
  if (objects.some(({ tag }) => tag === '61')) return;
  const last = objects.at(-1);
  const offset = last ? last.offset : 0;
  findings.add('consumer-application', {
    path: '61',
    offset,
    expected: 'an application template',
    found: 'none',
  });
}

function checkList(objects: readonly ConsumerObject[], parent: string, findings: Findings): void {
  const tags = new Set<string>();
  const template = parent.slice(-2);
  for (const object of objects) {
    const { tag, offset } = object;
    const path = pathOf(parent, tag);
    if (tags.has(tag) && path !== '61') {
      findings.add('consumer-repeated', { path, offset, expected: 'each tag once', found: 'a second one' });
    }
    tags.add(tag);
    const known = CONSUMER_TAGS[tag];
    const isTransparent = template === '63' || template === '64';
    const isMisplaced = known ? !isTransparent && !known.in.includes(template) : template === '';
    if (isMisplaced) {
      const expected = known
        ? `in ${known.in.map((place) => place || 'the root').join(' or ')}`
        : 'one of 85, 61, 62';
      findings.add('consumer-place', { path, offset, expected, found: `in ${template || 'the root'}` });
    }
    checkValue(object, path, findings);
    if (tag === '61' && object.objects) checkApplication(object, object.objects, path, findings);
    if (object.objects) checkList(object.objects, path, findings);
  }
  checkCryptogram(objects, parent, findings);
}

function checkValue({ tag, value, offset }: ConsumerObject, path: string, findings: Findings): void {
  const known = CONSUMER_TAGS[tag];
  // The application identifier has a rule of its own.
  if (!known || tag === '4F') return;
  const { bytesMin, bytesMax } = known;
  if (value.length < bytesMin || value.length > bytesMax) {
    const expected = bytesMin === bytesMax ? countOf(bytesMin, 'byte') : `${bytesMin} to ${bytesMax} bytes`;
    findings.add('consumer-value', { path, offset, expected, found: countOf(value.length, 'byte') });
  } else if (tag === '5A' && !/^\d+F?$/.test(toHex(value))) {
    const place = { path, offset, expected: 'digits, padded with F', found: 'other hexadecimal digits' };
    findings.add('consumer-value', { ...place, code: 'bad-value' });
  } else if (tag === '57' && !/^\d{1,19}D\d+F?$/.test(toHex(value))) {
    const place = { path, offset, expected: 'digits, the separator D, digits', found: 'another form' };
    findings.add('consumer-value', { ...place, code: 'bad-value' });
  }
}

function checkApplication(
  { offset }: ConsumerObject,
  objects: readonly ConsumerObject[],
  path: string,
  findings: Findings,
): void {
  const aid = objects.find(({ tag }) => tag === '4F');
  const size = aid?.value.length ?? 0;
  if (size >= AID_BYTES_MIN && size <= AID_BYTES_MAX) return;
  const expected = `${AID_BYTES_MIN} to ${AID_BYTES_MAX} bytes`;
  const found = aid ? countOf(size, 'byte') : 'none';
  findings.add('consumer-aid', { path: `${path}.4F`, offset: aid?.offset ?? offset, expected, found });
}

/** What a host needs beside the cryptogram. EMV Book 2, 8.1. */
const BESIDE_CRYPTOGRAM = ['9F10', '9F36', '9F37'] as const;

function checkCryptogram(objects: readonly ConsumerObject[], parent: string, findings: Findings): void {
  const cryptogram = objects.find(({ tag }) => tag === '9F26');
  if (!cryptogram) return;
  for (const tag of BESIDE_CRYPTOGRAM) {
    if (objects.some((object) => object.tag === tag)) continue;
    const path = pathOf(parent, tag);
    const expected = CONSUMER_TAGS[tag]?.name ?? tag;
    findings.add('consumer-cryptogram', { path, offset: cryptogram.offset, expected, found: 'none' });
  }
}
