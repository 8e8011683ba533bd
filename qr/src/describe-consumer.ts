import { maskPan, toHex, toLatin1 } from '@kassa/primitives';
import type { ConsumerObject } from './consumer-object.ts';
import { CONSUMER_TAGS, type ConsumerTag } from './consumer-tags.ts';
import type { DescribedObject } from './describe-payload.ts';
import { countOf, pathOf } from './payload-problem.ts';

/**
 * Every data object of a consumer-presented payload in the order written, those of a template after it. Text is shown
 * as text, anything else in hexadecimal, card numbers and tracks masked, a template that cannot be read as its length.
 */
export function describeConsumerPayload({
  objects,
}: {
  readonly objects: readonly ConsumerObject[];
}): DescribedObject[] {
  return objects.flatMap((object) => describe(object, ''));
}

function describe({ tag, value, offset, objects }: ConsumerObject, parent: string): DescribedObject[] {
  const path = pathOf(parent, tag);
  const known = CONSUMER_TAGS[tag];
  const name = known?.name ?? "the scheme's own";
  if (objects) return [{ path, name, offset }, ...objects.flatMap((object) => describe(object, path))];
  if (known?.isTemplate) return [{ path, name, offset, value: `*** (${countOf(value.length, 'byte')})` }];
  return [{ path, name, offset, value: shown(value, known?.shows) }];
}

function shown(value: Uint8Array, shows: ConsumerTag['shows']): string {
  if (shows === 'text') return toLatin1(value);
  if (shows === 'nothing') return '***';
  if (shows === undefined) return toHex(value);
  // The card number of a track ends at its separator; what follows it is not shown.
  return maskPan(/^\d+/.exec(toHex(value))?.[0] ?? '');
}
