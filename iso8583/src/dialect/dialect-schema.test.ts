import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from './dialect-from-spec.ts';
import { dialectSchema } from './dialect-schema.ts';

const ROW = { enc: 'ascii', len: 'LL', max: 19 };
const SPEC = { mti: 'ascii', bitmap: 'hex', fields: { 2: ROW } };

test('the published schema is the one of this version', () => {
  const published = readFileSync(new URL('../../../docs/dialect.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(dialectSchema());
});

interface Schema {
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly maximum?: number;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly additionalProperties: boolean;
  readonly $defs: { readonly field: Schema };
}

/** A value of the kind a schema describes, and one of another kind. */
function samples(schema: Schema): { good: unknown; bad: unknown } {
  if (schema.enum) return { good: schema.enum.at(-1), bad: 'no such choice' };
  if (schema.type === 'boolean') return { good: true, bad: 'yes' };
  if (schema.type === 'integer') return { good: schema.maximum, bad: 'one' };
  return { good: '60', bad: 60 };
}

// The schema and the validator must know the same keys and refuse the same kinds of value.
describe('schema and validator know the same keys', () => {
  const schema = dialectSchema() as unknown as Schema;
  const plain = (properties: Schema['properties']) =>
    Object.entries(properties).filter(([key]) => !['fields', 'inner', 'subfields'].includes(key));

  test.each(plain(schema.properties))('%s', (key, described) => {
    const { good, bad } = samples(described);
    const complaint = (value: unknown) => failureOf({ ...SPEC, [key]: value });
    expect(complaint(bad)).toMatch(new RegExp(`^(${key.replace('$', '\\$')}|framing)`));
    expect(complaint(good) ?? '').not.toMatch(/unknown key|expected a (string|number|boolean)|found "/);
  });

  test.each(plain(schema.$defs.field.properties))('fields.2.%s', (key, described) => {
    const { good, bad } = samples(described);
    const complaint = (value: unknown) => failureOf({ ...SPEC, fields: { 2: { ...ROW, [key]: value } } });
    expect(complaint(bad)).toMatch(new RegExp(`^fields\\.2\\.${key}: `));
    expect(complaint(good) ?? '').not.toMatch(/unknown key|expected a (string|number|boolean)|found "/);
  });

  test('and no others', () => {
    expect(failureOf({ ...SPEC, colour: 'red' })).toBe('colour: unknown key');
    expect(schema.properties).not.toHaveProperty('colour');
    expect(schema.additionalProperties).toBe(false);
  });
});

function failureOf(spec: unknown): string | undefined {
  try {
    dialectFromSpec(spec);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
