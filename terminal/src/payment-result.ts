/** How a payment ended, as the cash register, `kassa pay --json` and the event stream are told. */
export interface PaymentResult {
  readonly transactionId: string;
  readonly approved: boolean;
  /**
   * DE 39 of the host, or the terminal's own: Z1 declined offline, Z3 no host and declined offline (EMV 4.4 Book 4,
   * A6), 17 cancelled by the customer, 96 the terminal failed (ISO 8583:1987).
   */
  readonly responseCode: string;
  readonly approvalCode: string | null;
  readonly stan: string;
  readonly rrn: string;
  /** Decimal tenge: `1500.00`. */
  readonly amount: string;
  readonly route: 'direct' | 'convert' | null;
  /** Why it was not approved, in words; null when it was. */
  readonly reason: string | null;
}

/** What is printed, one text with line feeds each. */
export interface Receipts {
  readonly merchant: string;
  readonly customer: string;
}
