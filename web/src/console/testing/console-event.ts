import type { ConsoleEvent, TreeNode } from '../console-types.ts';

/** An event with what a test cares about. */
export function consoleEvent(type: string, part: Partial<ConsoleEvent> = {}): ConsoleEvent {
  return { seq: 1, type, timeMs: 0, data: {}, message: null, command: null, response: null, ...part };
}

/** A node of a tree with what a test cares about. */
export function treeNode(path: string, part: Partial<TreeNode> = {}): TreeNode {
  return { path, name: path, value: '', words: [], offset: 0, length: 0, bits: [], children: [], ...part };
}
