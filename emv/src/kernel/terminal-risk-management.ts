import { assert } from '@kassa/primitives';
import { getDataCommand, STATUS_OK } from '../data/apdu.ts';
import { type BitMeaning, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type KernelRun, type KernelSession, transmit } from './kernel-session.ts';
import type { RandomSelection } from './kernel-types.ts';

/**
 * Terminal risk management (EMV 4.4 Book 3, 10.6): floor limit, random selection, velocity. Performed for every card:
 * the bit of the AIP asks for it and does not forbid it.
 */
export function* manageRisk(session: KernelSession): KernelRun<void> {
  const findings: string[] = [];
  const set = (bit: BitMeaning, why: string): void => {
    findings.push(why);
    session.setTvr(bit, why);
  };
  if (session.transaction.forceOnline) {
    set(TVR_BITS.merchantForcedOnline, 'the merchant asked for an online decision');
  }
  const { floorLimit, randomSelection } = session.selected;
  const { amount } = session.transaction;
  if (amount >= floorLimit) {
    set(TVR_BITS.floorLimitExceeded, `amount ${amount} is not below the floor limit ${floorLimit}`);
  } else if (randomSelection) {
    const why = selectedRandomly(session, randomSelection);
    if (why !== null) set(TVR_BITS.randomlySelected, why);
  }
  yield* checkVelocity(session, set);
  session.setTsi(TSI_BITS.terminalRiskManagementPerformed);
  session.onStep({ step: 'risk-managed', findings });
}

/**
 * EMV 4.4 Book 3, 10.6.2: below the threshold the target percentage counts; from there to the floor limit it grows in
 * proportion to the maximum. The random number 1 to 99 selects when it is not above the percentage.
 */
function selectedRandomly(session: KernelSession, selection: RandomSelection): string | null {
  const { amount, randomSelectionNumber } = session.transaction;
  const { floorLimit } = session.selected;
  const { targetPercent, maximumPercent, thresholdAmount } = selection;
  assert(
    targetPercent >= 0 && targetPercent <= maximumPercent && maximumPercent <= 99,
    'random selection percentages are 0 to 99, the target not above the maximum',
  );
  const percent =
    amount < thresholdAmount
      ? targetPercent
      : targetPercent +
        ((maximumPercent - targetPercent) * Number(amount - thresholdAmount)) /
          Number(floorLimit - thresholdAmount);
  if (randomSelectionNumber > percent) return null;
  return `random number ${randomSelectionNumber} is not above ${Math.floor(percent)} percent`;
}

/** EMV 4.4 Book 3, 10.6.3: only when the card gives both limits. */
function* checkVelocity(
  session: KernelSession,
  set: (bit: BitMeaning, why: string) => void,
): KernelRun<void> {
  const lower = session.get('9F14')?.[0];
  const upper = session.get('9F23')?.[0];
  if (lower === undefined || upper === undefined) return;
  const atc = yield* counter('9F36');
  const lastOnline = yield* counter('9F13');
  if (atc === null || lastOnline === null || atc <= lastOnline) {
    const why = 'the card does not tell how many transactions passed since the last online one';
    set(TVR_BITS.lowerOfflineLimitExceeded, why);
    set(TVR_BITS.upperOfflineLimitExceeded, why);
  } else {
    const passed = atc - lastOnline;
    if (passed > lower) {
      set(
        TVR_BITS.lowerOfflineLimitExceeded,
        `${passed} transactions since the last online one, limit ${lower}`,
      );
    }
    if (passed > upper) {
      set(
        TVR_BITS.upperOfflineLimitExceeded,
        `${passed} transactions since the last online one, limit ${upper}`,
      );
    }
  }
  if (lastOnline === 0) set(TVR_BITS.newCard, 'the card has never been online');
}

/** GET DATA of a counter (EMV 4.4 Book 3, 6.5.7); null when the card does not give it. */
function* counter(tag: '9F36' | '9F13'): KernelRun<number | null> {
  const response = yield* transmit(getDataCommand(tag));
  if (response.status !== STATUS_OK) return null;
  const value = tlvMap(response.data, 'get-data').get(tag);
  return value?.length === 2 ? ((value[0] ?? 0) << 8) | (value[1] ?? 0) : null;
}
