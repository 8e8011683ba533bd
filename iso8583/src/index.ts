export {
  type AdditionalAmount,
  type Amount,
  amountOf,
  parseAdditionalAmounts,
} from './amounts.ts';
export { type BackOff, type BackOffSettings, createBackOff } from './back-off.ts';
export { type Codec, compileDialect } from './codec.ts';
export { type DataElement, element, layOut, type WireRule, type WireRules } from './data-element.ts';
export { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
export { DATA_ELEMENTS_1993 } from './data-elements-1993.ts';
export { DATA_ELEMENTS_2003 } from './data-elements-2003.ts';
export type { Inspection, InspectOptions, Leniency } from './decoder.ts';
export { createDeframer, type Deframer, type DeframerOptions } from './deframer.ts';
export { type DescribedField, type DescribeOptions, describe } from './describe.ts';
export type {
  Content,
  Dialect,
  FieldEncoding,
  FieldSpec,
  Inner,
  InnerFormat,
  LengthEncoding,
  LengthKind,
  Mask,
  PositionalPart,
  SubfieldSpec,
} from './dialect.ts';
export { DialectError } from './dialect-error.ts';
export { dialectFromSpec, framingFromSpec } from './dialect-from-spec.ts';
export { dialectSchema } from './dialect-schema.ts';
export {
  dialects,
  iso1987Ascii,
  iso1987Bcd,
  iso1993,
  iso2003,
  kassaAscii,
  kassaBcd,
  way4Style,
} from './dialects.ts';
export { fieldWords, mtiWords } from './field-words.ts';
export { fillField } from './fill-field.ts';
export { formatDescription } from './format-description.ts';
export { createFrameWriter, type FrameWriter } from './frame-writer.ts';
export {
  FRAMING_KINDS,
  FRAMING_RECOVERY,
  type FramedMessage,
  type Framing,
  type FramingKind,
  type FramingRecovery,
  type FramingSpec,
  frame,
} from './framing.ts';
export { createHostSession } from './host-session.ts';
export type { Unmatched } from './in-flight-table.ts';
export {
  type InnerElement,
  innerFormatOf,
  type LocatedInnerElement,
  readInner,
  writeInner,
} from './inner-fields.ts';
export { kassaRules } from './kassa-rules.ts';
export { maskFields } from './mask-fields.ts';
export type { FieldSpan, Fields, IndexedMessage, Message } from './message.ts';
export { encodeWithMac, macOf, type ReceivedMac } from './message-authentication.ts';
export {
  type Condition,
  type MessageRule,
  type MessageRules,
  type RuleViolation,
  validateMessage,
} from './message-rules.ts';
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
export type {
  HostSession,
  ManagementTicket,
  NotGenuine,
  Purpose,
  Refusal,
  RequestEnd,
  SessionAction,
  SessionSettings,
  SessionState,
} from './session-types.ts';
export { rules1987, rules1993, rules2003 } from './standard-rules.ts';
export { answerTpdu } from './tpdu.ts';
export { type MessageTrace, maskedHex, type TracedField, traceMessage } from './trace-message.ts';
export { parseTrack2, type Track2 } from './track2.ts';
