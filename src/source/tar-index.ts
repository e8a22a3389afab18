import { SourceError } from '../errors.js';
import type { FindingsByKind } from './findings.js';
import type { SourceFile } from './source.js';
import {
  isZeroBlock,
  readPaxRecords,
  readTarHeader,
  TAR_BLOCK_BYTES,
  type TarHeader,
  textOf,
} from './tar-header.js';

/** Where a file lies in a tar file. */
export interface TarFile {
  readonly path: string;
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** What it holds, where that was kept as the tar file was passed through. */
  readonly content: Uint8Array | null;
}

/** What is in a tar file, by path. */
export interface TarIndex {
  readonly files: ReadonlyMap<string, TarFile>;
  readonly directories: ReadonlySet<string>;
}

/** No name and no attribute of a file comes near. */
const ATTRIBUTES_LIMIT = 1024 * 1024;

/** How much is read at once in search of a header behind a damaged place. */
const SEARCH_BYTES = 64 * 1024;

/** Links to the folders of tablespaces; every base backup with such has them. */
const TABLESPACE_LINK = /(^|\/)pg_tblspc\/\d+$/;

/**
 * Reads the headers of a tar file, passing over what is in the files. Behind a damaged place it goes on with the
 * next header. Nothing leads out of the tar file: such names and links are refused.
 *
 * @param name - what findings call the tar file
 * @param keeps - whether a file's contents are to be kept
 */
export async function readTarIndex(
  tar: SourceFile,
  name: string,
  keeps: (path: string, size: number) => boolean,
  findings: FindingsByKind,
): Promise<TarIndex> {
  const files = new Map<string, TarFile>();
  const directories = new Set<string>();
  const links: TarHeader[] = [];
  try {
    for await (const { header, offset } of entriesOf(tar, name, findings)) {
      const path = safePath(header.name);
      if (path === null) {
        findings.add('tar-entry-refused', `its name leads out of ${name}, it is passed over`, header.name);
      } else if (header.type === 'file') {
        const file = { path, offset, size: header.size, content: null };
        files.set(path, file);
        if (!keeps(path, file.size)) continue;
        const content = await readPart(tar, offset, file.size);
        if (content.length === file.size) files.set(path, { ...file, content });
      } else if (header.type === 'directory') {
        directories.add(path);
      } else if (header.type === 'hard-link' || header.type === 'symbolic-link') {
        links.push(header);
      }
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    findings.add('tar-damaged', error.message, name);
  }
  for (const link of links) resolveLink(files, link, name, findings);
  if (files.size === 0 && directories.size === 0) findings.add('tar-damaged', 'there is no file in it', name);
  return { files, directories };
}

interface TarEntry {
  readonly header: TarHeader;
  /** Where its contents begin. */
  readonly offset: number;
}

/** The entries of a tar file with what precedes them said of them already. */
async function* entriesOf(tar: SourceFile, name: string, findings: FindingsByKind): AsyncGenerator<TarEntry> {
  let said: Partial<TarHeader> = {};
  for (let at: number | null = 0; at !== null; ) {
    const block = await readPart(tar, at, TAR_BLOCK_BYTES);
    if (block.length < TAR_BLOCK_BYTES) {
      findings.add('tar-damaged', 'cut off, or still being written: its end mark is not there', name);
      return;
    }
    if (isZeroBlock(block)) return;
    const own = readTarHeader(block);
    const offset: number = at + TAR_BLOCK_BYTES;
    if (own === null) {
      findings.add('tar-damaged', 'damaged, or no tar file: what can be found in it is read', name);
      at = await findHeader(tar, offset);
      continue;
    }
    const saying = await readSaying(tar, own, offset);
    const header: TarHeader = saying === null ? { ...own, ...said } : own;
    if (saying === null) yield { header, offset };
    said = saying === null ? {} : { ...said, ...saying };
    at = offset + Math.ceil(header.size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
}

/** What an entry says of the one that follows; null for one that speaks for itself. */
async function readSaying(
  tar: SourceFile,
  { type, size }: TarHeader,
  offset: number,
): Promise<Partial<TarHeader> | null> {
  if (type === 'pax-global') return {};
  if (type !== 'name' && type !== 'link-name' && type !== 'pax') return null;
  const content = await readPart(tar, offset, Math.min(size, ATTRIBUTES_LIMIT));
  if (type === 'name') return { name: textOf(content) };
  if (type === 'link-name') return { linkName: textOf(content) };
  const records = readPaxRecords(content);
  const [name, linkName] = [records.get('path'), records.get('linkpath')];
  const own = Number(records.get('size') ?? Number.NaN);
  return {
    ...(name === undefined ? {} : { name }),
    ...(linkName === undefined ? {} : { linkName }),
    ...(Number.isSafeInteger(own) && own >= 0 ? { size: own } : {}),
  };
}

/** The place of the next block with a header in it, from `start` on; null where there is none. */
async function findHeader(tar: SourceFile, start: number): Promise<number | null> {
  for (let at = start; ; at += SEARCH_BYTES) {
    const part = await readPart(tar, at, SEARCH_BYTES);
    for (let offset = 0; offset + TAR_BLOCK_BYTES <= part.length; offset += TAR_BLOCK_BYTES) {
      const block = part.subarray(offset, offset + TAR_BLOCK_BYTES);
      if (!isZeroBlock(block) && readTarHeader(block) !== null) return at + offset;
    }
    if (part.length < SEARCH_BYTES) return null;
  }
}

async function readPart(tar: SourceFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, await tar.read(bytes, offset));
}

/** A link within the tar file stands for the file that it leads to. */
function resolveLink(
  files: Map<string, TarFile>,
  link: TarHeader,
  name: string,
  findings: FindingsByKind,
): void {
  const path = safePath(link.name);
  if (path === null || TABLESPACE_LINK.test(path)) return;
  const folder = link.type === 'hard-link' ? '' : path.slice(0, path.lastIndexOf('/') + 1);
  const target = link.linkName.startsWith('/') ? null : safePath(folder + link.linkName);
  const file = target === null ? undefined : files.get(target);
  if (file !== undefined) files.set(path, file);
  else {
    const where = target === null ? `leads out of ${name}` : 'does not lead to a file';
    findings.add('tar-entry-refused', `a link that ${where}, it is not followed`, path);
  }
}

/** A path without `.` and `..`; null where it leads out of where it starts. */
function safePath(path: string): string | null {
  if (path.startsWith('/')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
