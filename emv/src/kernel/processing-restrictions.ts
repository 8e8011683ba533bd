import { equalBytes, toHex } from '@kassa/primitives';
import { AUC_BITS, type BitMeaning, hasBit, TVR_BITS } from '../data/bit-meanings.ts';
import type { KernelSession } from './kernel-session.ts';

/** Processing restrictions (EMV 4.4 Book 3, 10.4): version, usage and dates; they only set bits. */
export function checkRestrictions(session: KernelSession): void {
  const findings: string[] = [];
  const set = (bit: BitMeaning, why: string): void => {
    findings.push(why);
    session.setTvr(bit, why);
  };
  checkVersion(session, set);
  checkUsage(session, set);
  checkDates(session, set);
  session.onStep({ step: 'restrictions-checked', findings });
}

type SetBit = (bit: BitMeaning, why: string) => void;

/** EMV 4.4 Book 3, 10.4.1. A card without a version is taken to fit. */
function checkVersion(session: KernelSession, set: SetBit): void {
  const onCard = session.get('9F08');
  const { version } = session.selected;
  if (onCard && !equalBytes(onCard, version)) {
    set(TVR_BITS.versionsDiffer, `card has version ${toHex(onCard)}, terminal ${toHex(version)}`);
  }
}

/** EMV 4.4 Book 3, 10.4.2 and table 36. */
function checkUsage(session: KernelSession, set: SetBit): void {
  const usage = session.get('9F07');
  if (!usage) return;
  const place = isAtm(session) ? AUC_BITS.atm : AUC_BITS.notAtm;
  if (!hasBit(usage, place)) set(TVR_BITS.serviceNotAllowed, `the card is not '${place.meaning}'`);
  const issuerCountry = session.get('5F28');
  if (!issuerCountry) return;
  const domestic = equalBytes(issuerCountry, session.get('9F1A') ?? new Uint8Array());
  for (const allowed of usesOf(session, domestic)) {
    if (!allowed.some((bit) => hasBit(usage, bit))) {
      const names = allowed.map(({ meaning }) => `'${meaning}'`).join(' or ');
      set(TVR_BITS.serviceNotAllowed, `the card is not ${names}`);
    }
  }
}

/** Each use of the transaction, with the bits any of which allows it. */
function usesOf(session: KernelSession, domestic: boolean): BitMeaning[][] {
  const { type, otherAmount = 0n } = session.transaction;
  const uses: BitMeaning[][] = [];
  if (type === '00' || type === '09') {
    uses.push(
      domestic
        ? [AUC_BITS.domesticGoods, AUC_BITS.domesticServices]
        : [AUC_BITS.internationalGoods, AUC_BITS.internationalServices],
    );
  }
  if (type === '01') uses.push([domestic ? AUC_BITS.domesticCash : AUC_BITS.internationalCash]);
  if (type === '09' || otherAmount > 0n) {
    uses.push([domestic ? AUC_BITS.domesticCashback : AUC_BITS.internationalCashback]);
  }
  return uses;
}

/** EMV 4.4 Book 4, annex A1: types 14, 15 and 16 that can give cash are ATMs. */
function isAtm(session: KernelSession): boolean {
  const { terminalType, additionalCapabilities } = session.config;
  return /^1[456]$/.test(terminalType) && ((additionalCapabilities[0] ?? 0) & 0x80) !== 0;
}

/** EMV 4.4 Book 3, 10.4.3. The card is good on both days it names. */
function checkDates(session: KernelSession, set: SetBit): void {
  const today = century(session.transaction.date);
  const effective = session.get('5F25');
  if (effective && century(toHex(effective)) > today) {
    set(TVR_BITS.notYetEffective, `effective from ${toHex(effective)}, today is ${session.transaction.date}`);
  }
  const expiry = session.get('5F24');
  if (expiry && century(toHex(expiry)) < today) {
    set(TVR_BITS.expired, `expired on ${toHex(expiry)}, today is ${session.transaction.date}`);
  }
}

/** EMV 4.4 Book 4, 6.7.3: years 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999. */
function century(yymmdd: string): string {
  return (Number(yymmdd.slice(0, 2)) < 50 ? '20' : '19') + yymmdd;
}
