import type { CatalogNames } from '../catalog/catalog-names.js';
import { formatRelationName, relationNameText } from '../catalog/name-text.js';
import { formatNames } from '../catalog/names-file.js';
import { ByteOutput } from './byte-output.js';
import { Exit, type ExitStatus } from './exit.js';
import { readNames } from './names-option.js';

/** Prints what the numbers of a cluster's relations, databases and tablespaces stand for. */
export async function names(path: string, options: { readonly json?: boolean }): Promise<ExitStatus> {
  const found = await readNames({ data: path });
  if (found === null) return Exit.unreadable;
  const output = new ByteOutput();
  await output.write(new TextEncoder().encode(options.json ? formatNames(found) : namesAsText(found)));
  await output.flush();
  return Exit.ok;
}

/** A line for each: its numbers, its name, what it is. */
function namesAsText(found: CatalogNames): string {
  const lines: string[] = [];
  const plain = (name: string) => formatRelationName({ database: null, schema: null, name });
  for (const [oid, name] of found.tablespaces) lines.push(`${oid}  ${plain(name)}  tablespace`);
  for (const [oid, name] of found.databases) lines.push(`${oid}  ${plain(name)}  database`);
  for (const relation of found.relations) {
    const { tablespace, database, relation: file, kind } = relation;
    const text = relationNameText({ ...relation, database: found.nameOfDatabase(database) });
    lines.push(`${tablespace}/${database}/${file}  ${text}  ${kind}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
