import type { PostgresVersion } from '../version.js';
import type { RelationFile } from './description-writer.js';
import type { RecordData } from './record-data.js';

/** Bytes of a `RelFileLocator`. */
export const RELATION_FILE_BYTES = 12;

/** Reads a `RelFileLocator` (`RelFileNode` up to 15): tablespace, database, relation. */
export function readRelationFile(data: RecordData, at: number): RelationFile {
  return { tablespace: data.uint32(at), database: data.uint32(at + 4), relation: data.uint32(at + 8) };
}

/** Reads an array of so many of them, as far as there are any. */
export function readRelationFiles(data: RecordData, at: number, count: number): RelationFile[] {
  const files: RelationFile[] = [];
  const end = at + data.fit(count, at, RELATION_FILE_BYTES) * RELATION_FILE_BYTES;
  for (let each = at; each < end; each += RELATION_FILE_BYTES) files.push(readRelationFile(data, each));
  return files;
}

/** `TABLESPACE_VERSION_DIRECTORY`: where a version keeps its files in a tablespace, such as `PG_15_202209061`. */
export function tablespaceVersionDirectory({ major, catalogVersion }: PostgresVersion): string {
  return `PG_${major}_${catalogVersion ?? 0}`;
}
