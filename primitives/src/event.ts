/** What a party tells about one step. Data holds what may be shown to anyone: masked, no key, no PIN, no track. */
export interface Step {
  /** `party.noun-verb`, as listed in docs/events.md: `terminal.payment-started`. */
  readonly type: string;
  readonly transactionId: string | null;
  readonly terminalId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where a party puts its steps; it must not throw and must not wait. */
export type EmitStep = (step: Step) => void;
