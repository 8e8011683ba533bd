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
export { describeCvr, MCHIP_CVR_BITS, VISA_CVR_BITS } from './cryptogram/card-verification-results.ts';
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
