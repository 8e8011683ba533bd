import type { Screen } from '../api/api-types.ts';

interface ScreenPictureProps {
  readonly screen: Screen | null;
  /** Nothing is being typed. */
  readonly resting: boolean;
}

/** A small drawing of what to do, beside the words that say it. */
export function ScreenPicture({ screen, resting }: ScreenPictureProps) {
  if (screen?.state === 'idle') {
    if (!resting) return null;
    return (
      <span className="screen-logo" aria-hidden="true">
        ₸
      </span>
    );
  }
  if (screen?.prompt !== 'card' && screen?.prompt !== 'remove') return null;
  return (
    <svg className="screen-picture" viewBox="0 0 64 40" aria-hidden="true" data-prompt={screen.prompt}>
      <g className="screen-picture-card">
        <rect x="20" y="16" width="24" height="34" rx="3" />
        <rect x="28.500" y="21" width="7" height="6" rx="1.5" className="screen-picture-chip" />
      </g>
      <path d="M10 12h44" className="screen-picture-slot" />
    </svg>
  );
}
