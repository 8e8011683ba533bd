import { ProtocolError, type ProtocolErrorCode } from '@kassa/primitives';
import { LINT_RULES, type LintLevel, type LintRuleName, type Severity } from './lint-rules.ts';

/** One thing about a payload that a rule speaks of. */
export interface Finding {
  readonly severity: Severity;
  readonly rule: LintRuleName;
  readonly code: ProtocolErrorCode;
  /** `54`, `62.01`; `payload` for the whole. */
  readonly path: string;
  /** Merchant-presented: bytes of UTF-8 from the start. Consumer-presented: bytes after base64 is taken off. */
  readonly offset: number;
  readonly expected: string;
  /** Never a value that could be a card number. */
  readonly found: string;
  /** Document and section the rule is from. */
  readonly source: string;
  readonly remedy: string;
}

/** A deviation that a national profile allows, at these paths. */
export interface Acceptance {
  readonly rule: LintRuleName;
  readonly paths: readonly string[];
  /** What the scheme says instead. */
  readonly reason: string;
}

/** Where a finding is and what it says, without what its rule says. */
export interface Place {
  readonly path: string;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
  /** Where it is more exact than the rule's own. */
  readonly code?: ProtocolErrorCode;
  readonly source?: string;
}

/** Findings in the order made, each with the severity of the level. */
export class Findings {
  readonly #level: LintLevel;
  readonly #accepted: readonly Acceptance[];
  readonly #list: Finding[] = [];

  constructor(level: LintLevel, accepted: readonly Acceptance[] = []) {
    this.#level = level;
    this.#accepted = accepted;
  }

  get list(): readonly Finding[] {
    return this.#list;
  }

  add(rule: LintRuleName, place: Place): void {
    const { code, strict, tolerant, source, remedy } = LINT_RULES[rule];
    const finding: Finding = {
      severity: this.#level === 'tolerant' ? tolerant : strict,
      rule,
      code: place.code ?? code,
      path: place.path,
      offset: place.offset,
      expected: place.expected,
      found: place.found,
      source: place.source ?? source,
      remedy,
    };
    const acceptance = this.#accepted.find(
      (one) => one.rule === rule && one.paths.some((path) => path === place.path),
    );
    this.#list.push(
      acceptance ? { ...finding, severity: 'note', remedy: `nothing to do: ${acceptance.reason}` } : finding,
    );
  }
}

/** The finding as what a parser refuses a payload with. */
export function errorOf({ code, path, offset, expected, found }: Finding): ProtocolError {
  return new ProtocolError({ code, path, offset, expected, found });
}

/** @throws ProtocolError for the first finding of severity `error`. */
export function refuseErrors(findings: readonly Finding[]): void {
  const first = findings.find(({ severity }) => severity === 'error');
  if (first) throw errorOf(first);
}
