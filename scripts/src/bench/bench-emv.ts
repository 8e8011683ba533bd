import { createCipheriv, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import {
  type CardData,
  type ContactlessConfig,
  type ContactlessOutcome,
  createCard,
  createReplayedCard,
  createTestAuthority,
  deriveUdk,
  type KernelOutcome,
  type KernelReply,
  type KernelRequest,
  makeIssuerAuthenticationData,
  personalise,
  recordCard,
  runContactlessTransaction,
  runContactTransaction,
  type TerminalConfig,
  type TransactionData,
  tlvMap,
  verifyOnlineCryptogram,
} from '@kassa/emv';
import { loadFixtures } from '@kassa/fixtures';
import { assert, concatBytes, encodeTlv, equalBytes, fromHex } from '@kassa/primitives';
import { alternate, type BenchRow, ratePerCpuSecond, rowOf } from './measure.ts';

const CALLS = { payment: 400, signed: 150, verify: 8_000 };
const IMK = fromHex('2315208C9110AD40B0E3C2A7544F1B9D');
const NEVER = new Uint8Array(5);

const TRANSACTION: TransactionData = {
  ...{
    amount: 50_000n,
    currencyCode: '398',
    currencyExponent: 2,
    type: '00',
    date: '261123',
    time: '151530',
  },
  ...{ sequenceCounter: 7, unpredictableNumber: fromHex('0BADCAFE'), randomSelectionNumber: 50 },
};

interface Setting {
  readonly card: CardData;
  readonly terminal: TerminalConfig;
  readonly reader: ContactlessConfig;
}

/** A Visa card of the fixtures and a terminal that knows its authority; with `cda` the card signs. */
function setting(method: 'none' | 'cda'): Setting {
  const { cards, authority } = loadFixtures();
  const fixture = cards[0];
  assert(fixture !== undefined, 'there are test cards');
  const { pan, psn, expiry, effective, serviceCode } = fixture;
  const ca = createTestAuthority(authority.seed);
  const card: CardData = {
    ...{ scheme: 'visa', pan, psn, expiry, effective, serviceCode, language: 'kk', keyIndex: 1 },
    cardholderName: 'BENCH/TEST',
    cvmList: 'no-cvm',
    udk: deriveUdk(IMK, pan, psn),
    contactless: { device: 'card', verification: 'none' },
    ...(method === 'none' ? {} : { authentication: { method, issuer: ca.issuer(pan.slice(0, 6)) } }),
  };
  const application = {
    ...{ aid: fromHex('A0000000031010'), version: fromHex('0096'), partialSelection: true, floorLimit: 0n },
    actionCodes: { denial: NEVER, online: NEVER, default: NEVER },
  };
  const terminal: TerminalConfig = {
    ...{ terminalType: '22', countryCode: '398', ifdSerialNumber: 'KASSA001', applications: [application] },
    capabilities: fromHex('E0F8C8'),
    additionalCapabilities: fromHex('6000B0F010'),
    authorityKeys: ca.authorityKeys(['A000000003']),
  };
  const limits = {
    ...{ floorLimit: 0n, cvmLimit: 1_000_000n },
    ...{ transactionLimit: 2_000_000n, transactionLimitOnDevice: 2_000_000n },
  };
  return { card, terminal, reader: { terminal, applications: [{ ...application, kernel: 'visa', limits }] } };
}

type Transmit = (command: Uint8Array) => Uint8Array | null;

/** Runs a kernel against a card and an issuer that approves. */
function pay(
  run: Generator<KernelRequest, KernelOutcome | ContactlessOutcome, KernelReply>,
  transmit: Transmit,
): void {
  let next = run.next();
  while (!next.done) {
    const request = next.value;
    if (request.kind === 'transmit') {
      next = run.next({ kind: 'response', bytes: transmit(request.command) ?? new Uint8Array() });
      continue;
    }
    assert(request.kind === 'go-online', 'a card without a PIN goes online at once');
    const { pan, psn, de55 } = request.request;
    const result = verifyOnlineCryptogram({ imkAc: IMK, pan, psn: psn ?? '00', tags: tlvMap(de55) });
    assert(result.ok, 'the card is genuine');
    const data = makeIssuerAuthenticationData(result.profile, result.arpcKey, result.arqc, {
      approved: true,
    });
    next = run.next({ kind: 'online-response', responseCode: '00', issuerData: encodeTlv('91', data) });
  }
  assert(next.value.kind === 'approved', 'the payment is approved');
}

/** Whole payments – kernel, card, issuer's verification – and the verification alone. */
export async function benchEmv(): Promise<BenchRow[]> {
  return [...(await benchPayments()), await benchSigned(), await benchVerification()];
}

async function benchPayments(): Promise<BenchRow[]> {
  const { card, terminal, reader } = setting('none');
  const profile = personalise(card);
  const contact = (): void =>
    pay(runContactTransaction(terminal, TRANSACTION), (command) => fresh.transmit(command));
  let fresh = createCard(profile, {});
  const recorder = recordCard((command) => fresh.transmit(command));
  pay(runContactTransaction(terminal, TRANSACTION), recorder.transmit);
  const { trace } = recorder;
  const whole = (): void => {
    fresh = createCard(profile, {});
    contact();
  };
  const replayed = (): void =>
    pay(runContactTransaction(terminal, TRANSACTION), createReplayedCard(trace).transmit);
  const tapped = (): void => {
    const tap = createCard(profile, {}, 'contactless');
    pay(runContactlessTransaction(reader, TRANSACTION), (command) => tap.transmit(command));
  };
  const common = { part: 'emv', unit: 'payments per CPU-second' };
  const rate = (action: () => void) => () => ratePerCpuSecond(action, CALLS.payment);
  return [
    rowOf({
      ...common,
      name: 'chip payment, kernel and card',
      referenceName: 'the same kernel, the card played back from a trace',
      ...(await alternate(rate(whole), rate(replayed))),
    }),
    rowOf({
      ...common,
      name: 'contactless payment, Visa',
      referenceName: 'the chip payment',
      ...(await alternate(rate(tapped), rate(whole))),
    }),
  ];
}

/** CDA: two signatures of the card, two certificates and two signatures for the terminal to verify. */
async function benchSigned(): Promise<BenchRow> {
  const { card, terminal } = setting('cda');
  const profile = personalise(card);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
  const signed = (): void => {
    const fresh = createCard(profile, {});
    pay(runContactTransaction(terminal, TRANSACTION), (command) => fresh.transmit(command));
  };
  const bare = (): void => {
    for (let count = 0; count < 2; count++) privateEncrypt(privateKey, new Uint8Array(100));
  };
  return rowOf({
    part: 'emv',
    unit: 'payments per CPU-second',
    name: 'chip payment with CDA',
    referenceName: "two RSA signatures of 1024 bits, OpenSSL's",
    ...(await alternate(
      () => ratePerCpuSecond(signed, CALLS.signed),
      () => ratePerCpuSecond(bare, CALLS.signed),
    )),
  });
}

async function benchVerification(): Promise<BenchRow> {
  const { card } = setting('none');
  const { pan, psn } = card;
  const { de55 } = onlineRequest();
  const tags = tlvMap(de55);
  const ours = (): void => {
    assert(verifyOnlineCryptogram({ imkAc: IMK, pan, psn, tags }).ok, 'the cryptogram is right');
  };
  const covered = coveredBytes(tags);
  const expected = tags.get('9F26') ?? new Uint8Array();
  const atc = tags.get('9F36') ?? new Uint8Array();
  const obvious = (): void => {
    assert(equalBytes(obviousArqc(pan, psn, atc, covered), expected), 'both reckon alike');
  };
  return rowOf({
    part: 'emv',
    unit: 'ARQCs per CPU-second',
    name: 'ARQC verification (Visa 18)',
    referenceName: 'the same with a new node:crypto cipher for each step',
    ...(await alternate(
      () => ratePerCpuSecond(ours, CALLS.verify),
      () => ratePerCpuSecond(obvious, CALLS.verify),
    )),
  });
}

function onlineRequest(): { readonly de55: Uint8Array } {
  const { card, terminal } = setting('none');
  const fresh = createCard(personalise(card), {});
  const run = runContactTransaction(terminal, TRANSACTION);
  let next = run.next();
  while (!next.done && next.value.kind === 'transmit') {
    next = run.next({ kind: 'response', bytes: fresh.transmit(next.value.command) });
  }
  assert(!next.done && next.value.kind === 'go-online', 'the payment goes online');
  return next.value.request;
}

/** Cryptogram version 18 covers these and the whole of tag 9F10. */
function coveredBytes(tags: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', '9F10'];
  const data = concatBytes(...names.map((tag) => tags.get(tag) ?? new Uint8Array()), Uint8Array.of(0x80));
  return concatBytes(data, new Uint8Array((8 - (data.length % 8)) % 8));
}

/** EMV 4.4 Book 2, A1.4 (option A), A1.3 and A1.2, step by step. */
function obviousArqc(pan: string, psn: string, atc: Uint8Array, covered: Uint8Array): Uint8Array {
  const y = fromHex((pan + psn).slice(-16).padStart(16, '0'));
  const inverted = y.map((byte) => byte ^ 0xff);
  const udk = concatBytes(tdes(IMK, y), tdes(IMK, inverted));
  const left = Uint8Array.of(...atc, 0xf0, 0, 0, 0, 0, 0);
  const right = Uint8Array.of(...atc, 0x0f, 0, 0, 0, 0, 0);
  const session = concatBytes(tdes(udk, left), tdes(udk, right));
  const key = session.subarray(0, 8);
  const single = concatBytes(key, key);
  let block: Uint8Array = new Uint8Array(8);
  for (let offset = 0; offset < covered.length; offset += 8) {
    const mixed = block.map((byte, index) => byte ^ (covered[offset + index] ?? 0));
    block = tdes(offset + 8 < covered.length ? single : session, mixed);
  }
  return block;
}

function tdes(key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede-ecb', key, null).setAutoPadding(false);
  return new Uint8Array(cipher.update(data));
}
