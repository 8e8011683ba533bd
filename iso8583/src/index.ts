export { type Codec, compileDialect } from './codec.ts';
export { type DataElement, element, layOut, type WireRule, type WireRules } from './data-element.ts';
export { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
export type { Inspection } from './decoder.ts';
export { createDeframer, type Deframer, type DeframerOptions } from './deframer.ts';
export { type DescribedField, type DescribeOptions, describe } from './describe.ts';
export type {
  Content,
  Dialect,
  FieldEncoding,
  FieldSpec,
  Inner,
  LengthEncoding,
  LengthKind,
  Mask,
  SubfieldSpec,
} from './dialect.ts';
export { DialectError } from './dialect-error.ts';
export { dialectFromSpec, framingFromSpec } from './dialect-from-spec.ts';
export { dialects, kassaAscii, kassaBcd } from './dialects.ts';
export { fieldWords, mtiWords } from './field-words.ts';
export { fillField } from './fill-field.ts';
export { formatDescription } from './format-description.ts';
export { type Framing, type FramingKind, type FramingSpec, frame } from './framing.ts';
export { maskFields } from './mask-fields.ts';
export type { FieldSpan, Message } from './message.ts';
export { encodeWithMac, macOf, type ReceivedMac } from './message-authentication.ts';
export { describeMti, isResponse, type MtiWords, repeatMti, responseMti } from './mti.ts';
export {
  buildOriginalDataElements,
  type OriginalDataElements,
  parseOriginalDataElements,
} from './original-data-elements.ts';
export {
  encodePrivateData,
  type LocatedPrivateElement,
  type PrivateElement,
  parsePrivateData,
} from './private-data.ts';
export { isApproved, responseCodeText } from './response-code.ts';
export { type MessageTrace, maskedHex, type TracedField, traceMessage } from './trace-message.ts';
