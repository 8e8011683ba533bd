import type { CardData, CardState } from '../card/card-data.ts';
import { type Card, createCard } from '../card/create-card.ts';
import { personalise } from '../card/personalise.ts';
import type {
  ContactlessApplication,
  ContactlessConfig,
  TornTransaction,
} from '../contactless/contactless-types.ts';
import { runContactlessTransaction } from '../contactless/run-contactless-transaction.ts';
import { parseCommand } from '../data/apdu.ts';
import { describeCommand } from '../data/describe-apdu.ts';
import type { KernelStep } from '../kernel/kernel-step.ts';
import type { ChipData, KernelReply, KernelRequest, TransactionData } from '../kernel/kernel-types.ts';
import { issuer } from './pay.ts';
import {
  MASTERCARD_APPLICATION,
  sampleApplication,
  sampleCardData,
  sampleTerminal,
  sampleTransaction,
} from './sample.ts';
import { AUTHORITY_KEYS, authentication } from './test-authority.ts';

/** Verified from 1 000,00, not possible from 5 000,00; on one's own device from 9 000,00; always online. */
export const LIMITS = {
  floorLimit: 0n,
  cvmLimit: 100_000n,
  transactionLimit: 500_000n,
  transactionLimitOnDevice: 900_000n,
};

export function sampleReader(limits: Partial<typeof LIMITS> = {}): ContactlessConfig {
  const all = { ...LIMITS, ...limits };
  const applications: ContactlessApplication[] = [
    { ...sampleApplication(), kernel: 'visa', limits: all },
    { ...MASTERCARD_APPLICATION, kernel: 'mastercard', limits: all },
  ];
  return { terminal: sampleTerminal({ authorityKeys: AUTHORITY_KEYS }), applications };
}

export interface Tap {
  readonly card?: Partial<CardData>;
  readonly state?: Partial<CardState>;
  readonly reader?: ContactlessConfig;
  readonly transaction?: Partial<TransactionData>;
  readonly issuer?: (request: ChipData) => KernelReply;
  readonly pin?: KernelReply;
  readonly torn?: TornTransaction | null;
  readonly intercept?: (request: KernelRequest, command: string, card: Card) => KernelReply | undefined;
}

export function tap(options: Tap = {}) {
  const scheme = options.card?.scheme ?? 'visa';
  const data = sampleCardData({
    authentication: authentication('cda', { scheme }),
    contactless: { device: 'card', verification: 'online-pin' },
    ...options.card,
  });
  const card = createCard(personalise(data), options.state ?? {}, 'contactless');
  const steps: KernelStep[] = [];
  const commands: string[] = [];
  const asked: string[] = [];
  let sent: ChipData | null = null;
  const run = runContactlessTransaction(
    options.reader ?? sampleReader(),
    sampleTransaction({ amount: 50_000n, ...options.transaction }),
    { torn: options.torn ?? null, onStep: (step) => steps.push(step) },
  );
  const answer = (request: KernelRequest): KernelReply => {
    const command = request.kind === 'transmit' ? describeCommand(parseCommand(request.command)) : '';
    if (request.kind === 'transmit') commands.push(command);
    else asked.push(request.kind);
    if (request.kind === 'go-online') sent = request.request;
    const intercepted = options.intercept?.(request, command, card);
    if (intercepted) return intercepted;
    if (request.kind === 'transmit') return { kind: 'response', bytes: card.transmit(request.command) };
    if (request.kind === 'online-pin') return options.pin ?? { kind: 'pin-entered' };
    if (request.kind === 'go-online') return (options.issuer ?? issuer('00'))(request.request);
    throw new Error(`nobody expected ${request.kind}`);
  };
  let next = run.next();
  while (!next.done) next = run.next(answer(next.value));
  return { outcome: next.value, steps, commands, asked, card, sent: sent as ChipData | null };
}
