import type { CryptogramType } from '../data/cryptogram-type.ts';
import type { ApplicationChoice } from './kernel-types.ts';

/** One bit that took part in a decision, and which action codes hold it. */
export interface DecidingBit {
  /** `byte 3 bit 3 'Online PIN entered'`. */
  readonly bit: string;
  readonly inTac: boolean;
  readonly inIac: boolean;
}

/** What the kernel did and why, for traces and screens. Holds no number, name or track: only tags, bits and codes. */
export type KernelStep =
  | {
      readonly step: 'candidates-listed';
      readonly method: 'pse' | 'aid-list';
      readonly candidates: readonly ApplicationChoice[];
    }
  | {
      readonly step: 'application-selected';
      readonly aid: string;
      readonly label: string;
      /** ISO 639 codes of tag 5F2D, the cardholder's first choice first. */
      readonly languages: readonly string[];
    }
  | { readonly step: 'application-dropped'; readonly aid: string; readonly why: string }
  | {
      readonly step: 'processing-initiated';
      readonly aip: string;
      readonly aipMeanings: readonly string[];
      readonly afl: string;
    }
  | {
      readonly step: 'record-read';
      readonly sfi: number;
      readonly record: number;
      readonly tags: readonly string[];
    }
  | { readonly step: 'tvr-bit-set'; readonly bit: string; readonly why: string }
  | { readonly step: 'tsi-bit-set'; readonly bit: string }
  | { readonly step: 'restrictions-checked'; readonly findings: readonly string[] }
  | {
      readonly step: 'cvm-rule-considered';
      readonly rule: string;
      readonly meaning: string;
      readonly verdict: 'skipped' | 'failed' | 'done';
      readonly why: string;
    }
  | { readonly step: 'cvm-finished'; readonly results: string; readonly meaning: string }
  | { readonly step: 'risk-managed'; readonly findings: readonly string[] }
  | {
      readonly step: 'action-decided';
      readonly decision: CryptogramType;
      /** Which action codes were looked up last: they decided. */
      readonly codes: 'denial' | 'online' | 'default' | 'none';
      readonly bits: readonly DecidingBit[];
      /** In one sentence. */
      readonly why: string;
    }
  | {
      readonly step: 'cryptogram-received';
      readonly which: 'first' | 'second';
      readonly requested: CryptogramType;
      readonly received: CryptogramType;
      readonly information: readonly string[];
    }
  | {
      readonly step: 'issuer-answered';
      readonly responseCode: string;
      readonly approved: boolean;
      readonly tags: readonly string[];
    }
  | { readonly step: 'issuer-unreachable' }
  | {
      readonly step: 'issuer-authentication';
      readonly how: 'external-authenticate' | 'second-generate-ac' | 'not-performed';
      readonly result: 'successful' | 'failed' | 'judged-by-card' | 'no-data';
    };

export type OnKernelStep = (step: KernelStep) => void;
