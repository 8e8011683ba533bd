import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { TreeNode } from './console-types.ts';
import { flatten } from './tree-nodes.ts';

interface FieldTreeProps {
  readonly nodes: readonly TreeNode[];
  readonly marked: TreeNode | null;
  readonly onNode: (node: TreeNode | null) => void;
  readonly onPick: (node: TreeNode) => void;
  readonly name: string;
}

/** The fields of a message, one line each, those inside others further in; arrow keys go from line to line. */
export function FieldTree({ nodes, marked, onNode, onPick, name }: FieldTreeProps) {
  const tree = useRef<HTMLUListElement>(null);
  const lines = useMemo(() => flatten(nodes), [nodes]);
  useEffect(() => {
    const line = marked && tree.current?.querySelector(`[data-path="${CSS.escape(marked.path)}"]`);
    const element = tree.current;
    if (!(line instanceof HTMLElement) || !element || line.contains(document.activeElement)) return;
    const isInSight =
      line.offsetTop >= element.scrollTop &&
      line.offsetTop + line.offsetHeight <= element.scrollTop + element.clientHeight;
    if (!isInSight) element.scrollTop = line.offsetTop - 8;
  }, [marked]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const buttons = [...(tree.current?.querySelectorAll<HTMLElement>('.tree-line') ?? [])];
    buttons[buttons.indexOf(event.target as HTMLElement) + step]?.focus();
    event.preventDefault();
  };
  return (
    <ul
      className="field-tree"
      ref={tree}
      aria-label={name}
      onKeyDown={onKeyDown}
      onPointerLeave={() => onNode(null)}
    >
      {lines.map(({ node, depth }) => (
        <li key={node.path} data-path={node.path} style={{ '--depth': depth } as CSSProperties}>
          <button
            type="button"
            className="tree-line"
            data-testid="tree-line"
            data-marked={marked?.path === node.path || undefined}
            onPointerEnter={() => onNode(node)}
            onFocus={() => onNode(node)}
            onClick={() => onPick(node)}
          >
            <NodeLine node={node} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function NodeLine({ node }: { readonly node: TreeNode }) {
  const number = /^\d+$/.test(node.path) ? node.path : (node.path.split('.').at(-1) ?? node.path);
  const isNamed = node.name.startsWith(number);
  return (
    <>
      <span className="tree-head">
        {!isNamed && <b className="tree-number">{number}</b>}
        <span className="tree-name">{node.name}</span>
        {node.value !== '' && <code className="tree-value">{node.value}</code>}
      </span>
      {node.words.length > 0 && (
        <span className="tree-words">
          {node.words.map((word) => (
            <span key={word}>{word}</span>
          ))}
        </span>
      )}
    </>
  );
}
