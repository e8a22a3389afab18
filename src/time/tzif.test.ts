import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tzifTimeZone } from './tzif.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/time/zoneinfo/', import.meta.url));
const BERLIN = readFileSync(`${FIXTURES}Europe/Berlin`);

/** 29 March 2026, 01:00 UTC, and 25 October. */
const TO_SUMMER = 1_774_746_000;
const TO_WINTER = 1_792_890_000;

/** The first block of a file, in times of 32 bits, as if there were no other. */
function asVersion1(bytes: Uint8Array): Uint8Array {
  const end = Buffer.from(bytes).indexOf('TZif', 4);
  const first = Uint8Array.from(bytes.subarray(0, end));
  first[4] = 0;
  return first;
}

describe('tzifTimeZone', () => {
  it('says how long clocks stay as they are', () => {
    const zone = tzifTimeZone(BERLIN)!;
    const summer = { from: TO_SUMMER, until: TO_WINTER, offset: 7200, abbreviation: 'CEST' };
    expect(zone(TO_SUMMER)).toEqual(summer);
    expect(zone(TO_WINTER - 1)).toEqual(summer);
    expect(zone(TO_SUMMER - 1)).toMatchObject({ until: TO_SUMMER, offset: 3600, abbreviation: 'CET' });
    expect(zone(TO_WINTER)).toMatchObject({ from: TO_WINTER, offset: 3600, abbreviation: 'CET' });
  });

  it('goes by the rule from the last transition on, not before it', () => {
    const zone = tzifTimeZone(readFileSync(`${FIXTURES}slim/Europe/Berlin`))!;
    const last = 846_378_000; // 27 October 1996, 01:00 UTC; in summer of 1996 the table still holds
    expect(zone(last - 1)).toMatchObject({ until: last, abbreviation: 'CEST' });
    expect(zone(last)).toMatchObject({ from: last, abbreviation: 'CET' });
    expect(zone(TO_SUMMER)).toMatchObject({ from: TO_SUMMER, until: TO_WINTER, abbreviation: 'CEST' });
  });

  it('reads a file of version 1, which ends with its last transition', () => {
    const zone = tzifTimeZone(asVersion1(BERLIN))!;
    expect(zone(TO_SUMMER)).toEqual(tzifTimeZone(BERLIN)!(TO_SUMMER));
    expect(zone(4_000_000_000)).toMatchObject({ until: Infinity, abbreviation: 'CET' });
  });

  it('reads a file in the midst of a buffer', () => {
    const buffer = new Uint8Array(BERLIN.length + 7);
    buffer.set(BERLIN, 7);
    expect(tzifTimeZone(buffer.subarray(7))!(TO_SUMMER)).toMatchObject({ abbreviation: 'CEST' });
  });

  it('takes no file that is cut off', () => {
    const isZone = Array.from(BERLIN, (_, length) => tzifTimeZone(BERLIN.subarray(0, length)) !== null);
    // All but the rule, of which any beginning is one to glibc too.
    const rule = '\nCET-1CEST,M3.5.0,M10.5.0/3\n';
    expect(isZone.indexOf(true)).toBe(BERLIN.length - rule.length + 2);
  });

  it('takes any bytes for a zone or for none', () => {
    const damage = fc.array(fc.tuple(fc.nat(BERLIN.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    const moment = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
    fc.assert(
      fc.property(damage, fc.boolean(), moment, (damages, isOld, seconds) => {
        const bytes = Uint8Array.from(isOld ? asVersion1(BERLIN) : BERLIN);
        for (const [at, byte] of damages) bytes[at % bytes.length] = byte;
        const period = tzifTimeZone(bytes)?.(seconds);
        expect(Number.isInteger(period?.offset ?? 0)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(tzifTimeZone(bytes)).toBe(null);
      }),
    );
  });
});
