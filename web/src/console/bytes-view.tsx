import { useMemo, useState } from 'react';
import { hexBytes } from '../trace/read-detail.ts';
import { BitmapCells } from './bitmap-cells.tsx';
import type { TreeNode } from './console-types.ts';
import { FieldTree } from './field-tree.tsx';
import { HexView } from './hex-view.tsx';
import { useSay } from './language.ts';
import { flatten, nodeAtByte } from './tree-nodes.ts';

interface BytesViewProps {
  readonly hex: string;
  readonly nodes: readonly TreeNode[];
  readonly name: string;
}

/** Bytes beside what they mean: pointing at one shows the other; a click keeps the mark. */
export function BytesView({ hex, nodes, name }: BytesViewProps) {
  const say = useSay();
  const bytes = useMemo(() => hexBytes(hex), [hex]);
  const [pointed, setPointed] = useState<TreeNode | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const kept = useMemo(
    () => flatten(nodes).find(({ node }) => node.path === picked)?.node ?? null,
    [nodes, picked],
  );
  const marked = pointed ?? kept;
  const pick = (node: TreeNode | null) => setPicked(node === null || node.path === picked ? null : node.path);
  const bitmap = nodes.find(({ bits }) => bits.length > 0);
  return (
    <div className="bytes-view">
      <div className="bytes-side">
        <HexView
          bytes={bytes}
          marked={marked}
          name={`${name}, ${bytes.length} ${say('bytes')}`}
          onByte={(byte) => setPointed(byte === null ? null : nodeAtByte(nodes, byte))}
          onPick={(byte) => pick(nodeAtByte(nodes, byte))}
        />
        <p className="hint pointer-words" data-testid="pointer-words">
          {marked === null
            ? say('pointAt')
            : `${marked.name}: ${say('byteRange', marked.offset, marked.offset + marked.length - 1)}`}
        </p>
        {bitmap && <BitmapCells bits={bitmap.bits} onElement={(path) => setPicked(path)} />}
      </div>
      <FieldTree nodes={nodes} marked={marked} onNode={setPointed} onPick={pick} name={name} />
    </div>
  );
}
