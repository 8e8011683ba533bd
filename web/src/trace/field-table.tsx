import type { CSSProperties } from 'react';
import { depthOf } from './field-at-byte.ts';
import type { MessageField } from './step-types.ts';

interface FieldTableProps {
  readonly fields: readonly MessageField[];
  readonly marked: MessageField | null;
  readonly onField: (field: MessageField | null) => void;
}

/** The fields of a message, those inside DE 55 indented. */
export function FieldTable({ fields, marked, onField }: FieldTableProps) {
  return (
    <table className="fields" onPointerLeave={() => onField(null)}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <FieldRow
            key={`${field.path} ${field.offset}`}
            field={field}
            marked={field === marked}
            onField={onField}
          />
        ))}
      </tbody>
    </table>
  );
}

interface FieldRowProps {
  readonly field: MessageField;
  readonly marked: boolean;
  readonly onField: (field: MessageField | null) => void;
}

function FieldRow({ field, marked, onField }: FieldRowProps) {
  return (
    <tr
      data-marked={marked || undefined}
      onPointerEnter={() => onField(field)}
      style={{ '--depth': depthOf(field) } as CSSProperties}
    >
      <th scope="row">
        <button
          type="button"
          className="field-path"
          onFocus={() => onField(field)}
          onClick={() => onField(field)}
        >
          {field.path}
        </button>
      </th>
      <td>{field.name}</td>
      <td className="field-value">
        <code>{field.value}</code>
        {field.words !== '' && field.words !== field.value && (
          <span className="field-words">{field.words}</span>
        )}
      </td>
    </tr>
  );
}
