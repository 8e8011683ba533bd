import { useEffect, useRef } from 'react';
import { type ByteRange, holds } from './field-at-byte.ts';
import type { HexByte } from './step-types.ts';

interface HexBytesProps {
  readonly bytes: readonly HexByte[];
  /** Bytes to mark. */
  readonly marked?: ByteRange | null;
  /** Tells the byte under the pointer, null when it leaves. */
  readonly onByte?: (byte: number | null) => void;
}

/** A block of bytes; `**` are bytes the server keeps to itself. */
export function HexBytes({ bytes, marked = null, onByte }: HexBytesProps) {
  const block = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (block.current !== null && marked !== null) scrollToByte(block.current, marked.offset);
  }, [marked]);
  if (bytes.length === 0) return <p className="hint">No bytes.</p>;
  return (
    // The field table gives the same link by keyboard.
    <div className="hex" ref={block} onPointerLeave={() => onByte?.(null)}>
      {bytes.map((byte, index) => (
        <span
          // Bytes have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className="hex-byte"
          data-secret={byte === '**' || undefined}
          data-marked={(marked !== null && holds(marked, index)) || undefined}
          onPointerEnter={onByte && (() => onByte(index))}
        >
          {byte}
        </span>
      ))}
    </div>
  );
}

/** Scrolls the block, not the page, and only when the byte is out of sight. */
function scrollToByte(block: HTMLElement, offset: number): void {
  const byte = block.children[offset];
  if (!(byte instanceof HTMLElement)) return;
  const top = byte.offsetTop;
  const inSight = top >= block.scrollTop && top + byte.offsetHeight <= block.scrollTop + block.clientHeight;
  if (!inSight) block.scrollTop = top - byte.offsetHeight;
}
