import type { PostgresVersion } from '../version.js';

/** The words of a server's reader (`xlogreader.c`) for what is found by a walk and where two scans meet alike. */

export function contrecordIsRequested(place: string): string {
  return `contrecord is requested by ${place}`;
}

export function incorrectLink(link: string, place: string): string {
  return `record with incorrect prev-link ${link} at ${place}`;
}

export function outOfSequence(timeline: number, previous: number): string {
  return `out-of-sequence timeline ID ${timeline} (after ${previous})`;
}

/** How messages name a place in a page whose header is wrong. */
export function pagePlace(version: PostgresVersion, file: string, place: string, at: number): string {
  return version.pagePlaceMessage === 'log-segment'
    ? `log segment ${file}, offset ${at}`
    : `WAL segment ${file}, LSN ${place}, offset ${at}`;
}

/** A segment file that is shorter than a segment, from an offset on that is to be read. */
export function fileEnds(file: string, offset: number): string {
  return `could not read from ${file}, offset ${offset}: the file ends there`;
}

export function segmentIsMissing(name: string): string {
  return `segment ${name} is not there`;
}
