import { type RefObject, useId, useState } from 'react';
import { FILTER_KEYS, type FilterProblem } from './filter-language.ts';
import { useSay } from './language.ts';

interface FilterBoxProps {
  readonly text: string;
  readonly problem: FilterProblem | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onText: (text: string) => void;
  readonly shown: number;
  readonly count: number;
}

/** Where the filter is typed; it says what it does not understand, and explains itself. */
export function FilterBox({ text, problem, input, onText, shown, count }: FilterBoxProps) {
  const say = useSay();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const noteId = useId();
  return (
    <div className="filter-box">
      <div className="filter-line">
        <input
          ref={input}
          type="search"
          className="filter-input"
          data-testid="filter"
          value={text}
          placeholder={say('filterHint')}
          aria-label={say('filter')}
          aria-invalid={problem !== null}
          aria-describedby={noteId}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => onText(target.value)}
        />
        <button
          type="button"
          className="quiet-button"
          aria-expanded={isHelpOpen}
          aria-label={say('filterHelp')}
          title={say('filterHelp')}
          onClick={() => setHelpOpen(!isHelpOpen)}
        >
          ?
        </button>
      </div>
      <p className="filter-note" id={noteId} role="status" data-bad={problem !== null}>
        {problem === null ? say('shown', shown, count) : <ProblemWords problem={problem} />}
      </p>
      {isHelpOpen && <FilterHelp />}
    </div>
  );
}

function ProblemWords({ problem }: { readonly problem: FilterProblem }) {
  const say = useSay();
  switch (problem.kind) {
    case 'open-quote':
      return say('openQuote');
    case 'not-a-number':
      return say('notANumber', problem.text);
    case 'unknown-key':
      return say('unknownKey', problem.text, FILTER_KEYS.join(', '));
  }
}

function FilterHelp() {
  const say = useSay();
  return (
    <div className="filter-help">
      <p>{say('helpIntro')}</p>
      <dl>
        <dt>
          <code>halyk "PIN is wrong"</code>
        </dt>
        <dd>{say('helpText')}</dd>
        <dt>
          <code>code:51,55 state:declined</code>
        </dt>
        <dd>{say('helpKey')}</dd>
        <dt>
          <code>amount&gt;1000 duration&gt;=500</code>
        </dt>
        <dd>{say('helpCompare')}</dd>
        <dt>
          <code>-route:convert</code>
        </dt>
        <dd>{say('helpNot')}</dd>
      </dl>
      <p className="hint">{say('keysAre', FILTER_KEYS.join(', '))}</p>
    </div>
  );
}
