import { SourceError } from '../errors.js';
import { openExisting, type Source } from '../source/source.js';
import { LONG_HEADER_BYTES } from '../wal/page-header.js';
import { looksLikeWal } from '../wal/wal-directory.js';
import { type FirstPage, readFirstPage } from '../wal/wal-format.js';
import { listWalFiles } from '../wal/wal-places.js';
import { parseWalFileName, type SegmentName } from '../wal-file-name.js';

/** A file of an archive. */
export interface ArchiveFile {
  readonly name: string;
  /** In bytes; null where only reading it would tell. */
  readonly size: number | null;
  readonly source: Source;
  readonly path: string;
}

/** A file with the name of a segment, whatever is in it. */
export interface NamedSegment extends ArchiveFile {
  readonly wal: SegmentName;
}

/** A history file. */
export interface HistoryFile extends ArchiveFile {
  readonly timeline: number;
}

/** What `archive_status` says of files: how far the archiver is with them. */
export type ArchiveStatus = ReadonlyMap<string, 'ready' | 'done'>;

/** What some places hold of WAL, by name; where a file is in several, those of the first place come first. */
export interface ArchiveFiles {
  readonly segments: readonly NamedSegment[];
  readonly partial: readonly NamedSegment[];
  readonly histories: readonly HistoryFile[];
  /** Null where no place has such a directory. */
  readonly status: ArchiveStatus | null;
  /** Names that a server does not take for WAL, but people may: segments in lower case, say. */
  readonly strangeNames: readonly string[];
  /** Why a place could not be listed. */
  readonly problems: readonly string[];
}

/**
 * Lists the WAL files of some places.
 *
 * @throws SourceError `SOURCE_UNREADABLE`
 */
export async function listArchive(sources: readonly Source[]): Promise<ArchiveFiles> {
  const segments: NamedSegment[] = [];
  const partial: NamedSegment[] = [];
  const histories: HistoryFile[] = [];
  const strangeNames: string[] = [];
  const problems: string[] = [];
  const status = new Map<string, 'ready' | 'done'>();
  let hasStatus = false;
  for (const source of sources) {
    const { folder, entries, problem } = await listWalFiles(source);
    if (problem !== null) problems.push(problem);
    for (const { name, size } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = { name, size, source, path: folder + name };
      const wal = parseWalFileName(name);
      if (wal?.kind === 'segment') segments.push({ ...file, wal });
      else if (wal?.kind === 'partial') partial.push({ ...file, wal });
      else if (wal?.kind === 'history') histories.push({ ...file, timeline: wal.timeline });
      else if (wal === null && looksLikeWal(name)) strangeNames.push(name);
    }
    const told = await listStatus(source, `${folder}archive_status`);
    hasStatus ||= told !== null;
    for (const [name, each] of told ?? []) status.set(name, each);
  }
  return { segments, partial, histories, status: hasStatus ? status : null, strangeNames, problems };
}

async function listStatus(source: Source, directory: string): Promise<[string, 'ready' | 'done'][] | null> {
  try {
    const entries = await source.list(directory);
    return (
      entries?.flatMap(({ name }) => {
        const wal = parseWalFileName(name);
        return wal?.kind === 'archive-status' ? [[wal.of, wal.status]] : [];
      }) ?? null
    );
  } catch (error) {
    // a copy of pg_wal may have been made without the right to see this
    if (error instanceof SourceError) return null;
    throw error;
  }
}

/** What the first page of a segment says; or that there is less than its header, or why it could not be read. */
export type SegmentHeader =
  | FirstPage
  | { readonly kind: 'short'; readonly length: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What the first page of a file says, or why it could not be read. */
export async function readHeader(file: ArchiveFile): Promise<SegmentHeader> {
  try {
    const opened = await openExisting(file.source, file.path);
    try {
      const bytes = new Uint8Array(LONG_HEADER_BYTES);
      const length = await opened.read(bytes, 0);
      return length < bytes.length ? { kind: 'short', length } : readFirstPage(bytes);
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { kind: 'unreadable', why: error.message };
  }
}
