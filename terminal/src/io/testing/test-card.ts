import {
  type CardData,
  type CardState,
  createCard,
  deriveUdk,
  makeIssuerAuthenticationData,
  NEW_CARD_STATE,
  personalise,
  tlvMap,
  verifyOnlineCryptogram,
} from '@kassa/emv';
import { encodeTlv, fromHex, toHex } from '@kassa/primitives';
import { SAMPLE_PAN } from '../../testing/sample-pan.ts';
import type { PresentedCard } from '../presented-card.ts';
import { answerTo, type Reaction, reply } from './fake-host.ts';
import { ISSUER_MASTER_KEY } from './sample-keys.ts';

export const CARDHOLDER = 'AKHMETOVA/AIGERIM';
export const EXPIRY = '3012';
/** Track 2 of the same card's stripe; its service code wants a PIN, or not. */
export const STRIPE_WITH_PIN = `;${SAMPLE_PAN}=${EXPIRY}206000001234?`;
export const STRIPE_WITH_SIGNATURE = `;${SAMPLE_PAN}=${EXPIRY}201000001234?`;

export const swipe = (track2: string): PresentedCard => ({ entry: 'swipe', name: 'test-card', track2 });

export interface TestCard {
  readonly card: PresentedCard;
  readonly state: CardState;
  /** INS of the commands it got. */
  readonly instructions: readonly number[];
}

/**
 * An emulated chip card.
 * @param beforeAnswer sees each command before the card answers, with its count among those of its INS.
 */
export function testCard(
  changes: Partial<CardData> = {},
  beforeAnswer: (ins: number, count: number) => void | Promise<void> = () => undefined,
  { entry = 'chip', state = NEW_CARD_STATE }: { entry?: 'chip' | 'tap'; state?: CardState } = {},
): TestCard {
  const pan = changes.pan ?? SAMPLE_PAN;
  const profile = personalise({
    scheme: 'visa',
    pan,
    psn: '01',
    expiry: EXPIRY,
    effective: '2501',
    cardholderName: CARDHOLDER,
    serviceCode: '206',
    language: 'kkru',
    cvmList: 'online-pin',
    udk: deriveUdk(ISSUER_MASTER_KEY, pan, '01'),
    keyIndex: 1,
    ...changes,
  });
  const chip = createCard(profile, state, entry === 'tap' ? 'contactless' : 'contact');
  const instructions: number[] = [];
  return {
    instructions,
    get state() {
      return chip.state;
    },
    card: {
      entry,
      name: 'test-card',
      async transmit(command) {
        const ins = command[1] ?? 0;
        instructions.push(ins);
        await beforeAnswer(ins, instructions.filter((one) => one === ins).length);
        return chip.transmit(command);
      },
    },
  };
}

/** The issuer's answer to a chip payment: the cryptogram is checked, tag 91 is what the card expects. */
export function issuerReply(decision: { readonly approved: boolean; readonly code?: string }): Reaction {
  return (request, line) => {
    const { fields } = request.message;
    const tags = tlvMap(fromHex(fields[55] ?? ''), '55');
    const pan = fields[2] ?? '';
    const checked = verifyOnlineCryptogram({ imkAc: ISSUER_MASTER_KEY, pan, psn: '01', tags });
    if (!checked.ok) {
      line.send(answerTo(request, { 39: '82' }));
      return;
    }
    const { sessionKey, arqc, profile } = checked;
    const data = makeIssuerAuthenticationData(profile, sessionKey, arqc, decision);
    const answer = {
      39: decision.code ?? (decision.approved ? '00' : '51'),
      55: toHex(encodeTlv('91', data)),
      ...(decision.approved ? { 38: 'A1B2C3', 48: '0201D' } : {}),
    };
    line.send(answerTo(request, answer));
  };
}

/** Approved by someone who does not know the card's key: the card will not accept it. */
export const forgedReply = reply({ 38: 'A1B2C3', 39: '00', 48: '0201D', 55: '91081122334400800000' });
