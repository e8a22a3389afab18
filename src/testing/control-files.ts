import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32c } from '../bytes/crc32c.js';
import { legacyCrc32 } from '../bytes/legacy-crc32.js';

/** Control files of real servers, a directory each, and what their own `pg_controldata` printed with `TZ=UTC`. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/control/', import.meta.url));

/** Names of the fixtures: versions, and `9.4-16k`. */
export const CONTROL_FIXTURES: readonly string[] = readdirSync(FIXTURES);

export function controlFixturePath(name: string): string {
  return `${FIXTURES}${name}/pg_control`;
}

/** The bytes of a control file: a new copy with every call, to be altered at will. */
export function controlFixture(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(controlFixturePath(name)));
}

/** What `pg_controldata` printed. */
export function controlFixtureText(name: string): string {
  return readFileSync(`${FIXTURES}${name}/controldata.txt`, 'utf8');
}

/** The same file with a number written into it, the CRC made good again if its place is given. */
export function withNumber(
  bytes: Uint8Array,
  at: number,
  value: number | bigint,
  crcAt?: number,
): Uint8Array {
  const altered = Uint8Array.from(bytes);
  const view = new DataView(altered.buffer);
  if (typeof value === 'bigint') view.setBigInt64(at, value, true);
  else view.setUint32(at, value, true);
  return crcAt === undefined ? altered : withCrc(altered, crcAt);
}

/** The same file with a CRC-32C that is right. */
export function withCrc(bytes: Uint8Array, crcAt: number): Uint8Array {
  const altered = Uint8Array.from(bytes);
  new DataView(altered.buffer).setUint32(crcAt, crc32c(altered, 0, crcAt), true);
  return altered;
}

/** The same file with a legacy CRC that is right. */
export function withLegacyCrc(bytes: Uint8Array, crcAt: number): Uint8Array {
  const altered = Uint8Array.from(bytes);
  new DataView(altered.buffer).setUint32(crcAt, legacyCrc32(altered, 0, crcAt), true);
  return altered;
}

/** Where the CRC stands, which is how many bytes it covers. */
export const CRC_OFFSETS: Readonly<Record<string, number>> = {
  '9.3': 228,
  '9.4': 240,
  '9.4-16k': 240,
  '9.5': 256,
  '9.6': 256,
  '10': 288,
  '11': 280,
  '12': 288,
  '13': 288,
  '14': 288,
  '15': 288,
  '16': 288,
  '17': 288,
  '18': 292,
};

/**
 * A control file as 19 writes it, put together from an 18's: no server of 19 was at hand. Offsets are those
 * of the structs in 19beta2's `pg_control.h`, as a C compiler gives them.
 */
export function controlFileOf19(): Uint8Array {
  const old = controlFixture('18');
  const file = new Uint8Array(8192);
  const view = new DataView(file.buffer);
  const copy = (from: number, until: number, to: number) => file.set(old.subarray(from, until), to);
  copy(0, 64, 0);
  view.setUint32(8, 1902, true);
  view.setUint32(12, 202607071, true);
  view.setUint8(64, 1); // logicalDecodingEnabled
  copy(64, 80, 72); // nextXid, nextOid, nextMulti
  view.setBigUint64(88, 0x1_0000_0007n, true); // nextMultiOffset
  copy(84, 100, 96); // oldestXid to oldestMultiDB
  copy(104, 124, 112); // time to oldestActiveXid
  view.setUint32(132, 1, true); // dataChecksumState
  copy(128, 224, 136); // unloggedLSN to relsegSize
  view.setUint32(232, 32, true); // slruPagesPerSegment
  copy(224, 289, 236); // xlogBlcksz to mockAuthenticationNonce
  return withCrc(file, 304);
}
