import { concatBytes, ProtocolError, parseTlv, toHex } from '@kassa/primitives';
import { parseCommand } from '../data/apdu.ts';
import { type BitMeaning, TSI_BITS, TVR_BITS } from '../data/bit-meanings.ts';
import { describeCommand, describeStatus } from '../data/describe-apdu.ts';
import { type KernelRun, type KernelSession, transmit } from './kernel-session.ts';

/** EMV 4.4 Book 3, 10.10: 71 before the last GENERATE AC, 72 after it. */
export type ScriptTemplate = '71' | '72';

const FAILURE_BIT: Readonly<Record<ScriptTemplate, BitMeaning>> = {
  '71': TVR_BITS.scriptFailedBeforeFinalAc,
  '72': TVR_BITS.scriptFailedAfterFinalAc,
};

interface IssuerScript {
  /** Tag 9F18, 4 bytes; zeros where the issuer gave none (EMV 4.4 Book 4, annex A5). */
  readonly identifier: Uint8Array;
  /** Values of tag 86; undefined when the script cannot be read. */
  readonly commands: readonly Uint8Array[] | undefined;
}

/** EMV 4.4 Book 4, annex A5, table 34: first half of byte 1 of a result. */
const FAILED = 0x10;
const SUCCESSFUL = 0x20;
/** The second half counts the failed command from 1; F stands for the fifteenth and all behind it. */
const SEQUENCE_MAX = 0x0f;

/**
 * Issuer scripts of one template (EMV 4.4 Book 3, 10.10): every command in its order until one is refused; warnings
 * (62xx, 63xx) are not refusals. Sets TVR byte 5, the TSI and tag 9F5B, five bytes for each script.
 */
export function* processScripts(
  session: KernelSession,
  template: ScriptTemplate,
  issuerData: Uint8Array,
): KernelRun<void> {
  for (const script of scriptsOf(template, issuerData)) {
    const failedAt = yield* processScript(session, template, script);
    const result = failedAt === null ? SUCCESSFUL : FAILED | Math.min(failedAt, SEQUENCE_MAX);
    const results = concatBytes(
      session.get('9F5B') ?? new Uint8Array(),
      Uint8Array.of(result),
      script.identifier,
    );
    session.setTerminalValue('9F5B', results);
    session.setTsi(TSI_BITS.scriptProcessingPerformed);
    if (failedAt !== null) {
      const where = failedAt === 0 ? 'it cannot be read' : `command ${failedAt} was refused`;
      session.setTvr(FAILURE_BIT[template], `script ${toHex(script.identifier)}: ${where}`);
    }
  }
}

/** @returns null when all went well, 0 when the script cannot be read, otherwise the number of the refused command. */
function* processScript(
  session: KernelSession,
  template: ScriptTemplate,
  { commands, identifier }: IssuerScript,
): KernelRun<number | null> {
  if (commands === undefined) return 0;
  for (const [index, command] of commands.entries()) {
    const { status } = yield* transmit(command);
    const refused = ![0x90, 0x62, 0x63].includes(status >> 8);
    session.onStep({
      step: 'script-command-sent',
      template,
      identifier: toHex(identifier),
      command: describeCommand(parseCommand(command)),
      status: describeStatus(status),
    });
    if (refused) return index + 1;
  }
  return null;
}

function scriptsOf(template: ScriptTemplate, issuerData: Uint8Array): IssuerScript[] {
  try {
    return parseTlv(issuerData, '55')
      .filter(({ tag }) => tag === template)
      .map(({ value }) => readScript(value));
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

function readScript(value: Uint8Array): IssuerScript {
  const none = new Uint8Array(4);
  try {
    const objects = parseTlv(value, 'script');
    const identifier = objects.find(({ tag }) => tag === '9F18')?.value.slice() ?? none;
    const commands = objects.filter(({ tag }) => tag === '86').map((object) => object.value.slice());
    // A command that is none would be a bug in what sends it: it is looked at before.
    for (const command of commands) parseCommand(command);
    return { identifier: identifier.length === 4 ? identifier : none, commands };
  } catch (error) {
    if (error instanceof ProtocolError) return { identifier: none, commands: undefined };
    throw error;
  }
}
