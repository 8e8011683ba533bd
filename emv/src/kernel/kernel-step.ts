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
      readonly method: 'pse' | 'ppse' | 'aid-list';
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
  | {
      readonly step: 'data-authentication';
      readonly method: 'sda' | 'dda' | 'cda' | 'none';
      /** `prepared`: the card's key is known, its signature comes with the cryptogram. */
      readonly result: 'successful' | 'failed' | 'prepared' | 'not-performed';
      readonly why: string;
    }
  | {
      readonly step: 'limits-checked';
      readonly aid: string;
      /** Tag 9F66 as it will be sent; null for kernels without it. */
      readonly qualifiers: string | null;
      readonly findings: readonly string[];
    }
  | { readonly step: 'card-decided'; readonly decision: CryptogramType; readonly why: string }
  | { readonly step: 'torn-recovered'; readonly recovered: boolean; readonly why: string }
  | { readonly step: 'restrictions-checked'; readonly findings: readonly string[] }
  | {
      readonly step: 'cvm-rule-considered';
      readonly rule: string;
      readonly meaning: string;
      readonly verdict: 'skipped' | 'failed' | 'done';
      readonly why: string;
    }
  | {
      readonly step: 'pin-verified';
      /** Status word in words. */
      readonly status: string;
      /** After a wrong PIN. */
      readonly triesLeft: number | null;
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
  | {
      readonly step: 'script-command-sent';
      readonly template: '71' | '72';
      /** Tag 9F18. */
      readonly identifier: string;
      readonly command: string;
      readonly status: string;
    }
  | { readonly step: 'issuer-unreachable' }
  | {
      readonly step: 'issuer-authentication';
      readonly how: 'external-authenticate' | 'second-generate-ac' | 'not-performed';
      readonly result: 'successful' | 'failed' | 'judged-by-card' | 'no-data';
    };

export type OnKernelStep = (step: KernelStep) => void;
