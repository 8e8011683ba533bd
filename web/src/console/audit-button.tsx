import { useState } from 'react';
import { getJson } from '../api/api-client.ts';
import { CheckIcon, CrossIcon } from '../page/icons.tsx';
import { decodeCheck } from './decode-ledger.ts';
import { useSay } from './language.ts';
import type { LedgerCheck } from './ledger-types.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly check: LedgerCheck }
  | { readonly kind: 'failed'; readonly why: string };

/** Has the server compute the journal's hash chain again, and says what it found. */
export function AuditButton() {
  const say = useSay();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const run = async () => {
    setState({ kind: 'running' });
    try {
      setState({ kind: 'done', check: decodeCheck(await getJson('/v1/ledger/audit')) });
    } catch (error) {
      setState({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <div className="audit">
      <button
        type="button"
        className="button button-primary"
        data-testid="audit"
        disabled={state.kind === 'running'}
        onClick={() => void run()}
      >
        {say('audit')}
      </button>
      <div className="audit-answer" role="status" data-testid="audit-answer">
        {state.kind === 'running' && say('auditing')}
        {state.kind === 'failed' && state.why}
        {state.kind === 'done' && <Answer check={state.check} />}
      </div>
    </div>
  );
}

function Answer({ check: { ok, entries, findings } }: { readonly check: LedgerCheck }) {
  const say = useSay();
  return (
    <>
      <p className="balance-mark" data-balanced={ok}>
        {ok ? <CheckIcon /> : <CrossIcon />}
        {say(ok ? 'auditOk' : 'auditBad', entries)}
      </p>
      {findings.map((finding) => (
        <p key={finding}>{finding}</p>
      ))}
    </>
  );
}
