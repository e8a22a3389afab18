import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { environmentTimeZone } from './zone-file.js';

const ZONES = fileURLToPath(new URL('../../fixtures/time/zoneinfo', import.meta.url));

/** 1 July 2026, noon UTC. */
const JULY = 1_782_907_200;

function zoneUnder(tz: string): string {
  vi.stubEnv('TZ', tz);
  const { offset, abbreviation } = environmentTimeZone()(JULY);
  return `${abbreviation} ${offset}`;
}

describe('environmentTimeZone', () => {
  beforeEach(() => {
    vi.stubEnv('TZDIR', ZONES);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    ['Europe/Berlin', 'CEST 7200'],
    [':Europe/Berlin', 'CEST 7200'],
    [join(ZONES, 'Europe/Dublin'), 'IST 3600'],
    ['slim/Europe/Berlin', 'CEST 7200'],
    ['UTC-3', 'UTC 10800'],
    ['', 'UTC 0'],
    [':', 'UTC 0'],
  ])('is what TZ="%s" names', (tz, zone) => expect(zoneUnder(tz)).toBe(zone));

  it.each([
    ['a directory', 'Europe', 'Europe 0'],
    ['no zone file', '/dev/zero', ' 0'],
    ['not in the database, though Intl knows it', 'Asia/Tokyo', 'Asia 0'],
  ])('is UTC where TZ names what is %s', (_, tz, zone) => expect(zoneUnder(tz)).toBe(zone));

  it('asks Intl where there is no database', () => {
    vi.stubEnv('TZDIR', join(ZONES, 'missing'));
    expect(zoneUnder('Europe/Berlin')).toBe('+02 7200');
    expect(zoneUnder('America/New_York')).toBe('EDT -14400');
  });

  it("is the system's own where TZ is not set", () => {
    vi.stubEnv('TZ', undefined);
    expect(environmentTimeZone()(JULY).offset).toBe(0 - new Date(JULY * 1000).getTimezoneOffset() * 60);
  });
});
