import { useEffect, useRef } from 'react';
import type { TreeNode } from './console-types.ts';

const ROW_BYTES = 16;

interface HexViewProps {
  /** Two characters a byte, `**` for one that is secret. */
  readonly bytes: readonly string[];
  readonly marked: TreeNode | null;
  readonly onByte: (byte: number | null) => void;
  readonly onPick: (byte: number) => void;
  readonly name: string;
}

/** Bytes in rows of sixteen with their offset and as text; the tree gives the same link by keyboard. */
export function HexView({ bytes, marked, onByte, onPick, name }: HexViewProps) {
  const view = useRef<HTMLElement>(null);
  const markedAt = marked?.offset ?? null;
  useEffect(() => {
    const byte = view.current?.querySelector(`[data-byte="${markedAt}"]`);
    const element = view.current;
    if (!(byte instanceof HTMLElement) || element === null) return;
    const row = byte.closest('.hex-row');
    if (!(row instanceof HTMLElement)) return;
    const isInSight =
      row.offsetTop >= element.scrollTop &&
      row.offsetTop + row.offsetHeight <= element.scrollTop + element.clientHeight;
    if (!isInSight) element.scrollTop = row.offsetTop - row.offsetHeight;
  }, [markedAt]);
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW_BYTES) }, (_, row) => row * ROW_BYTES);
  return (
    <section
      // A box that scrolls is reached by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      className="hex-view"
      ref={view}
      data-testid="hex"
      aria-label={name}
      onPointerLeave={() => onByte(null)}
    >
      {rows.map((start) => (
        <div className="hex-row" key={start}>
          <span className="hex-offset">{start.toString(16).toUpperCase().padStart(4, '0')}</span>
          <span className="hex-bytes">
            {bytes.slice(start, start + ROW_BYTES).map((byte, index) => (
              // The field tree gives the same by keyboard.
              // biome-ignore lint/a11y/noStaticElementInteractions: see above
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              <span
                // A byte has no identity but its place.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={start + index}
                data-byte={start + index}
                data-marked={isMarked(marked, start + index) || undefined}
                data-secret={byte === '**' || undefined}
                onPointerEnter={() => onByte(start + index)}
                onClick={() => onPick(start + index)}
              >
                {byte}
              </span>
            ))}
          </span>
          <span className="hex-text" aria-hidden="true">
            {bytes
              .slice(start, start + ROW_BYTES)
              .map(asText)
              .join('')}
          </span>
        </div>
      ))}
    </section>
  );
}

function isMarked(marked: TreeNode | null, byte: number): boolean {
  return marked !== null && byte >= marked.offset && byte < marked.offset + marked.length;
}

function asText(byte: string): string {
  if (byte === '**') return '*';
  const code = Number.parseInt(byte, 16);
  return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
}
