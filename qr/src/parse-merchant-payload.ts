import { assert } from '@kassa/primitives';
import type { DataObject } from './data-object.ts';
import { refuseErrors } from './finding.ts';
import { lintMerchantPayload } from './lint-merchant.ts';
import { isAccountTemplate } from './object-rules.ts';

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

/**
 * Reads a merchant-presented payload and refuses it for the first rule it breaks at level `strict`: size, encoding,
 * structure in reading order, CRC, what is mandatory, what each value may be. What deviates and still circulates is read
 * by {@link lintMerchantPayload} at another level.
 * Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, sections 3 and 4.
 * @throws ProtocolError `too-large`, `bad-encoding`, `truncated`, `trailing-data`, `bad-tlv` (a tag that is not two
 * digits, missing, repeated or out of place), `bad-length` or `bad-value`; its path is like `62.01`, its offset counts
 * bytes of UTF-8.
 */
export function parseMerchantPayload(text: string): MerchantPayload {
  const { objects, findings } = lintMerchantPayload(text, 'strict');
  refuseErrors(findings);
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
