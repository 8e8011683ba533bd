import { maskPan } from '@kassa/primitives';
import type { DataObject } from './data-object.ts';
import { ROOT, type TemplateRule } from './object-rules.ts';
import type { MerchantPayload } from './parse-merchant-payload.ts';
import { pathOf } from './payload-problem.ts';

/** One data object for people: where it is, what it is called, what it says. */
export interface DescribedObject {
  /** `54`, `62.01`. */
  readonly path: string;
  readonly name: string;
  /** Bytes of UTF-8 from the start of the payload. */
  readonly offset: number;
  /** Absent for a template, whose data objects follow. A merchant account 02 to 25 is masked like a card number. */
  readonly value?: string;
}

/** Every data object of a payload in the order written, those of a template after it. */
export function describePayload({ objects }: MerchantPayload): DescribedObject[] {
  return describe(objects, ROOT, '');
}

function describe(
  objects: readonly DataObject[],
  { ruleOf }: TemplateRule,
  parent: string,
): DescribedObject[] {
  return objects.flatMap(({ tag, value, offset, objects: inner }) => {
    const { name, template, mayHoldPan } = ruleOf(tag);
    const path = pathOf(parent, tag);
    if (inner && template) return [{ path, name, offset }, ...describe(inner, template, path)];
    return [{ path, name, offset, value: mayHoldPan ? maskPan(value) : value }];
  });
}
