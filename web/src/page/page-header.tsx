import type { Terminal } from '../api/api-types.ts';
import type { StreamStatus } from '../stream/stream-client.ts';

interface PageHeaderProps {
  readonly terminals: readonly Terminal[];
  readonly terminal: Terminal | null;
  readonly onTerminal: (terminalId: string) => void;
  readonly status: StreamStatus;
}

const STATUS_WORDS: Readonly<Record<StreamStatus['kind'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'Not live',
};

export function PageHeader({ terminals, terminal, onTerminal, status }: PageHeaderProps) {
  return (
    <header className="page-header">
      <h1 className="brand">
        <span className="brand-mark" aria-hidden="true">
          ₸
        </span>
        Kassa
      </h1>
      <p className="tagline">Card terminal for the digital tenge</p>
      <div className="page-header-end">
        <a className="header-link" href="./console">
          Console
        </a>
        {terminals.length > 1 && (
          <label className="terminal-choice">
            <span>Terminal</span>
            <select value={terminal?.id ?? ''} onChange={(change) => onTerminal(change.target.value)}>
              {terminals.map(({ id, merchant }) => (
                <option key={id} value={id}>
                  {merchant.name} · {id}
                </option>
              ))}
            </select>
          </label>
        )}
        <p className="stream-status" data-testid="stream-status" data-status={status.kind}>
          <span className="stream-dot" aria-hidden="true" />
          {STATUS_WORDS[status.kind]}
        </p>
      </div>
    </header>
  );
}
