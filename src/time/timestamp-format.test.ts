import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextWriter } from '../bytes/text-writer.js';
import { type TimeZone, utc } from './time-zone.js';
import { TimestampFormat } from './timestamp-format.js';
import { timeZone } from './tz-variable.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/time/', import.meta.url));

/** What pg_waldump printed of moments, by TZ: see fixtures/print-times.ts. */
const fixture: { moments: string[]; printed: Record<string, string[]> } = JSON.parse(
  gunzipSync(readFileSync(`${FIXTURES}printed.json.gz`)).toString(),
);
const moments = fixture.moments.map(BigInt);

function readZoneFile(name: string): Uint8Array | null {
  try {
    return readFileSync(`${FIXTURES}zoneinfo/${name}`);
  } catch {
    return null;
  }
}

function printedOneByOne(zone: TimeZone, microseconds: readonly bigint[]): string[] {
  return microseconds.flatMap((each) => printed(new TimestampFormat(zone), [each]));
}

function printed(format: TimestampFormat, microseconds: readonly bigint[]): string[] {
  const out = new TextWriter();
  return microseconds.map((each) => {
    out.clear();
    format.write(out, each);
    return out.toString();
  });
}

describe('TimestampFormat', () => {
  it.each(Object.entries(fixture.printed))('prints as pg_waldump does under TZ="%s"', (tz, expected) => {
    const zone = timeZone(tz, readZoneFile);
    expect(printed(new TimestampFormat(zone), moments)).toEqual(expected);
    expect(printed(new TimestampFormat(zone), moments.toReversed())).toEqual(expected.toReversed());
    expect(printedOneByOne(zone, moments)).toEqual(expected);
  });

  it('writes behind what is there', () => {
    const out = new TextWriter().text('COMMIT ');
    new TimestampFormat().write(out, 0n);
    expect(out.toString()).toBe('COMMIT 2000-01-01 00:00:00.000000 UTC');
  });

  it('prints in UTC by default', () => {
    expect(printed(new TimestampFormat(), moments)).toEqual(fixture.printed.UTC);
  });

  it.each([
    ['Europe/Berlin', readZoneFile],
    ['CET-1CEST,M3.5.0,M10.5.0/3', undefined],
    ['Europe/Berlin', undefined],
  ])('remembers nothing of %s that is no longer true', (tz, read) => {
    const zone = timeZone(tz, read);
    // Steps of up to some months, so that days, hours and changes of clocks are hit again and again.
    const steps = fc.array(fc.maxSafeInteger().map((step) => BigInt(step % 10_000_000_000_000)));
    const property = fc.property(fc.maxSafeInteger(), fc.array(fc.nat(40)), steps, (start, shifts, by) => {
      let moment = BigInt(start);
      const walk = by.map((step, index) => {
        moment += step >> BigInt(shifts[index % Math.max(1, shifts.length)] ?? 0);
        return moment;
      });
      expect(printed(new TimestampFormat(zone), walk)).toEqual(printedOneByOne(zone, walk));
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('agrees with Date in UTC', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 7000n * 365n * 86_400_000_000n), (microseconds) => {
        const iso = new Date(Date.UTC(2000, 0) + Number(microseconds / 1000n)).toISOString();
        const date = `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
        const rest = `${microseconds % 1000n}`.padStart(3, '0');
        expect(printed(new TimestampFormat(utc), [microseconds])).toEqual([`${date}${rest} UTC`]);
      }),
    );
  });
});
