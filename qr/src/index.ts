export { buildMerchantPayload, type MerchantPayloadDraft } from './build-merchant-payload.ts';
export { crc16 } from './crc16.ts';
export type { DataObject } from './data-object.ts';
export { type DescribedObject, describePayload } from './describe-payload.ts';
export { PAYLOAD_BYTES_MAX } from './limits.ts';
export {
  type AccountField,
  type LanguageTemplate,
  type MerchantAccount,
  type MerchantPayload,
  type PointOfInitiation,
  parseMerchantPayload,
} from './parse-merchant-payload.ts';
