import { formatTenge, type KZT_NUMERIC, type Tiyn } from '@kassa/primitives';
import { crc16 } from './crc16.ts';
import { isAccountTemplate, ROOT } from './object-rules.ts';
import {
  type LanguageTemplate,
  type MerchantAccount,
  type PointOfInitiation,
  parseMerchantPayload,
} from './parse-merchant-payload.ts';
import { problem, shapeOf } from './payload-problem.ts';
import { type DataObjectDraft, writeObjects } from './write-objects.ts';

/** What a merchant-presented code in tenge says. Texts of the root and of 62 are printable ASCII. */
export interface MerchantPayloadDraft {
  readonly pointOfInitiation: PointOfInitiation;
  /** Tag 26 to 51. */
  readonly merchantAccount: MerchantAccount;
  /** ISO 18245, four digits. */
  readonly mcc: string;
  readonly currency: typeof KZT_NUMERIC;
  /** Above zero; without it the payer types the amount. */
  readonly amount?: Tiyn;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** At most 25 characters. */
  readonly merchantName: string;
  /** At most 15 characters. */
  readonly merchantCity: string;
  /** 62.01, at most 25 characters. */
  readonly billNumber?: string;
  /** 62.05, at most 25 characters. */
  readonly referenceLabel?: string;
  /** 62.07, at most 25 characters. */
  readonly terminalLabel?: string;
  readonly language?: LanguageTemplate;
}

/**
 * Writes a payload in ascending order of tags, the CRC last.
 * @returns a text from which {@link parseMerchantPayload} gives the same content back.
 * @throws ProtocolError for what it would not give back, with the path and the offset it would have had.
 */
export function buildMerchantPayload(draft: MerchantPayloadDraft): string {
  const { tag } = draft.merchantAccount;
  if (!isAccountTemplate(Number(tag))) {
    throw problem('bad-tlv', '', 0, 'a merchant account with a tag from 26 to 51', shapeOf(tag));
  }
  const covered = `${writeObjects(objectsOf(draft), ROOT)}6304`;
  const text = covered + crc16(covered);
  parseMerchantPayload(text);
  return text;
}

function objectsOf(draft: MerchantPayloadDraft): DataObjectDraft[] {
  const { merchantAccount, amount, language } = draft;
  return [
    { tag: '00', value: '01' },
    { tag: '01', value: draft.pointOfInitiation === 'static' ? '11' : '12' },
    {
      tag: merchantAccount.tag,
      value: [{ tag: '00', value: merchantAccount.guid }, ...merchantAccount.fields],
    },
    { tag: '52', value: draft.mcc },
    { tag: '53', value: draft.currency },
    ...optional('54', amount === undefined ? undefined : formatTenge(amount)),
    { tag: '58', value: draft.country },
    { tag: '59', value: draft.merchantName },
    { tag: '60', value: draft.merchantCity },
    ...template('62', [
      ...optional('01', draft.billNumber),
      ...optional('05', draft.referenceLabel),
      ...optional('07', draft.terminalLabel),
    ]),
    ...template('64', [
      ...optional('00', language?.language),
      ...optional('01', language?.merchantName),
      ...optional('02', language?.merchantCity),
    ]),
  ];
}

function optional(tag: string, value: string | undefined): DataObjectDraft[] {
  return value === undefined ? [] : [{ tag, value }];
}

function template(tag: string, value: readonly DataObjectDraft[]): DataObjectDraft[] {
  return value.length === 0 ? [] : [{ tag, value }];
}
