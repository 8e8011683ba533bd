import type { KernelStep } from '@kassa/emv';

/** A decision of the kernel as the event stream tells it (docs/events.md, kernel.decided). */
export interface KernelTrace {
  readonly step: KernelStep['step'];
  readonly decision: string;
  readonly why: string;
  /** What decided it; empty where nothing had to be weighed. */
  readonly bits: readonly string[];
}

const ISSUER_AUTHENTICATION = {
  successful: 'the card has recognised its issuer',
  failed: 'the card does not recognise its issuer',
  'judged-by-card': 'whether the issuer is the right one is left to the card',
  'no-data': 'the answer holds nothing to recognise the issuer by',
} as const;

type Sentence = readonly [decision: string, why: string, bits?: readonly string[]];
type Sentences = {
  readonly [Name in KernelStep['step']]: (step: Extract<KernelStep, { readonly step: Name }>) => Sentence;
};

/** Each step in words, in the order of a transaction. */
const SENTENCES: Sentences = {
  'candidates-listed': ({ candidates, method }) => [
    `the card offers ${candidates.map(({ label, aid }) => `${label} (${aid})`).join(', ') || 'nothing'}`,
    method === 'aid-list' ? 'the terminal tried its own list' : 'the card lists its applications',
  ],
  'application-selected': ({ label, aid }) => [
    `${label} (${aid}) is selected`,
    'card and terminal both know it',
  ],
  'application-dropped': ({ aid, why }) => [`${aid} is dropped`, why],
  'processing-initiated': ({ aip, afl, aipMeanings }) => [
    `the card answers with AIP ${aip} and AFL ${afl}`,
    'what the card can do and where its data stand',
    aipMeanings,
  ],
  'record-read': ({ record, sfi, tags }) => [
    `record ${record} of file ${sfi} is read`,
    'named by the AFL',
    tags,
  ],
  'tvr-bit-set': ({ bit, why }) => [`TVR ${bit} is set`, why],
  'tsi-bit-set': ({ bit }) => [`TSI ${bit} is set`, 'the step was performed'],
  'data-authentication': ({ method, result, why }) => [
    method === 'none' ? 'the card is not authenticated offline' : `${method.toUpperCase()}: ${result}`,
    why,
  ],
  'limits-checked': ({ aid, findings, qualifiers }) => [
    `the contactless limits of ${aid} are checked`,
    findings.join('; ') || 'the amount is under all of them',
    qualifiers === null ? [] : [qualifiers],
  ],
  'card-decided': ({ decision, why }) => [`the card answers with ${decision}`, why],
  'torn-recovered': ({ recovered, why }) => [
    recovered ? 'the torn transaction is recovered' : 'the torn transaction is not recovered',
    why,
  ],
  'restrictions-checked': ({ findings }) => [
    'processing restrictions are checked',
    findings.join('; ') || 'nothing stands against it',
  ],
  'cvm-rule-considered': ({ meaning, verdict, why, rule }) => [`${meaning}: ${verdict}`, why, [rule]],
  'pin-verified': ({ status, triesLeft }) => [
    triesLeft === null ? `the card answers the PIN with ${status}` : 'the card refuses the PIN',
    triesLeft === null ? 'offline PIN' : `${triesLeft} tries left`,
  ],
  'cvm-finished': ({ results, meaning }) => [`CVM results are ${results}`, meaning],
  'risk-managed': ({ findings }) => [
    'terminal risk management is done',
    findings.join('; ') || 'nothing found',
  ],
  'action-decided': ({ decision, why, bits }) => [
    `the terminal asks the card for ${decision}`,
    why,
    bits.map(
      ({ bit, inTac, inIac }) =>
        `${bit} in ${[inTac && 'TAC', inIac && 'IAC'].filter(Boolean).join(' and ')}`,
    ),
  ],
  'cryptogram-received': ({ which, received, requested, information }) => [
    `the card answers the ${which} GENERATE AC with ${received}`,
    `the terminal asked for ${requested}`,
    information,
  ],
  'issuer-answered': ({ approved, responseCode, tags }) => [
    approved ? 'the issuer approved' : 'the issuer declined',
    `response code ${responseCode}`,
    tags,
  ],
  'script-command-sent': ({ template, identifier, command, status }) => [
    `the card answers ${command} with ${status}`,
    `issuer script ${identifier} of template ${template}`,
  ],
  'issuer-unreachable': () => ['the terminal is unable to go online', 'no answer of the host'],
  'issuer-authentication': ({ result, how }) => [ISSUER_AUTHENTICATION[result], how.replaceAll('-', ' ')],
};

export function traceKernelStep(step: KernelStep): KernelTrace {
  // The table has a sentence for each step; TypeScript cannot relate the two unions.
  const sentence = SENTENCES[step.step] as (step: KernelStep) => Sentence;
  const [decision, why, bits = []] = sentence(step);
  return { step: step.step, decision, why, bits };
}
