import type { BitCell } from './console-types.ts';
import { useSay } from './language.ts';

interface BitmapCellsProps {
  readonly bits: readonly BitCell[];
  /** Tells the number of an element that is there. */
  readonly onElement: (path: string) => void;
}

/** Every bit of the bitmap: those that are set lead to their element. */
export function BitmapCells({ bits, onElement }: BitmapCellsProps) {
  const say = useSay();
  return (
    <div className="bitmap">
      <h4>{say('bitmapBits')}</h4>
      <div className="bitmap-cells">
        {bits.map(({ byte, bit, isOn, meaning }) => {
          const number = (byte - 1) * 8 + (8 - bit) + 1;
          return isOn ? (
            <button
              key={number}
              type="button"
              title={meaning}
              aria-label={meaning}
              onClick={() => onElement(String(number))}
            >
              {number}
            </button>
          ) : (
            <span key={number} title={meaning}>
              {number}
            </span>
          );
        })}
      </div>
    </div>
  );
}
