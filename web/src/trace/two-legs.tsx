import type { ReactNode } from 'react';
import { AccountIcon, AcquirerIcon, BankIcon, CardIcon, LedgerIcon, TerminalIcon } from '../page/icons.tsx';
import { LEG_NODES, LEGS_DARK, type LegNode, type Legs, legsInWords, NODE_NAMES } from './legs.ts';
import type { Payment } from './trace-state.ts';

const ICONS: Readonly<Record<LegNode, ReactNode>> = {
  card: <CardIcon />,
  terminal: <TerminalIcon />,
  acquirer: <AcquirerIcon />,
  bank: <BankIcon />,
  ledger: <LedgerIcon />,
  account: <AccountIcon />,
};

const BRANCH_WORDS: Partial<Record<LegNode, string>> = { ledger: 'DIRECT', account: 'CONVERT' };

/** The way of a payment: one line to the bank, then two legs, of which one is taken. */
export function TwoLegs({ payment }: { readonly payment: Payment | null }) {
  const legs = payment?.legs ?? LEGS_DARK;
  return (
    <section className="two-legs panel" aria-label="Two legs" data-arrived={legs.arrived ?? ''}>
      <p className="visually-hidden">{legsInWords(legs)}</p>
      <div className="legs-picture" aria-hidden="true">
        <Wires legs={legs} paths={WIDE_WIRES} className="wires wires-wide" height={138} />
        <Wires legs={legs} paths={NARROW_WIRES} className="wires wires-narrow" height={164} />
        {LEG_NODES.map((node) => (
          <Node key={node} node={node} legs={legs} />
        ))}
      </div>
    </section>
  );
}

function Node({ node, legs }: { readonly node: LegNode; readonly legs: Legs }) {
  const { light, note } = legs.nodes[node];
  const branch = BRANCH_WORDS[node];
  const isEnd =
    (node === 'ledger' && legs.arrived === 'direct') || (node === 'account' && legs.arrived === 'convert');
  return (
    <div
      className={`leg-node leg-${node}`}
      data-light={light}
      data-current={legs.current === node}
      data-end={isEnd}
      data-branch={branch !== undefined}
    >
      <span className="leg-disc">{ICONS[node]}</span>
      <span className="leg-words">
        {branch !== undefined && <span className="leg-branch">{branch}</span>}
        <span className="leg-name">{NODE_NAMES[node]}</span>
        <span className="leg-note">{note === '' ? ' ' : note}</span>
      </span>
    </div>
  );
}

const WIRES = ['card', 'host', 'bank', 'direct', 'convert', 'redeem'] as const;
type Wire = (typeof WIRES)[number];

/** Drawn on a canvas 100 wide, stretched to the panel, and as high in pixels as the picture. */
const WIDE_WIRES: Readonly<Record<Wire, string>> = {
  card: 'M8 60H24',
  host: 'M24 60H40',
  bank: 'M40 60H56',
  direct: 'M56 60C63 60 63 22 70 22',
  convert: 'M56 60C63 60 63 99 70 99',
  redeem: 'M70 22V99',
};
const NARROW_WIRES: Readonly<Record<Wire, string>> = {
  card: 'M12.5 24H37.5',
  host: 'M37.5 24H62.5',
  bank: 'M62.5 24H87.5',
  direct: 'M87.5 24V96H8V128',
  convert: 'M87.5 24V96H57V128',
  redeem: 'M8 128H57',
};

interface WiresProps {
  readonly legs: Legs;
  readonly paths: Readonly<Record<Wire, string>>;
  readonly className: string;
  readonly height: number;
}

/** Lit wires are drawn last, over the dark ones they share a way with. */
function Wires({ legs, paths, className, height }: WiresProps) {
  return (
    <svg className={className} viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {WIRES.toSorted((one, other) => Number(isLit(legs, one)) - Number(isLit(legs, other))).map((wire) => (
        <path key={wire} d={paths[wire]} className={`wire wire-${wire}`} data-lit={isLit(legs, wire)} />
      ))}
    </svg>
  );
}

function isLit(legs: Legs, wire: Wire): boolean {
  const on = (node: LegNode) => legs.nodes[node].light !== 'off';
  switch (wire) {
    case 'card':
      return on('card') && on('terminal');
    case 'host':
      return on('terminal') && on('acquirer');
    case 'bank':
      return on('acquirer') && on('bank');
    case 'direct':
      return on('bank') && on('ledger');
    case 'convert':
      return on('account');
    case 'redeem':
      return on('account') && on('ledger');
  }
}
