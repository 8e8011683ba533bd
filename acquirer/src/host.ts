import type { AcquirerSecurityModule } from '@kassa/banks';
import { tagName } from '@kassa/emv';
import {
  type Codec,
  encodePrivateData,
  encodeWithMac,
  type Message,
  macOf,
  parseOriginalDataElements,
  responseMti,
  traceMessage,
} from '@kassa/iso8583';
import {
  assert,
  type EmitStep,
  fromAmountDigits,
  ProtocolError,
  type Step,
  transactionId,
} from '@kassa/primitives';
import type { KeySerialRegister } from './io/key-serial-register.ts';
import { REASON_CHARACTERS_MAX } from './limits.ts';
import { type PaymentRequest, parsePaymentRequest } from './payment-request.ts';
import type { PaymentAnswer, Payments, ReversalAnswer } from './payments.ts';
import { PRIVATE_TAGS } from './private-data.ts';
import { REFUSAL_OF_KEY_SERIAL, SECURITY_REFUSALS, type SecurityRefusalName } from './security-refusal.ts';

export interface HostPorts {
  readonly payments: Payments;
  readonly security: AcquirerSecurityModule;
  readonly serials: Pick<KeySerialRegister, 'take'>;
  readonly emit: EmitStep;
}

/** Answers messages, whatever connection they came by. */
export interface Host {
  /**
   * One request in, one answer out, encoded in the same dialect.
   * @throws (rejects) ProtocolError when the bytes are not a message this host answers: close the connection.
   * @throws (rejects) StorageError when the outcome is unknown: send no answer, the terminal will reverse.
   */
  answer(codec: Codec, bytes: Uint8Array): Promise<Uint8Array>;
}

/** Data elements of a request that its answer repeats (docs/wire.md). */
const ECHOED = [3, 4, 7, 11, 12, 13, 37, 41, 42, 49, 70] as const;

/** Fields besides the echoed ones. */
type AnswerFields = Record<number, string>;

export function createHost(ports: HostPorts): Host {
  return {
    async answer(codec, bytes) {
      const message = codec.decode(bytes);
      tellMessage(ports, codec, 'acquirer.message-received', bytes, message);
      const mti = responseMti(message.mti);
      const fields = await answerFields(ports, codec, bytes, message);
      const response: Message = { mti, fields: { ...echo(message), ...fields } };
      const sealed = seal(ports, codec, response);
      tellMessage(ports, codec, 'acquirer.message-sent', sealed, response);
      return sealed;
    },
  };
}

async function answerFields(
  ports: HostPorts,
  codec: Codec,
  bytes: Uint8Array,
  message: Message,
): Promise<AnswerFields> {
  const terminalId = (message.fields[41] ?? '').trim();
  switch (message.mti) {
    case '0800':
      return manageNetwork(ports, codec, bytes, message, terminalId);
    case '0200':
    case '0201':
      return checkMac(ports, codec, bytes, message, terminalId) ?? pay(ports, message);
    case '0400':
    case '0401':
      return checkMac(ports, codec, bytes, message, terminalId) ?? reverse(ports, message);
    default:
      throw new ProtocolError({
        code: 'bad-mti',
        path: 'mti',
        offset: 0,
        expected: '0200, 0201, 0400, 0401 or 0800',
        found: message.mti,
      });
  }
}

/** DE 70 (ISO 8583:1987, A.70): 001 sign on, 002 sign off, 101 new key, 301 echo test. */
const NEW_KEY = '101';
const NETWORK_CODES = new Set(['001', '002', NEW_KEY, '301']);

function manageNetwork(
  ports: HostPorts,
  codec: Codec,
  bytes: Uint8Array,
  message: Message,
  terminalId: string,
): AnswerFields {
  const code = message.fields[70] ?? '';
  if (!NETWORK_CODES.has(code))
    return refusal('12', `network management code ${code || 'missing'} is not offered`);
  if (code === NEW_KEY)
    return checkMac(ports, codec, bytes, message, terminalId) ?? changeKey(ports, message, terminalId);
  if (!ports.security.hasTerminal(terminalId)) return distrust(ports, message, 'unknown-terminal');
  return { 39: '00' };
}

/** The old key stays good until the first message under the new one: an answer that is lost loses nothing. */
function changeKey(ports: HostPorts, message: Message, terminalId: string): AnswerFields {
  if (!ports.security.canChangeKeys(terminalId)) return distrust(ports, message, 'no-exchange-key');
  const { block, version, checkValue } = ports.security.makeMacKey(terminalId);
  const data = { key: 'mac', version, checkValue };
  ports.emit({ type: 'acquirer.key-sent', terminalId, transactionId: null, data });
  return { 39: '00', 48: encodePrivateData([{ tag: PRIVATE_TAGS.keyBlock, value: block }]) };
}

