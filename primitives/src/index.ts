export { AssertionError, assert, unreachable } from './assert.ts';
export {
  concatBytes,
  equalBytes,
  equalSecret,
  fromHex,
  fromLatin1,
  toHex,
  toLatin1,
  xorBytes,
} from './bytes.ts';
export { ALMATY_OFFSET_MS, type CalendarParts, type Clock, calendarParts } from './clock.ts';
export type { EmitStep, Step } from './event.ts';
export {
  AMOUNT_MAX_TIYN,
  AmountError,
  displayTenge,
  formatTenge,
  fromAmountDigits,
  KZT_EXPONENT,
  KZT_NUMERIC,
  parseTenge,
  type Tiyn,
  tiyn,
  toAmountDigits,
  ZERO_TIYN,
} from './money.ts';
export { lastFour, luhnValid, maskPan, type Pan, PanError, parsePan } from './pan.ts';
export { ProtocolError, type ProtocolErrorCode, type ProtocolErrorDetail } from './protocol-error.ts';
export {
  encodeTlv,
  findTlv,
  findTlvDeep,
  isConstructed,
  parseTlv,
  readTag,
  readTlv,
  type Tlv,
} from './tlv.ts';
export { type TransactionId, transactionId } from './transaction-id.ts';
