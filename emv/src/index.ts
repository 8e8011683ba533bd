export {
  type CardData,
  type CardProfile,
  type CardState,
  CVM_LISTS,
  type CvmListName,
  type IssuerActionCodes,
  NEW_CARD_STATE,
} from './card/card-data.ts';
export { type Card, createCard } from './card/create-card.ts';
export { PersonalisationError, personalise } from './card/personalise.ts';
export { arpcMethod1, arpcMethod2, generateArqc } from './crypto/application-cryptogram.ts';
export {
  deriveSessionKey,
  deriveUdk,
  type KeyDerivationOption,
  sessionKeyCommon,
} from './crypto/card-keys.ts';
export {
  type CardVerificationInput,
  CVV2_SERVICE_CODE,
  cardVerificationValue,
  ICVV_SERVICE_CODE,
} from './crypto/card-verification-value.ts';
export {
  desDecrypt,
  desEncrypt,
  tdesCbcDecrypt,
  tdesCbcEncrypt,
  tdesDecrypt,
  tdesEncrypt,
  withOddParity,
} from './crypto/des.ts';
export {
  type DukptDevice,
  type DukptKeys,
  dukptAdvance,
  dukptInitialKey,
  dukptKeys,
  dukptLoad,
  dukptMacRequestKey,
  dukptMacResponseKey,
  dukptNextKsn,
  dukptPinKey,
  dukptTransactionKey,
  KSN_BYTES,
} from './crypto/dukpt.ts';
export { keyCheckValue } from './crypto/key-check-value.ts';
export { cbcMac, type MacOptions, type MacPadding, padBlocks, retailMac } from './crypto/mac.ts';
export { decodePinBlock0, encodePinBlock0 } from './crypto/pin-block.ts';
export { type PinVerificationInput, pinVerificationValue } from './crypto/pin-verification-value.ts';
export { describeCvr, MCHIP_CVR_BITS, VISA_CVR_BITS } from './cryptogram/card-verification-results.ts';
export {
  type CardScheme,
  type CryptogramProfile,
  type CryptogramVersion,
  cryptogramProfile,
} from './cryptogram/cryptogram-profile.ts';
export { makeIssuerAuthenticationData } from './cryptogram/issuer-authentication.ts';
export {
  type CommandApdu,
  encodeCommand,
  encodeResponse,
  parseCommand,
  parseResponse,
  type ResponseApdu,
  STATUS_OK,
  statusHex,
} from './data/apdu.ts';
export {
  AIP_BITS,
  AUC_BITS,
  type BitMeaning,
  bitLabel,
  describeBits,
  hasBit,
  TERMINAL_CAPABILITY_BITS,
  TSI_BITS,
  TVR_BITS,
  withBit,
} from './data/bit-meanings.ts';
export { type CryptogramType, describeCryptogramInformation } from './data/cryptogram-type.ts';
export {
  type CvmList,
  type CvmRule,
  describeCvmResults,
  describeCvmRule,
  parseCvmList,
} from './data/cvm-list.ts';
export { describeCommand, describeStatus } from './data/describe-apdu.ts';
export { buildDolData, type DolEntry, dolDataLength, parseDol, splitDolData } from './data/dol.ts';
export { TAGS, type TagDefinition, type TagFormat, type TagSource, tagName } from './data/tags.ts';
export { tlvMap } from './data/tlv-map.ts';
export {
  type OnlineCryptogramInput,
  type OnlineCryptogramResult,
  verifyOnlineCryptogram,
} from './issuer/verify-online-cryptogram.ts';
export type { DecidingBit, KernelStep, OnKernelStep } from './kernel/kernel-step.ts';
export type {
  ApplicationChoice,
  CardAccount,
  ChipData,
  CvmOutcome,
  DeclineReason,
  KernelOutcome,
  KernelReceipt,
  KernelReply,
  KernelRequest,
  RandomSelection,
  TerminalActionCodes,
  TerminalApplication,
  TerminalConfig,
  TerminationReason,
  TransactionData,
} from './kernel/kernel-types.ts';
export { runContactTransaction } from './kernel/run-contact-transaction.ts';
