import { useState } from 'react';
import { getJson } from '../api/api-client.ts';
import { readMessage } from '../trace/read-detail.ts';
import { BytesView } from './bytes-view.tsx';
import type { ConsoleEvent, RevealedMessage, TreeNode } from './console-types.ts';
import { decodeRevealed } from './decode-console.ts';
import { useLanguage, useSay } from './language.ts';

interface MessageDetailProps {
  readonly event: ConsoleEvent;
  readonly message: readonly TreeNode[];
  /** Of a payment whose messages the server shows unmasked when asked; null where it does not. */
  readonly revealsOf: string | null;
}

/** An ISO 8583 message: bytes and fields, masked; unmasked only by a click and only where the server allows it. */
export function MessageDetail({ event, message, revealsOf }: MessageDetailProps) {
  const say = useSay();
  const language = useLanguage();
  const [revealed, setRevealed] = useState<RevealedMessage | null>(null);
  const [isMissing, setMissing] = useState(false);
  const { mti, dialect, lengthBytes, bytes } = readMessage(event.data);
  const isMasked = bytes.includes('**');
  const reveal = () => {
    const path = `/v1/console/payments/${encodeURIComponent(revealsOf ?? '')}/events/${event.seq}/revealed`;
    getJson(`${path}?language=${language}`).then(
      (body) => setRevealed(decodeRevealed(body)),
      () => setMissing(true),
    );
  };
  const note = revealed === null ? 'masked' : 'revealed';
  return (
    <div className="event-detail">
      <p className="detail-head">
        <b>{mti}</b> {dialect} · {lengthBytes} {say('bytes')}
        {isMasked && <span className="hint"> · {say(isMissing ? 'notKept' : note)}</span>}
        {isMasked && revealsOf !== null && !isMissing && (
          <button
            type="button"
            className="quiet-button"
            data-testid="reveal"
            onClick={revealed === null ? reveal : () => setRevealed(null)}
          >
            {say(revealed === null ? 'reveal' : 'hide')}
          </button>
        )}
      </p>
      <BytesView hex={revealed?.hex ?? bytes.join('')} nodes={revealed?.message ?? message} name={mti} />
    </div>
  );
}
