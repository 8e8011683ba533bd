import { APPROVE, type FakeHost, startFakeHost } from './fake-host.ts';
import { issuerReply } from './test-card.ts';
import { type Stage, type StageOptions, stage } from './test-terminal.ts';

/** Hosts and terminals of one test. */
export interface Bench {
  /** A host that approves chip cards as their issuer would, and anything else. */
  openHost(dialect?: 'kassa-bcd' | 'kassa-ascii', port?: number): Promise<FakeHost>;
  /** A terminal, started. */
  switchOn(host: FakeHost, options?: Partial<StageOptions>): Promise<Stage>;
  clear(): Promise<void>;
}

export function createBench(): Bench {
  const closers: (() => Promise<void>)[] = [];
  return {
    async openHost(dialect, port) {
      const host = await startFakeHost(dialect, port);
      closers.push(() => host.close());
      host.react('0200', (request, line) => {
        const isChip = request.message.fields[55] !== undefined;
        (isChip ? issuerReply({ approved: true }) : APPROVE)(request, line);
      });
      return host;
    },
    async switchOn(host, options = {}) {
      const staged = stage({ host: { address: '127.0.0.1', port: host.port }, ...options });
      closers.push(() => staged.terminal.close());
      await staged.terminal.start();
      return staged;
    },
    async clear() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

/** Types of what arrived, network management left out. */
export function financial(host: FakeHost): string[] {
  return host.received.map(({ message }) => message.mti).filter((mti) => mti !== '0800');
}
