import { CONSUMER_TAGS, type ConsumerTag } from '../consumer-tags.ts';
import { CODE_BYTES_MAX, CONSUMER_BYTES_MAX, PAYLOAD_BYTES_MAX, VALUE_CHARACTERS_MAX } from '../limits.ts';
import { LINT_RULES } from '../lint-rules.ts';
import { type ObjectRule, ROOT } from '../object-rules.ts';
import { LINK_FORMS } from '../payment-link.ts';
import type { Profile, ProfileField } from '../profile.ts';
import { PROFILES } from '../profiles.ts';

/** docs/qr.md, made from the tables the code runs on. */
export function qrDocument(): string {
  return [
    HEAD,
    '## Rules\n',
    'Severity at level `strict`, and at level `tolerant`. At level `national` it is that of `strict`, or `note` where the profile allows the deviation.\n',
    table(
      ['rule', 'strict', 'tolerant', 'says', 'source', 'remedy'],
      Object.entries(LINT_RULES).map(([name, { title, strict, tolerant, source, remedy }]) => [
        `\`${name}\``,
        strict,
        tolerant,
        title,
        source,
        remedy,
      ]),
    ),
    '## Data objects, merchant-presented\n',
    'Lengths count characters. `62` and `64` and the templates `26` to `51` and `80` to `99` hold data objects of their own; a profile knows those inside them.\n',
    table(['tag', 'name', 'value'], merchantRows()),
    '## Data objects, consumer-presented\n',
    'Base64 of BER-TLV. Templates `63` and `64` may hold anything a scheme puts there; what cannot be read is not printed.\n',
    table(
      ['tag', 'in', 'name', 'bytes'],
      consumerTags().map(([tag, { name, in: inside, bytesMin, bytesMax, shows }]) => [
        tag,
        inside.map((place) => place || 'root').join(', '),
        shows === 'card' || shows === 'nothing' ? `${name} (shown masked)` : name,
        bytesMin === bytesMax ? `${bytesMin}` : `${bytesMin} to ${bytesMax}`,
      ]),
    ),
    '## National profiles\n',
    'A profile is data ([profiles.ts](../qr/src/profiles.ts)). Most schemes do not publish their rules to everybody: the source says how far each was read. A profile is no claim that a wallet of the scheme pays the code.\n',
    ...PROFILES.map(profileSection),
    '## Links\n',
    'Not EMVCo payloads: the token means something to its issuer only. `kassa qr` names the issuer and checks nothing.\n',
    table(
      ['issuer', 'starts with, or host', 'kind', 'what follows'],
      LINK_FORMS.map(({ name, prefixes, hosts = [], kind, about }) => [
        name,
        [...prefixes, ...hosts].map((text) => `\`${text}\``).join(', '),
        kind,
        about,
      ]),
    ),
  ].join('\n');
}

const HEAD = `# QR payloads

Made from the tables of the package \`qr\` by \`UPDATE_DOCS=1 npx vitest run qr\`; a test fails when it is out of date.

Levels of \`kassa qr lint\`:

| level | takes |
|---|---|
| \`strict\` | the EMVCo specifications 1.1 to the letter |
| \`tolerant\` | what circulates and wallets have to read; each deviation is a warning or a note |
| \`national\` | strict, but for what the profile of the scheme says otherwise; and what the scheme demands on top |

An \`error\` makes a payload invalid, a \`warning\` or a \`note\` does not. Nothing is ever repaired.

| limit | |
|---|---|
| merchant-presented payload | ${PAYLOAD_BYTES_MAX} bytes of UTF-8; more is an error at \`strict\`, above ${CODE_BYTES_MAX} (what a QR code holds) at every level |
| value of a data object | ${VALUE_CHARACTERS_MAX} characters |
| consumer-presented payload | ${CONSUMER_BYTES_MAX} bytes before base64 |

The CRC finds every change within 16 bits in a row, so any character for another of the same one or two bytes. A change over
more bytes, or of the number of bytes, is missed once in 65 536 times unless another rule finds it. At level \`tolerant\` a
digit of the CRC in lower case is a warning.
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')}\n`;
}

