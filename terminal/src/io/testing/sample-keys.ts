import { dukptInitialKey } from '@kassa/emv';
import { fromHex } from '@kassa/primitives';

/** Test keys of one terminal, its acquirer and one bank. */
export const MAC_KEY = fromHex('0E1C2A38465462708E9CAAB8C6D4E2F0');
export const OTHER_MAC_KEY = fromHex('1023324554677689ABCDDCEF01100223');
export const BDK = fromHex('C1D0F8FB4958670DBA40AB1F3752EF0D');
export const INITIAL_KSN = fromHex('FFFF4B53000001200000');
export const INITIAL_KEY = dukptInitialKey(BDK, INITIAL_KSN);
export const EXCHANGE_KEY = fromHex('8A1C3E5270B6D4F8192F3D4B5E6C7A80');
export const ISSUER_MASTER_KEY = fromHex('2315208C9110AD40B0E3C2A7544F1B9D');
