import type { CalcFunction } from './calc-function.ts';
import { ARPC, ARQC, CVV, SESSION_KEY, UDK } from './card-calculations.ts';
import { IBAN, IIN, LUHN } from './identifier-calculations.ts';
import { DUKPT, KCV, KEY_COMPONENTS, MAC, TR31 } from './key-calculations.ts';
import { PIN_BLOCK, PVV } from './pin-calculations.ts';

/** Every calculation of `kassa calc`. */
export const CALC_FUNCTIONS: readonly CalcFunction[] = [
  UDK,
  SESSION_KEY,
  ARQC,
  ARPC,
  PIN_BLOCK,
  DUKPT,
  CVV,
  PVV,
  MAC,
  TR31,
  KCV,
  KEY_COMPONENTS,
  LUHN,
  IIN,
  IBAN,
];
