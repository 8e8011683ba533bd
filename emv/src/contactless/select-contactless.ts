import { fromLatin1, ProtocolError, parseTlv, toHex, toLatin1 } from '@kassa/primitives';
import { STATUS_OK, selectCommand } from '../data/apdu.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { type KernelRun, type KernelSession, transmit } from '../kernel/kernel-session.ts';
import { keepFileControlInformation, matches, templateValue } from '../kernel/select-application.ts';
import type { PreparedApplication } from './contactless-session.ts';

/** An application both sides have: a combination (EMV Contactless Book B, combination selection). */
export interface Combination {
  readonly name: Uint8Array;
  readonly label: string;
  /** 1 is first, 0 has none. */
  readonly priority: number;
  readonly prepared: PreparedApplication;
}

const PPSE_NAME = fromLatin1('2PAY.SYS.DDF01');

/**
 * EMV Contactless Book B, combination selection: the environment's directory; best priority first. Nobody is
 * asked to choose.
 */
export function* listCombinations(
  session: KernelSession,
  prepared: readonly PreparedApplication[],
): KernelRun<Combination[]> {
  const response = yield* transmit(selectCommand(PPSE_NAME));
  const found = response.status === STATUS_OK ? directory(response.data) : [];
  const combinations = found.flatMap((entry): Combination[] => {
    const name = entry.get('4F');
    const own = name && prepared.find(({ application }) => matches(application, name));
    if (!name || !own) return [];
    const label = toLatin1(entry.get('50') ?? new Uint8Array()).trim() || toHex(name);
    return [{ name, label, priority: (entry.get('87')?.[0] ?? 0) & 0x0f, prepared: own }];
  });
  const order = ({ priority }: Combination): number => (priority === 0 ? 16 : priority);
  const sorted = combinations.toSorted((left, right) => order(left) - order(right));
  session.onStep({
    step: 'candidates-listed',
    method: 'ppse',
    candidates: sorted.map(({ name, label }) => ({ aid: toHex(name), label })),
  });
  return sorted;
}

/** EMV Contactless Book B, combination selection: templates 61 in BF0C. An entry that cannot be read is passed over. */
function directory(data: Uint8Array): ReadonlyMap<string, Uint8Array>[] {
  const fci = tlvMap(templateValue(data, '6F', 'ppse'), 'ppse');
  const discretionary = tlvMap(fci.get('A5') ?? new Uint8Array(), 'ppse.A5').get('BF0C');
  return parseTlv(discretionary ?? new Uint8Array(), 'ppse.BF0C').flatMap(({ tag, value }) => {
    try {
      return tag === '61' ? [tlvMap(value, 'ppse.61')] : [];
    } catch (error) {
      if (error instanceof ProtocolError) return [];
      throw error;
    }
  });
}

/**
 * Final selection (EMV Contactless Book B, combination selection). @returns false when the card refuses: the next
 * one's turn.
 */
export function* selectCombination(
  session: KernelSession,
  { name, label, prepared }: Combination,
): KernelRun<boolean> {
  const response = yield* transmit(selectCommand(name));
  if (response.status !== STATUS_OK) {
    const why = `SELECT answered ${describeStatus(response.status)}`;
    session.onStep({ step: 'application-dropped', aid: toHex(name), why });
    return false;
  }
  const { application } = prepared;
  session.application = application;
  session.aid = name;
  session.label = label;
  keepFileControlInformation(session, response);
  session.setTerminalValue('9F06', application.aid);
  session.setTerminalValue('9F09', application.version);
  const languages = toLatin1(session.get('5F2D') ?? new Uint8Array()).match(/[A-Za-z]{2}/g) ?? [];
  session.onStep({ step: 'application-selected', aid: toHex(name), label, languages });
  return true;
}
