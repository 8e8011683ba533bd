import { auditLedgerFile, openLedgerReader, operationId } from '@kassa/ledger-client';

/** Adds what was acknowledged to what is known; an id has one place in the journal for good. */
export function readAcknowledged(
  lines: readonly string[],
  known: Map<string, number>,
  failures: string[],
): { readonly fresh: number; readonly own: number } {
  let fresh = 0;
  let own = 0;
  for (const line of lines.filter((each) => !each.startsWith('ready '))) {
    const [id = '', place] = line.split(' ');
    const sequence = Number(place);
    const before = known.get(id);
    if (before === undefined) fresh++;
    else if (before !== sequence) failures.push(`${id} was entry ${before} and is ${sequence}: done twice`);
    known.set(id, sequence);
    own++;
  }
  return { fresh, own };
}

/** Notes what was acknowledged and is not there, or is there otherwise. @returns the entries of its journal. */
export function checkLedger(path: string, known: ReadonlyMap<string, number>, failures: string[]): number {
  const report = auditLedgerFile(path);
  failures.push(...report.findings.map(({ message }) => `audit: ${message}`));
  const reader = openLedgerReader(path);
  try {
    const taken = new Map<number, string>();
    for (const [id, sequence] of known) {
      const found = reader.sequenceOf(operationId(id));
      if (found === undefined) failures.push(`${id} was acknowledged as entry ${sequence} and is lost`);
      else if (found !== sequence)
        failures.push(`${id} was acknowledged as entry ${sequence} and is ${found}`);
      const other = taken.get(sequence);
      if (other !== undefined) failures.push(`entry ${sequence} was acknowledged for ${other} and for ${id}`);
      taken.set(sequence, id);
    }
  } finally {
    reader.close();
  }
  return report.entries;
}
