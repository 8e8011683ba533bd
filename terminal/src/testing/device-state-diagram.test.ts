import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deviceStateDiagram } from './device-state-diagram.ts';

const FILE = new URL('../../../docs/device-states.md', import.meta.url);

test('docs/device-states.md is the diagram of the transition function', () => {
  const diagram = deviceStateDiagram();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, diagram);
  expect(readFileSync(FILE, 'utf8')).toBe(diagram);
});

test('every state can be entered and left', () => {
  const arrows = [...deviceStateDiagram().matchAll(/^ {2}(\S+) --> (\w+)/gm)].map(([, from, to]) => ({
    from,
    to,
  }));
  const names = [...deviceStateDiagram().matchAll(/ as (\w+)$/gm)].map(([, name]) => name);
  expect(names).toHaveLength(8);
  for (const name of names) {
    expect(arrows.some(({ from, to }) => to === name && from !== name)).toBe(true);
    expect(arrows.some(({ from, to }) => from === name && to !== name)).toBe(true);
  }
});
