export { type Codec, compileDialect } from './codec/codec.ts';
export type { Inspection, InspectOptions, Leniency } from './codec/decoder.ts';
export { fillField } from './codec/fill-field.ts';
export type { FieldSpan, Fields, IndexedMessage, Message } from './codec/message.ts';
export { type DataElement, element, layOut, type WireRule, type WireRules } from './dialect/data-element.ts';
export { DATA_ELEMENTS_1987 } from './dialect/data-elements-1987.ts';
export { DATA_ELEMENTS_1993 } from './dialect/data-elements-1993.ts';
export { DATA_ELEMENTS_2003 } from './dialect/data-elements-2003.ts';
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
} from './dialect/dialect.ts';
export { DialectError } from './dialect/dialect-error.ts';
export { dialectFromSpec, framingFromSpec } from './dialect/dialect-from-spec.ts';
export { dialectSchema } from './dialect/dialect-schema.ts';
export {
  dialects,
  iso1987Ascii,
  iso1987Bcd,
  iso1993,
  iso2003,
  kassaAscii,
  kassaBcd,
  way4Style,
} from './dialect/dialects.ts';
export { createDeframer, type Deframer, type DeframerOptions } from './framing/deframer.ts';
export { createFrameWriter, type FrameWriter } from './framing/frame-writer.ts';
export {
  FRAMING_KINDS,
  FRAMING_RECOVERY,
  type FramedMessage,
  type Framing,
  type FramingKind,
  type FramingRecovery,
  type FramingSpec,
  frame,
} from './framing/framing.ts';
export { answerTpdu } from './framing/tpdu.ts';
export {
  type AdditionalAmount,
  type Amount,
  amountOf,
  parseAdditionalAmounts,
} from './meaning/amounts.ts';
export { type DescribedField, type DescribeOptions, describe } from './meaning/describe.ts';
export { fieldWords, mtiWords } from './meaning/field-words.ts';
export { formatDescription } from './meaning/format-description.ts';
export {
  type InnerElement,
  innerFormatOf,
  type LocatedInnerElement,
  readInner,
  writeInner,
} from './meaning/inner-fields.ts';
export { kassaRules } from './meaning/kassa-rules.ts';
export { maskFields } from './meaning/mask-fields.ts';
export { encodeWithMac, macOf, type ReceivedMac } from './meaning/message-authentication.ts';
export {
  type Condition,
  type MessageRule,
  type MessageRules,
  type RuleViolation,
  validateMessage,
} from './meaning/message-rules.ts';
export { describeMti, isResponse, type MtiWords, repeatMti, responseMti } from './meaning/mti.ts';
export {
  buildOriginalDataElements,
  type OriginalDataElements,
  parseOriginalDataElements,
} from './meaning/original-data-elements.ts';
export {
  encodePrivateData,
  type LocatedPrivateElement,
  type PrivateElement,
  parsePrivateData,
} from './meaning/private-data.ts';
export { isApproved, responseCodeText } from './meaning/response-code.ts';
export { rules1987, rules1993, rules2003 } from './meaning/standard-rules.ts';
export { type MessageTrace, maskedHex, type TracedField, traceMessage } from './meaning/trace-message.ts';
export { parseTrack2, type Track2 } from './meaning/track2.ts';
export { type BackOff, type BackOffSettings, createBackOff } from './session/back-off.ts';
export { createHostSession } from './session/host-session.ts';
export type { Unmatched } from './session/in-flight-table.ts';
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
} from './session/session-types.ts';
