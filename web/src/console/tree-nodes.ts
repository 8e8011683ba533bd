import type { TreeNode } from './console-types.ts';

/** A node with how deep it stands. */
export interface FlatNode {
  readonly node: TreeNode;
  readonly depth: number;
}

/** A tree as the lines it is drawn in. */
export function flatten(nodes: readonly TreeNode[], depth = 0): readonly FlatNode[] {
  return nodes.flatMap((node) => [{ node, depth }, ...flatten(node.children, depth + 1)]);
}

/** The innermost node that holds a byte: inside DE 55 the tag, not the whole element. */
export function nodeAtByte(nodes: readonly TreeNode[], byte: number): TreeNode | null {
  const holder = nodes.find(({ offset, length }) => byte >= offset && byte < offset + length);
  return holder === undefined ? null : (nodeAtByte(holder.children, byte) ?? holder);
}
