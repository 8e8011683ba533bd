import { useState } from 'react';
import { useSay } from './language.ts';

const FORMATS = ['json', 'hex', 'pcap'] as const;

/** The payment as a file, and the address of what is shown. */
export function SaveLinks({ transactionId }: { readonly transactionId: string }) {
  const say = useSay();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(window.location.href).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className="save-links">
      <span className="hint">{say('save')}</span>
      {FORMATS.map((format) => (
        <a
          key={format}
          href={`/v1/console/payments/${encodeURIComponent(transactionId)}/export?format=${format}`}
          download
          aria-label={`${say('save')} ${format.toUpperCase()}`}
        >
          {format.toUpperCase()}
        </a>
      ))}
      <button type="button" className="quiet-button" onClick={copy}>
        {isCopied ? say('copied') : say('copyLink')}
      </button>
    </span>
  );
}
