export type { CardHint, Entry, Settle } from './device-state.ts';
export { createTerminal } from './io/create-terminal.ts';
export type { PresentedCard } from './io/presented-card.ts';
export { type Terminal, type TerminalOptions, WrongStateError } from './io/terminal.ts';
export { ApiError, type CardTray, terminalApi } from './io/terminal-api.ts';
export type { TerminalIdentity } from './messages.ts';
export type { PaymentResult, Receipts } from './payment-result.ts';
export type { Screen } from './screen.ts';
export type { KeyAcceptance, TerminalSecurity } from './terminal-security.ts';
