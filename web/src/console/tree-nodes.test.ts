import { expect, it } from 'vitest';
import { treeNode } from './testing/console-event.ts';
import { flatten, nodeAtByte } from './tree-nodes.ts';

const TAG = treeNode('55.9F26', { offset: 12, length: 11 });
const ELEMENT = treeNode('55', { offset: 10, length: 20, children: [TAG] });
const NODES = [treeNode('0', { offset: 0, length: 2 }), ELEMENT];

it.each([
  [0, '0'],
  [1, '0'],
  [2, null],
  [10, '55'],
  [11, '55'],
  [12, '55.9F26'],
  [22, '55.9F26'],
  [23, '55'],
  [29, '55'],
  [30, null],
])('byte %i belongs to %s', (byte, path) => {
  expect(nodeAtByte(NODES, byte)?.path ?? null).toBe(path);
});

it('a tree is drawn line by line', () => {
  expect(flatten(NODES).map(({ node, depth }) => [node.path, depth])).toEqual([
    ['0', 0],
    ['55', 0],
    ['55.9F26', 1],
  ]);
});
