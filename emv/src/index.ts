export {
  type CardAuthentication,
  type CardData,
  type CardProfile,
  type CardSigner,
  type CardState,
  type ContactlessData,
  type ContactlessProfile,
  CVM_LISTS,
  type CvmListName,
  type IssuerActionCodes,
  NEW_CARD_STATE,
  PIN_TRIES_MAX,
  type ScriptKeys,
} from './card/card-data.ts';
export {
  type CardTrace,
  createReplayedCard,
  parseCardTrace,
  ReplayError,
  type ReplayedCard,
  recordCard,
  type TracedExchange,
} from './card/card-trace.ts';
export { type Card, createCard } from './card/create-card.ts';
export { PersonalisationError, personalise } from './card/personalise.ts';
export type {
  ContactlessApplication,
  ContactlessConfig,
  ContactlessLimits,
  ContactlessOutcome,
  TornTransaction,
} from './contactless/contactless-types.ts';
export {
  type ContactlessOptions,
  runContactlessTransaction,
} from './contactless/run-contactless-transaction.ts';
export { aesCbcDecrypt, aesCbcEncrypt, aesDecrypt, aesEncrypt } from './crypto/aes.ts';
export { arpcMethod1, arpcMethod2, generateArqc } from './crypto/application-cryptogram.ts';
export {
  deriveSessionKey,
  deriveUdk,
  type KeyDerivationOption,
  sessionKeyCommon,
  sessionKeySkd,
  sessionKeyVisaSecureMessaging,
  udkDerivationData,
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
  type DukptDataKeys,
  type DukptDevice,
  type DukptKeys,
  dukptAdvance,
  dukptDataKeys,
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
export {
  AES_DUKPT_KEY_TYPES,
  AES_DUKPT_WORKING_USAGES,
  AES_KSN_BYTES,
  type AesDukptKeyType,
  type AesDukptKeyUsage,
  aesDukptInitialKey,
  aesDukptNextKsn,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  aesTypeOf,
  mayDeriveAesDukpt,
} from './crypto/dukpt-aes.ts';
export {
  type Cvc3Input,
  cvc3InitialVector,
  type DcvvInput,
  dynamicCvc3,
  dynamicCvv,
} from './crypto/dynamic-card-verification-value.ts';
export { EMV2000_KEY_TREE, type KeyTree, sessionKeyEmv2000 } from './crypto/emv2000-session-key.ts';
export {
  COMMON_DECIMALISATION_TABLE,
  type Ibm3624Input,
  ibm3624NaturalPin,
  ibm3624Offset,
  ibm3624Pin,
} from './crypto/ibm3624.ts';
export {
  type KeyBlockContent,
  type KeyBlockInput,
  keyBlockRandomBytes,
  readKeyBlock,
  writeKeyBlock,
} from './crypto/key-block.ts';
export type { KeyBlockHeader, KeyBlockVersion, OptionalBlock } from './crypto/key-block-header.ts';
export {
  type CombinedKey,
  combineKeyComponents,
  type KeyAlgorithm,
  type KeyProof,
  proveKey,
} from './crypto/key-ceremony.ts';
export { aesKeyCheckValue, keyCheckValue } from './crypto/key-check-value.ts';
export {
  aesCmac,
  cbcMac,
  type MacOptions,
  type MacPadding,
  padBlocks,
  retailMac,
  tdesCmac,
} from './crypto/mac.ts';
export { decipherOfflinePin, encipherOfflinePin, offlinePinRandomBytes } from './crypto/offline-pin.ts';
export {
  decodePinBlock,
  decodePinBlock0,
  encodePinBlock0,
  encodePinBlock1,
  encodePinBlock2,
  encodePinBlock3,
  type PinBlockFormat,
} from './crypto/pin-block.ts';
export {
  accountField4,
  decipherPinBlock4,
  encipherPinBlock4,
  encodePinField4,
} from './crypto/pin-block-4.ts';
export {
  decipherPinBlock,
  encipherPinBlock,
  encodePinBlock,
  mayTranslatePinBlock,
  type PinZone,
  translatePinBlock,
} from './crypto/pin-translation.ts';
export { type PinVerificationInput, pinVerificationValue } from './crypto/pin-verification-value.ts';
export {
  type CertificateFields,
  type CertificateParts,
  type Certified,
  type IccCertificate,
  type IssuerCertificate,
  inspectIccCertificate,
  isCertificateExpired,
  issueIccCertificate,
  issueIssuerCertificate,
  issuerIdentifierFits,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from './crypto/public-key-certificate.ts';
export {
  type RsaPrivateKey,
  type RsaPublicKey,
  rsaPrivateKey,
  rsaRecover,
  rsaSign,
} from './crypto/rsa.ts';
export {
  encipherScriptData,
  type PinChange,
  pinChangeCommand,
  type ScriptContext,
  type ScriptEncipherment,
  scriptMac,
  visaPinChangeBlock,
} from './crypto/secure-messaging.ts';
export {
  type CombinedData,
  inspectStaticData,
  signCombinedData,
  signDynamicData,
  signStaticData,
  transactionDataHash,
  verifyCombinedData,
  verifyDynamicData,
  verifyStaticData,
} from './crypto/signed-application-data.ts';
export {
  type AuthorityKey,
  createTestAuthority,
  type TestAuthority,
  type TestIssuer,
} from './crypto/test-authority.ts';
export { describeCvr } from './cryptogram/card-verification-results.ts';
export {
  type CardScheme,
  CRYPTOGRAM_VERSIONS,
  type CryptogramProfile,
  type CryptogramVersion,
  cryptogramInput,
  cryptogramProfile,
} from './cryptogram/cryptogram-profile.ts';
export { makeIssuerAuthenticationData } from './cryptogram/issuer-authentication.ts';
export { applicationSessionKey, arpcKeyOf, secureMessagingSessionKey } from './cryptogram/profile-keys.ts';
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
  CTQ_BITS,
  describeBits,
  hasBit,
  MCHIP_CVR_BITS,
  TERMINAL_CAPABILITY_BITS,
  TSI_BITS,
  TTQ_BITS,
  TVR_BITS,
  VISA_CVR_BITS,
  withBit,
} from './data/bit-meanings.ts';
export type { TagScheme } from './data/contactless-tags.ts';
export { type CryptogramType, describeCryptogramInformation } from './data/cryptogram-type.ts';
export {
  type CvmList,
  type CvmRule,
  describeCvmResults,
  describeCvmRule,
  parseCvmList,
} from './data/cvm-list.ts';
export { describeCommand, describeStatus } from './data/describe-apdu.ts';
export {
  type DescribedListEntry,
  type DescribedTlv,
  type DescribedTlvs,
  type DescribeTlvOptions,
  describeTagValue,
  describeTlv,
} from './data/describe-tlv.ts';
export { describeValue } from './data/describe-value.ts';
export { buildDolData, type DolEntry, dolDataLength, parseDol, splitDolData } from './data/dol.ts';
export { LANGUAGES, type Language } from './data/language.ts';
export { tagDefinitions, tagName } from './data/tag-names.ts';
export { TAGS, type TagDefinition, type TagFormat, type TagMask, type TagSource } from './data/tags.ts';
export { tlvMap } from './data/tlv-map.ts';
export { type IssuerCommand, type IssuerScriptInput, makeIssuerScript } from './issuer/issuer-script.ts';
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
  PinEncipherment,
  RandomSelection,
  TerminalActionCodes,
  TerminalApplication,
  TerminalConfig,
  TerminationReason,
  TransactionData,
} from './kernel/kernel-types.ts';
export { offlinePinCommand } from './kernel/offline-pin-command.ts';
export { runContactTransaction } from './kernel/run-contact-transaction.ts';
