import { compileDialect } from '../../codec/codec.ts';
import type { Message } from '../../codec/message.ts';
import { iso1987Ascii } from '../../dialect/dialects.ts';
import type { RequestEnd } from '../../session/session-types.ts';
import type { ClientConnection } from '../client-connection.ts';

export const codec = compileDialect(iso1987Ascii);

export const stanOf = (number: number): string => String(number).padStart(6, '0');

export const echo = (stan: number, code = '301'): Message => ({
  mti: '0800',
  fields: { 7: '1124101530', 11: stanOf(stan), 70: code },
});

export function answerTo({ mti, fields }: Message, more: Message['fields'] = {}): Message {
  return { mti: `${mti.slice(0, 2)}10`, fields: { ...fields, 39: '00', ...more } };
}

export function ask(
  client: Pick<ClientConnection, 'ask'>,
  message: Message,
  timeoutMs?: number,
): Promise<RequestEnd> {
  return new Promise((resolve) => client.ask(message, resolve, undefined, timeoutMs));
}

/** The STAN of the answer; else the end in words. */
export function outcome(end: RequestEnd): string {
  return end.kind === 'answered' ? (end.message.fields[11] ?? '') : `${end.kind}: ${end.why}`;
}

const PATIENCE_MS = 5_000;

/** @throws Error naming it when it does not happen. */
export async function waitUntil(what: string, look: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!look()) {
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Closes what a test opened, the last first. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];

  add<T extends { close(): unknown }>(closable: T): T {
    this.#closers.push(() => closable.close());
    return closable;
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}