/** Undefined when the message is really the terminal's and whole. */
function checkMac(
  ports: HostPorts,
  codec: Codec,
  bytes: Uint8Array,
  message: Message,
  terminalId: string,
): AnswerFields | undefined {
  if (!ports.security.hasTerminal(terminalId)) return distrust(ports, message, 'unknown-terminal');
  const sent = macOf(codec, bytes, message);
  if (!sent) return distrust(ports, message, 'mac-missing');
  return ports.security.verifyMac(terminalId, sent.covered, sent.mac)
    ? undefined
    : distrust(ports, message, 'mac-wrong');
}

/** Undefined when the PIN block, if there is one, is under a key of this terminal that no other payment used. */
async function checkKeySerial(
  ports: HostPorts,
  message: Message,
  { terminalId, transactionId: id, pin }: PaymentRequest,
): Promise<AnswerFields | undefined> {
  if (!pin) return undefined;
  const serial = ports.security.checkKeySerial(terminalId, pin.ksn);
  if (!serial.ok) return distrust(ports, message, REFUSAL_OF_KEY_SERIAL[serial.problem]);
  const { set, ksn, last } = serial;
  const verdict = await ports.serials.take({ set, ksn, transactionId: id }, last);
  return verdict === 'taken' ? undefined : distrust(ports, message, `ksn-${verdict}`);
}

function distrust(ports: HostPorts, message: Message, why: SecurityRefusalName): AnswerFields {
  const { responseCode, text } = SECURITY_REFUSALS[why];
  ports.emit({ type: 'acquirer.security-refused', ...idsOf(message), data: { why, responseCode, text } });
  return refusal(responseCode, text);
}

async function pay(ports: HostPorts, message: Message): Promise<AnswerFields> {
  const request = parsePaymentRequest(message);
  if (!isRequest(request)) return refusal(request.responseCode, request.text);
  return (
    (await checkKeySerial(ports, message, request)) ?? paymentFields(await ports.payments.purchase(request))
  );
}

function isRequest(parsed: ReturnType<typeof parsePaymentRequest>): parsed is PaymentRequest {
  return 'transactionId' in parsed;
}

function paymentFields(answer: PaymentAnswer): AnswerFields {
  const fields = refusal(answer.responseCode ?? '96', answer.reason);
  if (answer.approvalCode) fields[38] = answer.approvalCode;
  if (answer.answerEmvData) fields[55] = answer.answerEmvData;
  if (answer.route) {
    fields[48] = encodePrivateData([
      { tag: PRIVATE_TAGS.route, value: answer.route === 'direct' ? 'D' : 'C' },
    ]);
  }
  return fields;
}

async function reverse(ports: HostPorts, message: Message): Promise<AnswerFields> {
  const { fields } = message;
  const missing = [4, 12, 13, 37, 41, 42, 90].filter((number) => fields[number] === undefined);
  if (missing.length > 0)
    return refusal('30', `missing ${missing.map((number) => `DE ${number}`).join(', ')}`);
  const terminalId = (fields[41] ?? '').trim();
  const original = parseOriginalDataElements(fields[90] ?? '');
  const answer: ReversalAnswer = await ports.payments.reverse({
    transactionId: transactionId(terminalId, fields[37] ?? ''),
    terminalId,
    stan: original.stan,
    localTime: (fields[13] ?? '') + (fields[12] ?? ''),
    amount: fromAmountDigits(fields[4] ?? ''),
    merchantNumber: (fields[42] ?? '').trim(),
  });
  return refusal(answer.responseCode, answer.reason);
}

function refusal(responseCode: string, reason: string | null): AnswerFields {
  if (reason === null) return { 39: responseCode };
  // DE 48 is ans: what a bank or a ledger says in other letters is still said, character by character.
  const text = reason
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, REASON_CHARACTERS_MAX);
  return { 39: responseCode, 48: encodePrivateData([{ tag: PRIVATE_TAGS.reason, value: text }]) };
}

function echo(message: Message): AnswerFields {
  const fields: AnswerFields = {};
  for (const number of ECHOED) {
    const value = message.fields[number];
    if (value !== undefined) fields[number] = value;
  }
  return fields;
}

/** Financial answers carry a MAC under the terminal's key; network management, and strangers, get none. */
function seal(ports: HostPorts, codec: Codec, response: Message): Uint8Array {
  const terminalId = (response.fields[41] ?? '').trim();
  if (response.mti.startsWith('08') || !ports.security.hasTerminal(terminalId)) return codec.encode(response);
  return encodeWithMac(codec, response, (covered) => {
    const mac = ports.security.makeMac(terminalId, covered);
    assert(mac !== undefined, 'a terminal that has a key gets a MAC');
    return mac;
  });
}

function tellMessage(
  ports: HostPorts,
  codec: Codec,
  type: string,
  bytes: Uint8Array,
  message: Message,
): void {
  const data = { ...traceMessage(codec, bytes, message, { tagNames: tagName }) };
  ports.emit({ type, ...idsOf(message), data });
}

function idsOf({ fields }: Message): Pick<Step, 'terminalId' | 'transactionId'> {
  const terminalId = fields[41]?.trim() ?? null;
  const rrn = fields[37];
  return { terminalId, transactionId: terminalId && rrn ? transactionId(terminalId, rrn) : null };
}
