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
        step.candidates.map(({ label, aid }) => `${label} (${aid})`).join(', ') || 'none',
        step.method === 'pse' ? 'the card lists its applications' : 'the terminal tried its own list',
      );
    case 'application-selected':
      return tell(`${step.label} (${step.aid})`, 'card and terminal both know it');
    case 'application-dropped':
      return tell(step.aid, step.why);
    case 'processing-initiated':
      return tell(
        `AIP ${step.aip}, AFL ${step.afl}`,
        'what the card can do and where its data stand',
        step.aipMeanings,
      );
    case 'record-read':
      return tell(`file ${step.sfi}, record ${step.record}`, 'named by the AFL', step.tags);
    case 'tvr-bit-set':
      return tell(`TVR ${step.bit}`, step.why);
    case 'tsi-bit-set':
      return tell(`TSI ${step.bit}`, 'the step was performed');
    case 'restrictions-checked':
      return tell('processing restrictions checked', step.findings.join('; ') || 'nothing stands against it');
    case 'cvm-rule-considered':
      return tell(`${step.meaning}: ${step.verdict}`, step.why, [step.rule]);
    case 'cvm-finished':
      return tell(`CVM results ${step.results}`, step.meaning);
    case 'risk-managed':
      return tell('terminal risk management done', step.findings.join('; ') || 'nothing found');
    case 'action-decided':
      return tell(
        `ask the card for ${step.decision.toUpperCase()}`,
        step.why,
        step.bits.map(
          ({ bit, inTac, inIac }) =>
            `${bit} in ${[inTac && 'TAC', inIac && 'IAC'].filter(Boolean).join(' and ')}`,
        ),
      );
    case 'cryptogram-received':
      return tell(
        `${step.which} GENERATE AC: ${step.received.toUpperCase()}`,
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
      return tell('unable to go online', 'no answer of the host');
    case 'issuer-authentication':
      return tell(`issuer authentication: ${step.result}`, step.how);
    default:
      return unreachable(step);
  }
}
