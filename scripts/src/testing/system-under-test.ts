import { type AddressInfo, createServer } from 'node:net';
import { tiyn } from '@kassa/primitives';
import type { CardHint, PaymentResult } from '@kassa/terminal';
import { type Books, readBooks } from '../system/books.ts';
import { type System, type SystemOptions, startSystem } from '../system/start-system.ts';
import { type MeddlingProxy, meddlingProxy } from './meddling-proxy.ts';

export interface SystemUnderTest {
  readonly system: System;
  /** Between terminals and host. */
  readonly line: MeddlingProxy;
  readonly troubles: unknown[];
  pay(order: Order): Promise<PaymentResult>;
  books(): Promise<Books>;
  close(): Promise<void>;
}

export interface Order {
  readonly card: string;
  /** Tiyn. */
  readonly amount?: bigint;
  readonly entry?: 'chip' | 'swipe' | 'tap';
  readonly settle?: 'digital' | 'non-cash';
  readonly terminal?: string;
  readonly pin?: string;
  readonly onHint?: (hint: CardHint) => void;
}

/** A whole system in this process, its terminals on the other side of a line that can be meddled with. */
export async function systemUnderTest(options: Partial<SystemOptions> = {}): Promise<SystemUnderTest> {
  const isoPort = await freePort();
  const line = await meddlingProxy(() => isoPort);
  const troubles: unknown[] = [];
  const system = await startSystem({
    directory: null,
    isoPort,
    address: '127.0.0.1',
    clock: Date.now,
    onTrouble: (error) => troubles.push(error),
    terminalsTo: { address: '127.0.0.1', port: line.port },
    ...options,
  });
  return {
    system,
    line,
    troubles,
    books: () => readBooks(system),
    pay: (order) => payAt(system, order),
    async close() {
      line.close();
      await system.close();
    },
  };
}

async function payAt(system: System, order: Order): Promise<PaymentResult> {
  const terminal = system.terminals.get(order.terminal ?? '20000001');
  const taken = system.tray.present(order.card, order.entry ?? 'chip');
  if (!terminal || !taken) throw new Error(`no terminal ${order.terminal} or card ${order.card}`);
  const id = await terminal.startPayment(tiyn(order.amount ?? 150_000n), order.settle ?? null);
  terminal.onPinPrompt(id, () => terminal.enterPin(order.pin ?? taken.pin));
  const entries = { insert: 'chip', swipe: 'swipe', 'tap-again': 'tap', 'see-phone': 'tap' } as const;
  terminal.onCardWantedAgain(id, (hint) => {
    order.onHint?.(hint);
    const again = system.tray.present(order.card, entries[hint]);
    if (again) terminal.presentCard(again.card);
  });
  terminal.presentCard(taken.card);
  const result = await terminal.ended(id);
  if (terminal.screen.prompt === 'remove') terminal.removeCard();
  return result;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Polls until a condition holds. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${withinMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
