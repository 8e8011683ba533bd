import { useMemo, useState } from 'react';
import { fieldAtByte, rangeOf } from './field-at-byte.ts';
import { FieldTable } from './field-table.tsx';
import { HexBytes } from './hex-bytes.tsx';
import type { IsoMessage, MessageField } from './step-types.ts';
import { messageTypeWords } from './words.ts';

/** An ISO 8583 message: its bytes and its fields, each pointing at the other. */
export function MessageDetails({ message }: { readonly message: IsoMessage }) {
  const [field, setField] = useState<MessageField | null>(null);
  const range = useMemo(() => (field === null ? null : rangeOf(field)), [field]);
  return (
    <div className="message">
      <p className="message-head">
        <b>{messageTypeWords(message.mti)}</b>
        <span>
          {message.dialect}, {message.lengthBytes} bytes
        </span>
      </p>
      <div className="message-bytes">
        <HexBytes
          bytes={message.bytes}
          marked={range}
          onByte={(byte) => setField(byte === null ? null : fieldAtByte(message.fields, byte))}
        />
        <p className="message-pointer">{pointerWords(field)}</p>
      </div>
      <FieldTable fields={message.fields} marked={field} onField={setField} />
    </div>
  );
}

function pointerWords(field: MessageField | null): string {
  if (field === null) return 'Point at a byte or a field to see where it belongs.';
  const range = rangeOf(field);
  const place =
    range === null ? 'no bytes of its own' : `bytes ${range.offset} to ${range.offset + range.length - 1}`;
  return `${field.path} ${field.name}: ${place}`;
}
