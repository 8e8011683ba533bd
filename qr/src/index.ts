export { fromBase64, toBase64 } from './base64.ts';
export { buildMerchantPayload, type MerchantPayloadDraft } from './build-merchant-payload.ts';
export { buildPayload } from './build-payload.ts';
export type { ConsumerObject, ConsumerObjectDraft } from './consumer-object.ts';
export {
  buildConsumerObjects,
  buildConsumerPayload,
  type ConsumerApplication,
  type ConsumerApplicationDraft,
  type ConsumerPayload,
  type ConsumerPayloadDraft,
  parseConsumerPayload,
} from './consumer-payload.ts';
export { crc16 } from './crc16.ts';
export type { DataObject } from './data-object.ts';
export { describeConsumerPayload } from './describe-consumer.ts';
export { type DescribedObject, describePayload } from './describe-payload.ts';
export type { Finding } from './finding.ts';
export { CONSUMER_BYTES_MAX, PAYLOAD_BYTES_MAX } from './limits.ts';
export { type ConsumerReport, lintConsumerPayload } from './lint-consumer.ts';
export { lintMerchantPayload, type MerchantReport } from './lint-merchant.ts';
export { type LintOptions, lintPayload, type PayloadReport } from './lint-payload.ts';
export { detectProfile } from './lint-profile.ts';
export { LINT_RULES, type LintLevel, type LintRule, type LintRuleName, type Severity } from './lint-rules.ts';
export {
  type AccountField,
  type LanguageTemplate,
  type MerchantAccount,
  type MerchantPayload,
  type PointOfInitiation,
  parseMerchantPayload,
} from './parse-merchant-payload.ts';
export { type PaymentLink, recogniseLink } from './payment-link.ts';
export { type Profile, type ProfileAccount, type ProfileField, profileWithGuid } from './profile.ts';
export { KAZAKHSTAN_GUID, PROFILES } from './profiles.ts';
export type { DataObjectDraft } from './write-objects.ts';
