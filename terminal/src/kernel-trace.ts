import type { KernelStep } from '@kassa/emv';
import { unreachable } from '@kassa/primitives';

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

export function traceKernelStep(step: KernelStep): KernelTrace {
  const tell = (decision: string, why: string, bits: readonly string[] = []): KernelTrace => ({
    step: step.step,
    decision,
    why,
    bits,
  });
  switch (step.step) {
    case 'candidates-listed':
      return tell(
        `the card offers ${step.candidates.map(({ label, aid }) => `${label} (${aid})`).join(', ') || 'nothing'}`,
        step.method === 'pse' ? 'the card lists its applications' : 'the terminal tried its own list',
      );
    case 'application-selected':
      return tell(`${step.label} (${step.aid}) is selected`, 'card and terminal both know it');
    case 'application-dropped':
      return tell(`${step.aid} is dropped`, step.why);
    case 'processing-initiated':
      return tell(
        `the card answers with AIP ${step.aip} and AFL ${step.afl}`,
        'what the card can do and where its data stand',
        step.aipMeanings,
      );
    case 'record-read':
      return tell(`record ${step.record} of file ${step.sfi} is read`, 'named by the AFL', step.tags);
    case 'tvr-bit-set':
      return tell(`TVR ${step.bit} is set`, step.why);
    case 'tsi-bit-set':
      return tell(`TSI ${step.bit} is set`, 'the step was performed');
    case 'restrictions-checked':
      return tell(
        'processing restrictions are checked',
        step.findings.join('; ') || 'nothing stands against it',
      );
    case 'cvm-rule-considered':
      return tell(`${step.meaning}: ${step.verdict}`, step.why, [step.rule]);
    case 'cvm-finished':
      return tell(`CVM results are ${step.results}`, step.meaning);
    case 'risk-managed':
      return tell('terminal risk management is done', step.findings.join('; ') || 'nothing found');
    case 'action-decided':
      return tell(
        `the terminal asks the card for ${step.decision.toUpperCase()}`,
        step.why,
        step.bits.map(
          ({ bit, inTac, inIac }) =>
            `${bit} in ${[inTac && 'TAC', inIac && 'IAC'].filter(Boolean).join(' and ')}`,
        ),
      );
    case 'cryptogram-received':
      return tell(
        `the card answers the ${step.which} GENERATE AC with ${step.received.toUpperCase()}`,
        `the terminal asked for ${step.requested.toUpperCase()}`,
        step.information,
      );
    case 'issuer-answered':
      return tell(
        step.approved ? 'the issuer approved' : 'the issuer declined',
        `response code ${step.responseCode}`,
        step.tags,
      );
    case 'issuer-unreachable':
      return tell('the terminal is unable to go online', 'no answer of the host');
    case 'issuer-authentication':
      return tell(ISSUER_AUTHENTICATION[step.result], step.how.replaceAll('-', ' '));
    default:
      return unreachable(step);
  }
}
