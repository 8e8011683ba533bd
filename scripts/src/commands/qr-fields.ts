import {
  buildConsumerPayload,
  buildPayload,
  type ConsumerApplicationDraft,
  type ConsumerObjectDraft,
  type DataObjectDraft,
  type LintLevel,
  type Profile,
} from '@kassa/qr';
import { CommandFailure } from '../failure.ts';
import { jsonOf } from './iso8583/choose-dialect.ts';
import { isFile, readBinary } from './iso8583/read-input.ts';

/** Templates inside templates: no scheme nests more than three. */
const DEPTH_MAX = 8;

/** For the help of `kassa qr encode`. */
export const ABOUT_FIELDS = `
--fields, merchant-presented: { "00": "01", "26": { "00": "kz.example.ckzt", "01": "M1" }, "52": "5814", … } in ascending
order of tags, or a list of { "tag", "value" } in the order to write. The CRC is calculated.
Consumer-presented: { "applications": [{ "aid": "F04B5A4454303031", "label": "Tenge", "objects": {…}, "chipData": {…} }],
"common": {…} }, objects by tag, values in hexadecimal.`;

/**
 * The payload of the data objects in a JSON file.
 * @throws CommandFailure for what is not of the form of {@link ABOUT_FIELDS}; ProtocolError for what a payload refuses.
 */
export function payloadOfFields(file: string, level: LintLevel, profile: Profile | undefined): string {
  if (!isFile(file)) throw new CommandFailure(`there is no file "${file}"`);
  const json = jsonOf(readBinary(file).toString('utf8'), file);
  if (isRecord(json) && 'applications' in json) {
    const { applications, common, ...others } = json;
    refuseOthers(others, file);
    if (!Array.isArray(applications)) throw wrong(file, 'applications', 'a list');
    return buildConsumerPayload({
      applications: applications.map((one, index) => applicationOf(one, file, `applications[${index}]`)),
      ...(common === undefined ? {} : { common: consumerObjects(common, file, 'common') }),
    });
  }
  return buildPayload(merchantObjects(json, file, 'fields'), level, profile);
}

function applicationOf(json: unknown, file: string, path: string): ConsumerApplicationDraft {
  if (!isRecord(json)) throw wrong(file, path, 'an object');
  const { aid, label, objects, chipData, ...others } = json;
  refuseOthers(others, file);
  if (typeof aid !== 'string') throw wrong(file, `${path}.aid`, 'a text');
  if (label !== undefined && typeof label !== 'string') throw wrong(file, `${path}.label`, 'a text');
  return {
    aid,
    ...(label === undefined ? {} : { label }),
    ...(objects === undefined ? {} : { objects: consumerObjects(objects, file, `${path}.objects`) }),
    ...(chipData === undefined ? {} : { chipData: consumerObjects(chipData, file, `${path}.chipData`) }),
  };
}

function merchantObjects(json: unknown, file: string, path: string): readonly DataObjectDraft[] {
  // JavaScript puts keys like "26" before keys like "00": the order written in the file is lost, so ascending it is.
  const rows = rowsOf(json, file, path).toSorted(([left], [right]) =>
    Array.isArray(json) ? 0 : left < right ? -1 : 1,
  );
  return rows.map(([tag, value]) => ({
    tag,
    value: typeof value === 'string' ? value : merchantObjects(value, file, `${path}.${tag}`),
  }));
}

function consumerObjects(json: unknown, file: string, path: string): readonly ConsumerObjectDraft[] {
  return rowsOf(json, file, path).map(([tag, value]) => ({
    tag,
    value: typeof value === 'string' ? value : consumerObjects(value, file, `${path}.${tag}`),
  }));
}

/** Both forms: an object by tag, or a list of tag and value. */
function rowsOf(
  json: unknown,
  file: string,
  path: string,
): readonly (readonly [tag: string, value: unknown])[] {
  if (path.split('.').length > DEPTH_MAX) throw wrong(file, path, 'a text: templates are nested too deep');
  if (!Array.isArray(json)) {
    if (isRecord(json)) return Object.entries(json);
    throw wrong(file, path, 'an object, a list or a text');
  }
  return json.map((row: unknown, index) => {
    if (!isRecord(row) || typeof row.tag !== 'string')
      throw wrong(file, `${path}[${index}]`, '{ "tag", "value" }');
    return [row.tag, row.value] as const;
  });
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function refuseOthers(others: object, file: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new CommandFailure(`${file}: nothing is known of "${name}"`);
}

function wrong(file: string, path: string, expected: string): CommandFailure {
  return new CommandFailure(`${file}: ${path} is not ${expected}`);
}
