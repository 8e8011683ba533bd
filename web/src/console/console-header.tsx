import type { StreamStatus } from '../stream/stream-client.ts';
import type { View } from './console-url.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language, useLanguage, useSay } from './language.ts';

interface ConsoleHeaderProps {
  readonly view: View;
  readonly status: StreamStatus;
  readonly onView: (view: View) => void;
  readonly onLanguage: (language: Language) => void;
}

export function ConsoleHeader({ view, status, onView, onLanguage }: ConsoleHeaderProps) {
  const say = useSay();
  const language = useLanguage();
  return (
    <header className="page-header console-header">
      <h1 className="brand">
        <span className="brand-mark" aria-hidden="true">
          ₸
        </span>
        Kassa <span className="brand-part">{say('title')}</span>
      </h1>
      <nav className="views" aria-label={say('title')}>
        {(['payments', 'ledger'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === view ? 'page' : undefined}
            data-testid={`view-${name}`}
            onClick={() => onView(name)}
          >
            {say(name)}
          </button>
        ))}
        <a href="./">{say('terminalPage')}</a>
      </nav>
      <div className="page-header-end">
        <label className="terminal-choice">
          <span className="visually-hidden">{say('language')}</span>
          <select
            value={language}
            data-testid="language"
            onChange={({ target }) => {
              const chosen = LANGUAGES.find((name) => name === target.value);
              if (chosen !== undefined) onLanguage(chosen);
            }}
          >
            {LANGUAGES.map((name) => (
              <option key={name} value={name}>
                {LANGUAGE_NAMES[name]}
              </option>
            ))}
          </select>
        </label>
        <p className="stream-status" role="status" data-testid="stream-status" data-status={status.kind}>
          <span className="stream-dot" aria-hidden="true" />
          {say(status.kind)}
        </p>
      </div>
    </header>
  );
}
