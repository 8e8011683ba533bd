import { encodeTlv } from '@kassa/primitives';
import { type CardData, type CardState, NEW_CARD_STATE } from '../card/card-data.ts';
import { type Card, createCard } from '../card/create-card.ts';
import { personalise } from '../card/personalise.ts';
import { makeIssuerAuthenticationData } from '../cryptogram/issuer-authentication.ts';
import { parseCommand } from '../data/apdu.ts';
import { describeCommand } from '../data/describe-apdu.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { verifyOnlineCryptogram } from '../issuer/verify-online-cryptogram.ts';
import type { KernelStep } from '../kernel/kernel-step.ts';
import type {
  ChipData,
  KernelReply,
  KernelRequest,
  TerminalConfig,
  TransactionData,
} from '../kernel/kernel-types.ts';
import { offlinePinCommand } from '../kernel/offline-pin-command.ts';
import { runContactTransaction } from '../kernel/run-contact-transaction.ts';
import { drive, SAMPLE_IMK, sampleCardData, sampleTerminal, sampleTransaction } from './sample.ts';

export interface Payment {
  readonly card?: Partial<CardData>;
  readonly state?: Partial<CardState>;
  readonly config?: Partial<TerminalConfig>;
  readonly transaction?: Partial<TransactionData>;
  readonly issuer?: (request: ChipData) => KernelReply;
  readonly pin?: KernelReply;
  /** What is entered at each offline PIN prompt, `''` to bypass; 1234 unless given. */
  readonly offlinePins?: readonly string[];
  /** Looks at each request before it is answered, and may answer it. */
  readonly intercept?: (request: KernelRequest, index: number, card: Card) => KernelReply | undefined;
}

/** The issuer of the sample cards: verifies, decides by `responseCode`, answers. */
export function issuer(responseCode: string): (request: ChipData) => KernelReply {
  return (request) => {
    const result = verifyOnlineCryptogram({
      imkAc: SAMPLE_IMK,
      pan: request.pan,
      psn: request.psn ?? '00',
      tags: tlvMap(request.de55),
    });
    if (!result.ok) return { kind: 'online-response', responseCode: '05', issuerData: new Uint8Array() };
    const approved = responseCode === '00';
    const data91 = makeIssuerAuthenticationData(result.profile, result.arpcKey, result.arqc, { approved });
    return { kind: 'online-response', responseCode, issuerData: encodeTlv('91', data91) };
  };
}

export function pay(payment: Payment = {}) {
  const card = createCard(personalise(sampleCardData(payment.card)), { ...NEW_CARD_STATE, ...payment.state });
  const steps: KernelStep[] = [];
  const commands: string[] = [];
  let sent: ChipData | null = null;
  let pinAt = 0;
  const run = runContactTransaction(
    sampleTerminal(payment.config),
    sampleTransaction(payment.transaction),
    (step) => steps.push(step),
  );
  const { outcome, requests } = drive(run, (request, index) => {
    const intercepted = payment.intercept?.(request, index, card);
    if (request.kind === 'transmit') commands.push(describeCommand(parseCommand(request.command)));
    if (request.kind === 'go-online') sent = request.request;
    if (intercepted) return intercepted;
    switch (request.kind) {
      case 'transmit':
        return { kind: 'response', bytes: card.transmit(request.command) };
      case 'online-pin':
        return payment.pin ?? { kind: 'pin-entered' };
      case 'offline-pin': {
        const pin = payment.offlinePins?.[pinAt++] ?? '1234';
        if (pin === '') return { kind: 'pin-bypassed' };
        const command = offlinePinCommand(request.encipherment, pin, (count) =>
          new Uint8Array(count).fill(0x5a),
        );
        commands.push(describeCommand(parseCommand(command)));
        return { kind: 'pin-verified', response: card.transmit(command) };
      }
      case 'go-online':
        return (payment.issuer ?? issuer('00'))(request.request);
      case 'choose-application':
        return { kind: 'chosen', index: 0 };
    }
  });
  return { outcome, requests, steps, commands, card, sent: sent as ChipData | null };
}
