import { useEffect, useRef } from 'react';
import { useSay } from './language.ts';
import type { WordKey } from './words-en.ts';

const KEYS: readonly (readonly [keys: string, does: WordKey])[] = [
  ['j k ↓ ↑', 'keyMove'],
  ['Enter', 'keyOpen'],
  ['/', 'keyFilter'],
  ['1 … 5', 'keyTabs'],
  ['Esc', 'keyBack'],
  ['?', 'keyHelp'],
];

/** Every key the console listens to. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="keys-dialog" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">{say('keys')}</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{say(does)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        {say('close')}
      </button>
    </dialog>
  );
}
