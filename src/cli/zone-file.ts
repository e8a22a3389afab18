import { closeSync, openSync, readSync } from 'node:fs';
import type { TimeZone } from '../time/time-zone.js';
import { timeZone } from '../time/tz-variable.js';

const DATABASE = '/usr/share/zoneinfo';

/** Ten times what a file of the database has; and what `TZ` names may be a device that never ends. */
const MAX_SIZE = 64 * 1024;

/** The time zone of the environment, as programs in C take it. */
export function environmentTimeZone(): TimeZone {
  return timeZone(process.env.TZ, readZoneFile);
}

function readZoneFile(name: string): Uint8Array | null {
  const path = name.startsWith('/') ? name : `${process.env.TZDIR || DATABASE}/${name}`;
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = new Uint8Array(MAX_SIZE);
      return buffer.subarray(0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    // To a program in C there is no time zone of that name then, and it says nothing of it.
    return null;
  }
}
