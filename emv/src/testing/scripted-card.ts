import { encodeTlv, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import type { KernelStep } from '../kernel/kernel-step.ts';
import type { KernelOutcome, KernelReply, TerminalConfig, TransactionData } from '../kernel/kernel-types.ts';
import { runContactTransaction } from '../kernel/run-contact-transaction.ts';
import { drive, sampleTerminal, sampleTransaction } from './sample.ts';

/** A card that is a list of expected commands and their responses; any other command fails the test. */
export type Script = readonly (readonly [command: string, response: string])[];

export interface Play {
  readonly script: Script;
  readonly config?: Partial<TerminalConfig>;
  readonly transaction?: Partial<TransactionData>;
  readonly replies?: Partial<
    Record<'choose-application' | 'online-pin' | 'offline-pin' | 'go-online', KernelReply>
  >;
}

export function play({ script, config, transaction, replies }: Play): {
  outcome: KernelOutcome;
  steps: KernelStep[];
  asked: string[];
} {
  const steps: KernelStep[] = [];
  const asked: string[] = [];
  let at = 0;
  const run = runContactTransaction(sampleTerminal(config), sampleTransaction(transaction), (step) =>
    steps.push(step),
  );
  const { outcome } = drive(run, (request) => {
    if (request.kind !== 'transmit') {
      asked.push(request.kind);
      const reply = replies?.[request.kind];
      if (!reply) throw new Error(`nobody expected ${request.kind}`);
      return reply;
    }
    const expected = script[at++];
    const command = toHex(request.command);
    if (!expected || expected[0] !== command) {
      throw new Error(`command ${at} is ${command}, expected ${expected?.[0] ?? 'none'}`);
    }
    return { kind: 'response', bytes: fromHex(expected[1]) };
  });
  if (at !== script.length) throw new Error(`${at} commands were sent, expected ${script.length}`);
  return { outcome, steps, asked };
}

export const tlv = (tag: string, ...values: string[]): string =>
  toHex(encodeTlv(tag, fromHex(values.join(''))));
export const text = (value: string): string => toHex(fromLatin1(value));

export const SELECT_PSE = '00A404000E315041592E5359532E444446303100';
export const SELECT_VISA = '00A4040007A000000003101000';
export const SELECT_VISA_NEXT = '00A4040207A000000003101000';
export const SELECT_MASTERCARD = '00A4040007A000000004101000';
export const GPO = '80A80000' + '02830000';
export const PSE_FCI = `${tlv('6F', tlv('84', text('1PAY.SYS.DDF01')), tlv('A5', tlv('88', '01')))}9000`;

export function fci(aid: string, ...proprietary: string[]): string {
  return `${tlv('6F', tlv('84', aid), tlv('A5', tlv('50', text('TEST')), ...proprietary))}9000`;
}

export function directory(...entries: (readonly [aid: string, label: string, priority: string])[]): string {
  const templates = entries.map(([aid, label, priority]) =>
    tlv('61', tlv('4F', aid), tlv('50', text(label)), tlv('87', priority)),
  );
  return `${tlv('70', ...templates)}9000`;
}

export const VISA = 'A0000000031010';
export const MASTERCARD = 'A0000000041010';
/** Ends a script after selection: the card refuses what comes next. */
export const STOP: Script = [[GPO, '6F00']];

export const SELECTED: Script = [
  [SELECT_PSE, PSE_FCI],
  ['00B2010C00', directory([VISA, 'VISA', '01'])],
  ['00B2020C00', '6A83'],
  [SELECT_VISA, fci(VISA)],
];
