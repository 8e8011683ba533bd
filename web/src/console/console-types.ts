export const PAYMENT_STATES = ['running', 'approved', 'declined', 'broken-off', 'reversed'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** One payment of the list (docs/console.md, `GET /v1/console/payments`). */
export interface PaymentLine {
  readonly transactionId: string;
  readonly terminalId: string | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly startedMs: number;
  readonly lastMs: number;
  readonly state: PaymentState;
  /** Decimal tenge. */
  readonly amount: string | null;
  readonly settle: string | null;
  readonly card: string | null;
  readonly entry: string | null;
  readonly bank: string | null;
  readonly route: string | null;
  readonly responseCode: string | null;
  readonly approvalCode: string | null;
  readonly stan: string | null;
  readonly rrn: string | null;
  readonly reason: string | null;
}

export interface PaymentPage {
  readonly payments: readonly PaymentLine[];
  readonly next: number;
  readonly more: boolean;
  readonly oldest: number;
}

export interface BitCell {
  readonly byte: number;
  readonly bit: number;
  readonly isOn: boolean;
  readonly meaning: string;
}

/** A piece of a message with what is inside it; `offset` and `length` are bytes of the event's hexadecimal text. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly words: readonly string[];
  readonly offset: number;
  readonly length: number;
  readonly bits: readonly BitCell[];
  readonly children: readonly TreeNode[];
}

export interface ConsoleEvent {
  readonly seq: number;
  readonly type: string;
  readonly timeMs: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of an ISO 8583 message. */
  readonly message: readonly TreeNode[] | null;
  /** Of an exchange with the card. */
  readonly command: readonly TreeNode[] | null;
  readonly response: readonly TreeNode[] | null;
}

export interface PaymentDetail {
  readonly payment: PaymentLine;
  /** The server shows single messages unmasked when asked. */
  readonly reveals: boolean;
  readonly events: readonly ConsoleEvent[];
}

/** A message as it went over the line. */
export interface RevealedMessage {
  readonly hex: string;
  readonly message: readonly TreeNode[];
}
