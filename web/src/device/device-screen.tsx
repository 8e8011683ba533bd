import type { Screen, Terminal } from '../api/api-types.ts';
import { CheckIcon, CrossIcon } from '../page/icons.tsx';
import type { DeviceFace } from './device-face.ts';
import { ScreenPicture } from './screen-picture.tsx';

interface DeviceScreenProps {
  readonly face: DeviceFace;
  readonly screen: Screen | null;
  readonly terminal: Terminal | null;
  readonly online: boolean;
}

/** The glass. Screen readers hear it through the device's live region, so nothing here announces itself. */
export function DeviceScreen({ face, screen, terminal, online }: DeviceScreenProps) {
  return (
    <div
      className="screen"
      data-testid="screen"
      data-tone={face.tone}
      data-state={screen?.state ?? 'starting'}
    >
      <p className="screen-status">
        <span className="screen-merchant">{terminal?.merchant.name ?? ''}</span>
        <span className="screen-online" data-online={online}>
          {terminal?.id ?? ''}
          <span className="visually-hidden">{online ? ', connected' : ', not connected'}</span>
        </span>
      </p>
      <div className="screen-body">
        {face.tone !== 'plain' && (
          <span className="screen-mark">{face.tone === 'approved' ? <CheckIcon /> : <CrossIcon />}</span>
        )}
        {face.tone === 'plain' && <ScreenPicture screen={screen} resting={face.amount === null} />}
        <p className="screen-title" data-testid="screen-title">
          {face.title}
        </p>
        {face.amount !== null && <p className="screen-amount">{face.amount}</p>}
        {face.pinDigits !== null && <PinDots count={face.pinDigits} />}
        {face.lines.map((line, index) => (
          // Lines have no identity but their place on the glass.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <p key={index} className="screen-line">
            {line}
          </p>
        ))}
        {face.note !== '' && <p className="screen-note">{face.note}</p>}
      </div>
      <ScreenProgress screen={screen} />
    </div>
  );
}

/** One dot per digit typed; four empty places show what is expected. */
function PinDots({ count }: { readonly count: number }) {
  const places = Math.max(4, count);
  return (
    <p className="pin-dots" data-digits={count} aria-hidden="true">
      {Array.from({ length: places }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places in a row
        <span key={place} className="pin-dot" data-filled={place < count} />
      ))}
    </p>
  );
}

function ScreenProgress({ screen }: { readonly screen: Screen | null }) {
  const busy = screen?.state === 'reading' || screen?.state === 'authorising';
  return <div className="screen-progress" data-busy={busy} aria-hidden="true" />;
}
