import { type DeviceEvent, type DeviceState, step } from '../device-state.ts';
import { DEVICE_EVENTS, DEVICE_STATES } from './device-samples.ts';

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly effects: string;
  /** `card in slot`, `no card in slot`, or empty where a state knows no slot. */
  readonly slot: string;
}

/** docs/device-states.md, made by trying every event in every state. */
export function deviceStateDiagram(): string {
  const states = Object.keys(DEVICE_STATES).map((kind) => `  state "${kind}" as ${nodeOf(kind)}`);
  return `# States of the terminal

What the device does when. Made by trying every event in every state of \`terminal/src/device-state.ts\`; an event without an
arrow is refused (HTTP 409) and changes nothing. In brackets the condition, behind the slash what the device must do.
\`UPDATE_DOCS=1 npx vitest run terminal\` writes this file, and without it the same test compares.

\`\`\`mermaid
stateDiagram-v2
${states.join('\n')}
  [*] --> idle
${mergedArrows().map(line).join('\n')}
\`\`\`
`;
}

function allArrows(): Arrow[] {
  return Object.values(DEVICE_STATES)
    .flat()
    .flatMap((state) =>
      Object.values(DEVICE_EVENTS)
        .flat()
        .flatMap((event) => arrowOf(state, event)),
    );
}

function arrowOf(state: DeviceState, event: DeviceEvent): Arrow[] {
  const result = step(state, event);
  if (!result.ok) return [];
  const slot = 'cardInSlot' in state ? (state.cardInSlot ? 'card in slot' : 'no card in slot') : '';
  const effects = result.effects.map((effect) =>
    effect.kind === 'give-up' ? `${effect.kind} (${effect.why})` : effect.kind,
  );
  return [{ from: state.kind, to: result.state.kind, event: event.kind, effects: effects.join(', '), slot }];
}

/** A condition is named only where the slot makes a difference. */
function mergedArrows(): Arrow[] {
  const arrows = allArrows();
  const merged = arrows.map((arrow) => {
    const slots = new Set(arrows.filter((other) => isSame(arrow, other)).map(({ slot }) => slot));
    return slots.size > 1 ? { ...arrow, slot: '' } : arrow;
  });
  return [...new Map(merged.map((arrow) => [JSON.stringify(arrow), arrow])).values()];
}

function isSame(left: Arrow, right: Arrow): boolean {
  return (
    left.from === right.from &&
    left.to === right.to &&
    left.event === right.event &&
    left.effects === right.effects
  );
}

function line({ from, to, event, effects, slot }: Arrow): string {
  const condition = slot === '' ? '' : ` [${slot}]`;
  const action = effects === '' ? '' : ` / ${effects}`;
  return `  ${nodeOf(from)} --> ${nodeOf(to)}: ${event}${condition}${action}`;
}

function nodeOf(kind: string): string {
  return kind.replaceAll('-', '_');
}
