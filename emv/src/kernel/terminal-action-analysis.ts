import { type BitMeaning, bitLabel, hasBit, TVR_BITS } from '../data/bit-meanings.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';
import type { KernelSession } from './kernel-session.ts';
import type { DecidingBit } from './kernel-step.ts';

type ActionCodeName = 'denial' | 'online' | 'default';

/** EMV 4.4 Book 3, 10.7: tags of the issuer action codes, and what an issuer that gives none means. */
const ISSUER_ACTION_CODES: Readonly<
  Record<ActionCodeName, { readonly tag: string; readonly absent: number }>
> = {
  denial: { tag: '9F0E', absent: 0x00 },
  online: { tag: '9F0F', absent: 0xff },
  default: { tag: '9F0D', absent: 0xff },
};

/** EMV 4.4 Book 4, annex A1: second digit of the terminal type. */
export function isOnlineOnly(terminalType: string): boolean {
  return /[14]$/.test(terminalType);
}

function isOfflineOnly(terminalType: string): boolean {
  return /[36]$/.test(terminalType);
}

/**
 * Terminal action analysis (EMV 4.4 Book 3, 10.7): which cryptogram the terminal asks for. Denial first; then, for a
 * terminal that can go online, the online codes; for one that cannot, the default codes.
 */
export function decideFirstAction(session: KernelSession): CryptogramType {
  const denial = decidingBits(session, 'denial');
  if (denial.length > 0) return decided(session, 'AAC', 'denial', denial);
  const { terminalType } = session.config;
  if (isOfflineOnly(terminalType)) return decideDefault(session);
  const online = decidingBits(session, 'online');
  if (online.length > 0) return decided(session, 'ARQC', 'online', online);
  // An online-only terminal asks its issuer whatever the codes say.
  return isOnlineOnly(terminalType)
    ? decided(session, 'ARQC', 'none', [], 'online because the terminal is online only')
    : decided(
        session,
        'TC',
        'none',
        [],
        'offline approval asked for: no TVR bit is in the denial or online codes',
      );
}

/** The same with the default codes: the issuer cannot be reached, or the terminal never can. */
export function decideDefault(session: KernelSession): CryptogramType {
  const bits = decidingBits(session, 'default');
  if (bits.length > 0) return decided(session, 'AAC', 'default', bits);
  return decided(session, 'TC', 'none', [], 'offline approval asked for: no TVR bit is in the default codes');
}

function decidingBits(session: KernelSession, name: ActionCodeName): DecidingBit[] {
  const { tag, absent } = ISSUER_ACTION_CODES[name];
  const iac = session.get(tag) ?? new Uint8Array(5).fill(absent);
  const tac = session.selected.actionCodes[name];
  return Object.values(TVR_BITS)
    .filter((bit) => hasBit(session.tvr, bit) && (hasBit(tac, bit) || hasBit(iac, bit)))
    .map((bit: BitMeaning) => ({ bit: bitLabel(bit), inTac: hasBit(tac, bit), inIac: hasBit(iac, bit) }));
}

const VERB: Readonly<Record<CryptogramType, string>> = {
  AAC: 'declined',
  ARQC: 'online',
  TC: 'offline approval asked for',
};

function decided(
  session: KernelSession,
  decision: CryptogramType,
  codes: ActionCodeName | 'none',
  bits: readonly DecidingBit[],
  reason?: string,
): CryptogramType {
  const causes = bits.map(({ bit, inTac, inIac }) => {
    const holders = [...(inTac ? [`TAC ${codes}`] : []), ...(inIac ? [`IAC ${codes}`] : [])];
    return `TVR ${bit} is in ${holders.join(' and ')}`;
  });
  const why = reason ?? `${VERB[decision]} because ${causes.join('; ')}`;
  session.onStep({ step: 'action-decided', decision, codes, bits, why });
  return decision;
}
