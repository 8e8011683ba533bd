import { formOf } from './check-value.ts';
import { type DataObject, HEADER_BYTES } from './data-object.ts';
import type { Findings } from './finding.ts';
import { isAccountTemplate, ROOT } from './object-rules.ts';
import { countOf, pathOf } from './payload-problem.ts';

/** ISO 4217: minor units of the currencies whose number of decimals is not two, by numeric code. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    '108 152 174 262 324 352 392 410 548 600 646 704 800 940 950 952 953'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('048 368 400 414 434 512 788'.split(' ').map((code) => [code, 3])),
};
const DECIMALS_OF_MOST = 2;

/** What no single data object can say: rules about their content and about several of them. */
export function checkContent(objects: readonly DataObject[], findings: Findings): void {
  // Of a tag that stands twice, the first: that it stands twice is a finding already.
  const at = (tag: string): DataObject | undefined => objects.find((object) => object.tag === tag);
  checkFees(at('55'), at('56'), at('57'), findings);
  const method = at('01');
  const amount = at('54');
  if (method?.value === '11' && amount) {
    const expected = '12 beside an amount';
    findings.add('static-amount', { path: '01', offset: valueAt(method), expected, found: '"11"' });
  }
  const decimals = DECIMALS[at('53')?.value ?? ''] ?? DECIMALS_OF_MOST;
  const written = /^\d+\.(\d+)$/.exec(amount?.value ?? '')?.[1]?.length ?? 0;
  if (amount && written > decimals) {
    const expected = `at most ${countOf(decimals, 'decimal')}`;
    findings.add('amount-decimals', { path: '54', offset: valueAt(amount), expected, found: `${written}` });
  }
  checkIdentifiers(objects, findings);
  checkReserved(objects, findings);
  const request = at('62')?.objects?.find(({ tag }) => tag === '09');
  if (request && !(/^[AME]+$/.test(request.value) && new Set(request.value).size === request.value.length)) {
    const expected = 'some of A, M, E, each once';
    const found = formOf(request.value);
    findings.add('data-request', { path: '62.09', offset: valueAt(request), expected, found });
  }
}

function checkFees(
  indicator: DataObject | undefined,
  fixed: DataObject | undefined,
  percentage: DataObject | undefined,
  findings: Findings,
): void {
  const pairs = [
    ['02', '56', fixed],
    ['03', '57', percentage],
  ] as const;
  for (const [code, path, fee] of pairs) {
    const isDue = indicator?.value === code;
    if (isDue && !fee) {
      const expected = `data object ${path} beside 55 with ${code}`;
      findings.add('fee-indicator', { path, offset: valueAt(indicator), expected, found: 'none' });
    }
    if (!isDue && fee) {
      const expected = `55 with ${code} beside it`;
      const found = indicator ? `55 with ${formOf(indicator.value)}` : 'none';
      findings.add('fee-indicator', { path, offset: fee.offset, expected, found });
    }
  }
}

/** An application identifier of 5 to 16 bytes, a UUID without hyphens, or a reversed domain name. */
const IDENTIFIER = /^(?:(?:[0-9A-Fa-f]{2}){5,16}|[A-Za-z0-9-]{1,32}(?:\.[A-Za-z0-9-]{1,32})+)$/;

function checkIdentifiers(objects: readonly DataObject[], findings: Findings): void {
  for (const { tag, objects: inner } of objects) {
    const guid = inner?.[0];
    if (!isAccountTemplate(Number(tag)) || guid?.tag !== '00' || IDENTIFIER.test(guid.value)) continue;
    const expected = 'an application identifier, a UUID or a reversed domain name';
    const found = formOf(guid.value);
    findings.add('identifier-form', { path: `${tag}.00`, offset: valueAt(guid), expected, found });
  }
}

function checkReserved(objects: readonly DataObject[], findings: Findings): void {
  const add = (path: string, { offset }: DataObject): void =>
    findings.add('reserved', { path, offset, expected: 'nothing', found: `data object ${path}` });
  for (const object of objects) {
    const rule = ROOT.ruleOf(object.tag);
    if (rule.isReserved) add(object.tag, object);
    for (const inner of object.objects ?? []) {
      if (rule.template?.ruleOf(inner.tag).isReserved) add(pathOf(object.tag, inner.tag), inner);
    }
  }
}

function valueAt({ offset }: DataObject): number {
  return offset + HEADER_BYTES;
}
