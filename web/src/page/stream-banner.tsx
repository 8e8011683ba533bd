import { useEffect, useState } from 'react';
import type { StreamStatus } from '../stream/stream-client.ts';

interface StreamBannerProps {
  readonly status: StreamStatus;
  readonly onRetry: () => void;
  /** Why the tray or the terminals could not be read; null when they could. */
  readonly problem: string | null;
}

/** A break shorter than this mends itself before it is worth alarming anyone. */
const SHOW_AFTER_MS = 400;

/** Says that what is on the page may be old, and why. */
export function StreamBanner({ status, onRetry, problem }: StreamBannerProps) {
  const stale = status.kind === 'stale';
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLasting(stale), stale ? SHOW_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [stale]);

  if (stale && lasting) {
    return (
      <div className="stream-banner" role="alert">
        <p>
          <strong>Not live.</strong> {status.why} What you see may be out of date.
        </p>
        <button type="button" className="button" onClick={onRetry}>
          Reconnect now
        </button>
      </div>
    );
  }
  if (problem === null) return null;
  return (
    <div className="stream-banner" role="alert">
      <p>
        <strong>Something is missing.</strong> {problem}
      </p>
    </div>
  );
}
