import type { AuthorityKey } from '@kassa/emv';
import type { Clock, EmitStep, Tiyn } from '@kassa/primitives';
import type { CardHint, Settle } from '../device-state.ts';
import type { TerminalIdentity } from '../messages.ts';
import type { PaymentResult, Receipts } from '../payment-result.ts';
import type { Screen } from '../screen.ts';
import type { KeyAcceptance, TerminalSecurity } from '../terminal-security.ts';
import type { Timing } from '../timing.ts';
import type { PresentedCard } from './presented-card.ts';

/** What makes a terminal; of its {@link Timing}, what differs from the defaults. */
export interface TerminalOptions extends Partial<Timing> {
  readonly identity: TerminalIdentity;
  /** Tag 9F1E, 8 characters. */
  readonly serial: string;
  readonly dialect: 'kassa-bcd' | 'kassa-ascii';
  readonly host: { readonly address: string; readonly port: number };
  /** Its keys, injected; they stay there. */
  readonly security: TerminalSecurity;
  /** Of certification authorities; without them no card is authenticated offline. */
  readonly authorities?: readonly AuthorityKey[];
  /** File of the device's journal, or `:memory:`. */
  readonly path: string;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly emit: EmitStep;
  /** A disk that cannot be written, say: the payment under way ends as declined, and this hears why. */
  readonly onTrouble: (error: unknown) => void;
}

/** The device does not allow this now. The message says what it is doing. */
export class WrongStateError extends Error {
  override readonly name = 'WrongStateError';
}

/** An emulated terminal: its keys, its slot, its screen. */
export interface Terminal {
  readonly identity: TerminalIdentity;
  readonly dialect: TerminalOptions['dialect'];
  readonly screen: Screen;
  readonly online: boolean;
  /** Payments that wait for the host to confirm that they are undone. */
  readonly pendingReversals: number;
  /** Enters an amount. @throws (rejects) WrongStateError, StorageError */
  startPayment(amount: Tiyn, settle: Settle | null): Promise<string>;
  /** @throws WrongStateError */
  presentCard(card: PresentedCard): void;
  /**
   * Digits and enter; without digits, enter alone.
   * @param digits none, or 4 to 12 (ISO 9564-1). @throws WrongStateError
   */
  enterPin(digits: string): void;
  /** A scripted cardholder: called when the PIN prompt of this payment appears. */
  onPinPrompt(transactionId: string, act: () => void): void;
  /** A scripted cardholder: called when the card is wanted once more, and how. */
  onCardWantedAgain(transactionId: string, act: (hint: CardHint) => void): void;
  /** The red key. @throws WrongStateError */
  cancel(): void;
  /** @throws WrongStateError */
  removeCard(): void;
  /** The end of the payment under way, or of an earlier one. @throws (rejects) WrongStateError when there is none. */
  ended(transactionId: string): Promise<PaymentResult>;
  finished(
    transactionId: string,
  ): { readonly result: PaymentResult; readonly receipts: Receipts | null } | undefined;
  /** Agrees a new MAC key with the host; a payment under way ends first, the next one waits. @throws (rejects) StorageError */
  exchangeKeys(): Promise<KeyAcceptance>;
  /** Connects. Payments of an earlier run that ended without an answer are reversed from here on. */
  start(): Promise<void>;
  /** Hangs up; a payment under way ends as if the host had not answered. */
  close(): Promise<void>;
}