/** Template by template. */
function consumerTags(): (readonly [string, ConsumerTag])[] {
  const place = ([tag, { in: inside }]: readonly [string, ConsumerTag]): string => `${inside[0]} ${tag}`;
  return Object.entries(CONSUMER_TAGS).toSorted((left, right) => (place(left) < place(right) ? -1 : 1));
}

function merchantRows(): string[][] {
  const rows: string[][] = [];
  for (let tag = 0; tag <= 99; tag++) {
    const name = String(tag).padStart(2, '0');
    const rule = ROOT.ruleOf(name);
    rows.push([name, rule.name, contentOf(rule)]);
    if (name !== '62' && name !== '64') continue;
    for (let sub = 0; sub <= 99; sub++) {
      const inner = rule.template?.ruleOf(String(sub).padStart(2, '0'));
      if (inner) rows.push([`${name}.${String(sub).padStart(2, '0')}`, inner.name, contentOf(inner)]);
    }
  }
  return merged(rows);
}

function contentOf({ format, template, isReserved, mayHoldPan }: ObjectRule): string {
  if (format) return format.says;
  if (template) return 'a template';
  if (isReserved) return 'left out';
  return mayHoldPan ? 'any, shown masked' : 'any';
}

/** Neighbours of the same name and value as one row: `02 to 03`. */
function merged(rows: readonly string[][]): string[][] {
  const result: string[][] = [];
  for (const [tag = '', ...rest] of rows) {
    const last = result.at(-1);
    if (last && last.slice(1).join() === rest.join() && last[0]?.includes('.') === tag.includes('.')) {
      last[0] = `${last[0]?.split(' ')[0]} to ${tag}`;
    } else result.push([tag, ...rest]);
  }
  return result;
}

function profileSection({
  id,
  name,
  country,
  currencies,
  accounts,
  templates = {},
  ...profile
}: Profile): string {
  const { languages, accepts, hasOneByteLengths, source, assumption } = profile;
  const facts = [
    `Country ${country}, currency ${currencies.join(' or ')}. Source: ${source}.`,
    ...(assumption ? [`**Assumption:** ${assumption}.`] : []),
    ...(languages ? [`Name in the local script: 64.00 is ${languages.join(' or ')}.`] : []),
    ...accepts.map(({ rule, paths, reason }) => `Allows \`${rule}\` at ${paths.join(', ')}: ${reason}.`),
    ...(hasOneByteLengths
      ? ['Consumer-presented: lengths of 128 to 255 in one byte are read, with a note.']
      : []),
  ];
  const rows = [
    ...accounts.flatMap(({ name: account, tags, guid, fields, oneOf = [] }) => {
      const range = tags[0] === tags[1] ? tags[0] : `${tags[0]} to ${tags[1]}`;
      const due = oneOf.map((list) => `, one of ${list.join(', ')}`).join('');
      const row = [range, `${account}${due}`, guid ? `\`${guid}\` in 00` : 'any identifier', ''];
      return [row, ...fieldRows(fields, tags[0] === tags[1] ? `${tags[0]}.` : '· ')];
    }),
    ...Object.entries(templates).flatMap(([tag, fields]) => fieldRows(fields, `${tag}.`)),
  ];
  return [
    `### ${name}: \`${id}\`\n`,
    `${facts.map((fact) => `- ${fact}`).join('\n')}\n`,
    table(['tag', 'name', 'value', 'mandatory'], rows),
  ].join('\n');
}

function fieldRows(fields: Readonly<Record<string, ProfileField>>, parent: string): string[][] {
  // JavaScript puts keys like 25 before keys like 01.
  const rows = Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return rows.flatMap(([tag, { name, says, isRequired, fields: inner }]) => [
    [`${parent}${tag}`, name, says, isRequired ? 'yes' : ''],
    ...(inner ? fieldRows(inner, `${parent}${tag}.`) : []),
  ]);
}
