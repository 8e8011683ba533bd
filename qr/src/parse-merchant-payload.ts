import { assert } from '@kassa/primitives';
import { checkValue } from './check-value.ts';
import { crc16 } from './crc16.ts';
import { type DataObject, HEADER_BYTES, readObjects } from './data-object.ts';
import { PAYLOAD_BYTES_MAX } from './limits.ts';
import { isAccount, isAccountTemplate, ROOT, type TemplateRule } from './object-rules.ts';
import { charactersOf, countOf, pathOf, problem } from './payload-problem.ts';
import { utf8Length } from './utf8.ts';

/** `static`: one code for many payments; `dynamic`: a code for one payment. */
export type PointOfInitiation = 'static' | 'dynamic';

/** A merchant account that names its scheme: data objects 26 to 51. */
export interface MerchantAccount {
  readonly tag: string;
  /** Globally unique identifier: an application identifier, a UUID or a reversed domain name. */
  readonly guid: string;
  /** What the scheme puts beside it, in the order written. */
  readonly fields: readonly AccountField[];
}

export interface AccountField {
  readonly tag: string;
  readonly value: string;
}

/** The merchant's name and city in its own script: data object 64. */
export interface LanguageTemplate {
  /** ISO 639-1: `kk`, `ru`. */
  readonly language: string;
  readonly merchantName: string;
  readonly merchantCity?: string;
}

/** A merchant-presented payload that keeps every rule checked here. */
export interface MerchantPayload {
  /** Everything, in the order written: unknown data objects and the CRC too. */
  readonly objects: readonly DataObject[];
  readonly pointOfInitiation: PointOfInitiation | undefined;
  readonly merchantAccounts: readonly MerchantAccount[];
  /** ISO 18245, four digits. */
  readonly mcc: string;
  /** ISO 4217 numeric. */
  readonly currency: string;
  /** As written, because decimals depend on the currency: `1500.00`, `1500`, `1500.`. */
  readonly amount: string | undefined;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly merchantName: string;
  readonly merchantCity: string;
  readonly billNumber: string | undefined;
  readonly referenceLabel: string | undefined;
  readonly terminalLabel: string | undefined;
  readonly language: LanguageTemplate | undefined;
}

const CRC_TAG = '63';

/**
 * Reads a merchant-presented payload and refuses it for the first rule it breaks: size, encoding, structure in reading
 * order, CRC, what is mandatory, what each value may be. A tag stands at most once in its template.
 * Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, sections 3 and 4.
 * @throws ProtocolError `too-large`, `bad-encoding`, `truncated`, `trailing-data`, `bad-tlv` (a tag that is not two
 * digits, missing, repeated or out of place), `bad-length` or `bad-value`; its path is like `62.01`, its offset counts
 * bytes of UTF-8.
 */
export function parseMerchantPayload(text: string): MerchantPayload {
  checkText(text);
  const { objects, crc } = readRoot(text);
  checkCrc(text, crc);
  checkObjects(objects, ROOT, '', crc.offset);
  if (!objects.some(({ tag }) => isAccount(Number(tag)))) {
    throw problem('bad-tlv', '', crc.offset, 'a merchant account, one of 02 to 51', 'none');
  }
  const additional = objects.find(({ tag }) => tag === '62')?.objects ?? [];
  return {
    objects,
    pointOfInitiation: pointOfInitiationOf(valueAt(objects, '01')),
    merchantAccounts: objects.filter(({ tag }) => isAccountTemplate(Number(tag))).map(accountOf),
    mcc: mandatory(objects, '52'),
    currency: mandatory(objects, '53'),
    amount: valueAt(objects, '54'),
    country: mandatory(objects, '58'),
    merchantName: mandatory(objects, '59'),
    merchantCity: mandatory(objects, '60'),
    billNumber: valueAt(additional, '01'),
    referenceLabel: valueAt(additional, '05'),
    terminalLabel: valueAt(additional, '07'),
    language: languageOf(objects.find(({ tag }) => tag === '64')?.objects),
  };
}

