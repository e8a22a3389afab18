import { BackupFileError } from '../errors.js';
import type { PostgresVersion } from '../version.js';

/**
 * A tablespace of a base backup, and where its server kept it.
 *
 * @category Backups
 */
export interface TablespaceLocation {
  /** The tablespace's OID. */
  readonly oid: number;
  /** The directory that `pg_tblspc/OID` linked to. */
  readonly path: string;
}

/** An OID, white space, a path. Up to 13 any white space parts them, from 14 on one space does. */
const LINE = {
  'line-ends': /^\s*(\d+)\s*([\s\S]*)$/,
  all: /^(\d+) ([\s\S]+)$/,
} as const;

/**
 * Reads a `tablespace_map`, which a backup has from 9.5 on where links to tablespaces were left out, as in a tar
 * file (`read_tablespace_map` in `src/backend/access/transam/xlogrecovery.c`).
 *
 * @param content - the file's bytes, or its text
 * @param version - of the server: from 14 on, more characters are escaped
 * @throws {@link BackupFileError} `TABLESPACE_MAP` where the server would refuse it
 * @category Backups
 */
export function parseTablespaceMap(
  content: Uint8Array | string,
  version: PostgresVersion,
): TablespaceLocation[] {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  const { tablespaceMapEscapes: escapes } = version;
  const isEscape = (at: number) =>
    text[at] === '\\' && (escapes === 'all' || text[at + 1] === '\n' || text[at + 1] === '\r');
  const tablespaces: TablespaceLocation[] = [];
  let line = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isEscape(at)) {
      at++;
      if (at === text.length) throw refusal(line);
      line += text[at];
    } else if (character === '\n' || character === '\r') {
      // a line may end in both
      if (line !== '') tablespaces.push(parseLine(line, LINE[escapes]));
      line = '';
    } else {
      line += character;
    }
  }
  if (line !== '') throw refusal(line);
  return tablespaces;
}

function parseLine(line: string, pattern: RegExp): TablespaceLocation {
  const match = pattern.exec(line);
  const oid = Number(match?.[1] ?? Number.NaN);
  if (match === null || !(oid <= 0xffff_ffff)) throw refusal(line);
  return { oid, path: match[2] ?? '' };
}

function refusal(line: string): BackupFileError {
  return new BackupFileError(
    'TABLESPACE_MAP',
    `invalid data in file "tablespace_map": ${JSON.stringify(line.slice(0, 80))} is not an OID and a path`,
  );
}
