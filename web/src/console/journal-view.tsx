import { useCallback, useState } from 'react';
import { getJson } from '../api/api-client.ts';
import { useLoaded } from '../use-loaded.ts';
import { decodeJournal } from './decode-ledger.ts';
import { useLanguage, useSay } from './language.ts';
import type { JournalLine } from './ledger-types.ts';
import { fullTime } from './payment-words.ts';

/** Entries of a page, as the server gives them. */
const PAGE_ROWS = 100;

/** The journal a page at a time, the newest page first; an entry opens to its whole operation. */
export function JournalView({ version }: { readonly version: number }) {
  const say = useSay();
  // Null follows the end of the journal.
  const [from, setFrom] = useState<number | null>(null);
  const load = useCallback(
    async () => decodeJournal(await getJson(`/v1/ledger/journal${from === null ? '' : `?from=${from}`}`)),
    [from],
  );
  const { value, error } = useLoaded(load, from === null ? `${version}` : 'still');
  const first = value?.entries[0]?.sequence ?? 1;
  const last = value?.entries.at(-1)?.sequence ?? 0;
  return (
    <section className="panel journal" aria-label={say('journal')}>
      <div className="journal-head">
        <h2>{say('journal')}</h2>
        <span className="hint">
          {first}–{last} / {value?.head ?? 0}
        </span>
        <button
          type="button"
          className="quiet-button"
          disabled={first <= 1}
          onClick={() => setFrom(Math.max(1, first - PAGE_ROWS))}
        >
          ← {say('older')}
        </button>
        <button
          type="button"
          className="quiet-button"
          disabled={value === null || last >= value.head}
          onClick={() => setFrom(value !== null && last + PAGE_ROWS >= value.head ? null : last + 1)}
        >
          {say('newer')} →
        </button>
      </div>
      {error !== null && <p className="problem">{error}</p>}
      <ol className="journal-lines">
        {(value?.entries ?? []).toReversed().map((entry) => (
          <JournalEntry key={entry.sequence} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function JournalEntry({ entry }: { readonly entry: JournalLine }) {
  const say = useSay();
  const language = useLanguage();
  return (
    <li>
      <details>
        <summary>
          <span className="journal-number">{entry.sequence}</span>
          <span className="journal-type">{entry.operationType}</span>
          <code>{entry.operationId}</code>
          <span className="state-mark" data-state={entry.refusal === null ? 'approved' : 'declined'}>
            {entry.refusal ?? say('accepted')}
          </span>
        </summary>
        <p className="hint">
          {fullTime(entry.atMs, language)} · SHA-256 <code>{entry.hash}</code>
        </p>
        <pre>{entry.operation}</pre>
      </details>
    </li>
  );
}