function checkText(text: string): void {
  // A text never takes fewer bytes of UTF-8 than it has UTF-16 units: no need to encode a huge one to refuse it.
  if (text.length > PAYLOAD_BYTES_MAX || utf8Length(text) > PAYLOAD_BYTES_MAX) {
    const found = `more, in ${charactersOf(text.length)}`;
    throw problem('too-large', '', PAYLOAD_BYTES_MAX, `at most ${PAYLOAD_BYTES_MAX} bytes`, found);
  }
  const lone = text.search(/\p{Surrogate}/u);
  if (lone >= 0) {
    throw problem('bad-encoding', '', utf8Length(text.slice(0, lone)), 'Unicode text', 'half a character');
  }
}

/** Reads the root and its templates, one level deep. */
function readRoot(text: string): { objects: DataObject[]; crc: DataObject } {
  const objects: DataObject[] = [];
  for (const object of readObjects(text)) {
    const { tag, value, offset } = object;
    const { template } = ROOT.ruleOf(tag);
    if (offset === 0) {
      if (tag !== '00') throw problem('bad-tlv', '00', 0, 'data object 00 first', `data object ${tag}`);
      checkValue(object, ROOT.ruleOf(tag), tag);
    }
    objects.push(
      template ? { ...object, objects: [...readObjects(value, tag, offset + HEADER_BYTES)] } : object,
    );
    if (tag !== CRC_TAG) continue;
    const end = endOf(object);
    const left = utf8Length(text) - end;
    if (left > 0)
      throw problem('trailing-data', '', end, 'the end after data object 63', countOf(left, 'byte'));
    return { objects, crc: object };
  }
  throw problem('truncated', CRC_TAG, utf8Length(text), 'data object 63 last', 'the end');
}

/** The CRC covers every byte before its own four digits: its tag and length too. */
function checkCrc(text: string, crc: DataObject): void {
  checkValue(crc, ROOT.ruleOf(crc.tag), crc.tag);
  const expected = crc16(text.slice(0, -crc.value.length));
  if (crc.value !== expected) {
    throw problem('bad-value', crc.tag, crc.offset + HEADER_BYTES, `CRC ${expected}`, crc.value);
  }
}

function checkObjects(objects: readonly DataObject[], rule: TemplateRule, parent: string, end: number): void {
  const tags = new Set<string>();
  for (const { tag, offset } of objects) {
    if (tags.has(tag)) throw problem('bad-tlv', pathOf(parent, tag), offset, 'each tag once', 'a second one');
    tags.add(tag);
  }
  for (const tag of rule.mandatory) {
    if (!tags.has(tag)) throw problem('bad-tlv', pathOf(parent, tag), end, rule.ruleOf(tag).name, 'none');
  }
  for (const object of objects) {
    const path = pathOf(parent, object.tag);
    const objectRule = rule.ruleOf(object.tag);
    checkValue(object, objectRule, path);
    if (objectRule.template) checkObjects(object.objects ?? [], objectRule.template, path, endOf(object));
  }
}

function endOf({ offset, value }: DataObject): number {
  return offset + HEADER_BYTES + utf8Length(value);
}

function valueAt(objects: readonly DataObject[], tag: string): string | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

function mandatory(objects: readonly DataObject[], tag: string): string {
  const value = valueAt(objects, tag);
  assert(value !== undefined, `data object ${tag} was checked to be there`);
  return value;
}

function pointOfInitiationOf(code: string | undefined): PointOfInitiation | undefined {
  if (code === undefined) return undefined;
  return code === '11' ? 'static' : 'dynamic';
}

function accountOf({ tag, objects = [] }: DataObject): MerchantAccount {
  const fields = objects.filter((object) => object.tag !== '00');
  return { tag, guid: mandatory(objects, '00'), fields: fields.map(({ tag, value }) => ({ tag, value })) };
}

function languageOf(objects: readonly DataObject[] | undefined): LanguageTemplate | undefined {
  if (!objects) return undefined;
  const merchantCity = valueAt(objects, '02');
  return {
    language: mandatory(objects, '00'),
    merchantName: mandatory(objects, '01'),
    ...(merchantCity === undefined ? {} : { merchantCity }),
  };
}
