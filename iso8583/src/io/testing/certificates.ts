import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate and its key, PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority for one test run. */
export interface TestAuthority extends TestCertificate {
  /** For a host or a client: the common name, which is a DNS name of the certificate too, and 127.0.0.1. */
  issue(name: string): TestCertificate;
}

/** X.509 written by hand (RFC 5280, 4.1), ECDSA with P-256 and SHA-256: Node.js can sign, but not make certificates. */
export function createTestAuthority(name: string): TestAuthority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let serial = 1;
  const make = (subject: string, publicKey: KeyObject, extension: Buffer): string =>
    certificate({ serial: serial++, issuer: name, subject, publicKey, signer: pair.privateKey, extension });
  return {
    certificate: make(name, pair.publicKey, CA_EXTENSION),
    key: pemKey(pair.privateKey),
    issue(subject) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        certificate: make(subject, own.publicKey, namesExtension(subject)),
        key: pemKey(own.privateKey),
      };
    },
  };
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = oid('2a8648ce3d040302');
const COMMON_NAME = oid('550403');

/** RFC 5280, 4.2.1.9: this certificate signs others. */
const CA_EXTENSION = sequence(
  oid('551d13'),
  der(0x01, Buffer.of(0xff)),
  octets(sequence(der(0x01, Buffer.of(0xff)))),
);

/** RFC 5280, 4.2.1.6. */
function namesExtension(name: string): Buffer {
  return sequence(
    oid('551d11'),
    octets(sequence(der(0x82, Buffer.from(name)), der(0x87, Buffer.of(127, 0, 0, 1)))),
  );
}

function certificate(parts: {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extension: Buffer;
}): string {
  const now = Date.now();
  const body = sequence(
    der(0xa0, integer(2)),
    integer(parts.serial),
    sequence(ECDSA_WITH_SHA256),
    distinguishedName(parts.issuer),
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    distinguishedName(parts.subject),
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(parts.extension)),
  );
  const signature = sign('sha256', body, parts.signer);
  const whole = sequence(body, sequence(ECDSA_WITH_SHA256), der(0x03, Buffer.of(0), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
}

/** UTCTime, to the second. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.of(value));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function octets(content: Buffer): Buffer {
  return der(0x04, content);
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

/** Tag, length, content: X.690, 8.1. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
