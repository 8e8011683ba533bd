import { ProtocolError } from '@kassa/primitives';
import {
  type DescribedObject,
  type Finding,
  KAZAKHSTAN_GUID,
  type LintLevel,
  lintPayload,
  type PayloadReport,
  PROFILES,
  type Profile,
  profileWithGuid,
} from '@kassa/qr';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure } from '../failure.ts';

/** Options of every command that checks a payload. */
export interface CheckOptions {
  readonly level?: LintLevel;
  readonly profile?: string;
  readonly guid: string;
}

const LEVELS: readonly LintLevel[] = ['strict', 'tolerant', 'national'];
const PROFILE_IDS = PROFILES.map(({ id }) => id).join(', ');

export const ABOUT_LEVELS = `
Levels: strict is the EMVCo specification to the letter; tolerant lets pass what circulates and says so; national is
strict, but for what the profile of a scheme says otherwise. --profile NAME goes with national; without it the profile
is that of the scheme the payload names. Profiles: ${PROFILE_IDS} (docs/qr.md).`;

export function withCheckOptions(command: Command): Command {
  return command
    .option('--level <name>', `${LEVELS.join(', ')} (default: strict, with --profile national)`, parseLevel)
    .option('--profile <name>', PROFILE_IDS)
    .option('--guid <id>', "identifier of Kazakhstan's account template", KAZAKHSTAN_GUID);
}

function parseLevel(text: string): LintLevel {
  const level = LEVELS.find((one) => one === text);
  if (level) return level;
  throw new InvalidArgumentError(`a level is one of ${LEVELS.join(', ')}.`);
}

/** @throws CommandFailure for an unknown profile, or one beside another level. */
export function levelAndProfile({ level, profile: id, guid }: CheckOptions): {
  readonly level: LintLevel;
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
} {
  const profiles = PROFILES.map((profile) =>
    profile.id === 'kz' ? profileWithGuid(profile, guid) : profile,
  );
  if (id === undefined) return { level: level ?? 'strict', profile: undefined, profiles };
  const profile = profiles.find((one) => one.id === id);
  if (!profile) {
    throw new CommandFailure(`there is no profile "${id}".\nRemedy: name one of ${PROFILE_IDS}`);
  }
  if (level !== undefined && level !== 'national') {
    throw new CommandFailure(
      `a profile has no part in level ${level}.\nRemedy: leave out --level or --profile`,
    );
  }
  return { level: 'national', profile, profiles };
}

/** @throws CommandFailure for options that do not go together. */
export function check(payload: string, options: CheckOptions): PayloadReport {
  const { level, profile, profiles } = levelAndProfile(options);
  return lintPayload(payload, { level, profiles, ...(profile ? { profile } : {}) });
}

/** What to print of a payload: its fields, or why it is not valid. */
export function decoded({ isValid, mode, profile, link, fields, findings }: PayloadReport): {
  readonly json: unknown;
  readonly text: string;
} {
  if (link) {
    const { id, name, kind, about, token } = link;
    const lines = [name, `${kind}: ${about}`, `token ${printable(token)}`];
    return { json: { valid: true, mode, link: { id, name, kind, token } }, text: `${lines.join('\n')}\n` };
  }
  const error = findings.find(({ severity }) => severity === 'error');
  if (!isValid && error) {
    const { code, path, offset, expected, found } = error;
    const { message } = new ProtocolError({ code, path, offset, expected, found });
    return {
      json: { valid: false, error: { code, path, offset, expected, found } },
      text: `not valid: ${printable(message)}\n`,
    };
  }
  const scheme = profile ? { profile: profile.id } : {};
  return { json: { valid: true, mode, ...scheme, fields }, text: linesOf(fields) };
}

/** Every finding, the rule it is from and what to do. */
export function linted({ isValid, mode, level, profile, link, findings }: PayloadReport): {
  readonly json: unknown;
  readonly text: string;
} {
  const used = level === 'national' ? profile : undefined;
  const json = {
    valid: isValid,
    mode,
    level,
    profile: used?.id ?? null,
    ...(link ? { link: { id: link.id, name: link.name, kind: link.kind } } : {}),
    findings,
  };
  if (link) return { json, text: `link, ${link.name}: ${link.about}; there is nothing to check\n` };
  const counts = (['error', 'warning', 'note'] as const)
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  const checked = `${mode}-presented, level ${level}${used ? `, ${used.name}` : ''}`;
  const verdict = `${isValid ? 'valid' : 'not valid'}${counts.length > 0 ? `, ${counts.join(', ')}` : ''}`;
  const assumed = used?.assumption ? `Assumption: ${used.assumption}\n` : '';
  return { json, text: `${checked}: ${verdict}\n${assumed}${findings.map(findingText).join('')}` };
}

function findingText({ severity, rule, path, offset, expected, found, source, remedy }: Finding): string {
  const said = printable(`expected ${expected}, found ${found}`);
  return `${severity.padEnd(8)}${path} (offset ${offset}) ${rule}: ${said}\n        ${source}\n        Remedy: ${remedy}\n`;
}

const PATH_WIDTH = 9;

/** Paths two columns deeper with each template, names and values below each other. */
function linesOf(fields: readonly DescribedObject[]): string {
  const paths = fields.map(({ path }) => `${'  '.repeat(path.split('.').length - 1)}${path}`);
  const width = Math.max(PATH_WIDTH, ...paths.map((path) => path.length + 2));
  return fields
    .map(({ name, value = '', isAsked }, index) => {
      const asked = isAsked ? ' (the payer is asked)' : '';
      const line = `${(paths[index] ?? '').padEnd(width)}${name.padEnd(38)}${printable(value)}${asked}`;
      return `${line.trimEnd()}\n`;
    })
    .join('');
}

/** What a stranger put into a code must not steer the terminal it is printed on. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
}
