import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// Who may know whom. A room is a folder of src, or a file at its top. A room may import from itself, from the
// rooms in its row and from the packages in its row; `types` are rooms from which it may take types only
// (`import type`). Rooms stand below those that know them: nothing runs back up.

const core = ['errors', 'bytes', 'lsn', 'wal-file-name', 'version'];
const readers = ['timeline', 'backup', 'control', 'wal', 'rmgr', 'catalog', 'dump', 'evidence', 'audit'];

const table: Record<string, { rooms?: string[]; types?: string[]; packages?: string[] }> = {
  errors: {},
  bytes: { rooms: ['errors'] },
  lsn: { rooms: ['errors'] },
  version: { rooms: ['errors', 'bytes', 'lsn'] },
  'wal-file-name': { rooms: ['errors', 'bytes', 'lsn', 'version'] },
  'server-messages': { rooms: ['errors', 'lsn', 'version'] },
  source: { rooms: core, packages: ['fflate'] },
  'source/directory': { rooms: [...core, 'source'], packages: ['node:'] },
  timeline: { rooms: [...core, 'source'] },
  time: { rooms: core },
  backup: { rooms: core },
  control: { rooms: [...core, 'source', 'time'], packages: ['binary-parser'] },
  wal: { rooms: [...core, 'source', 'timeline'] },
  rmgr: { rooms: [...core, 'time', 'wal', 'timeline', 'control'] },
  catalog: { rooms: [...core, 'source', 'timeline', 'backup', 'control', 'wal', 'rmgr'] },
  dump: { rooms: [...core, 'time', 'wal', 'rmgr', 'catalog'] },
  evidence: {
    rooms: [...core, 'server-messages', 'source', 'time', 'timeline', 'backup', 'control', 'wal', 'rmgr'],
  },
  audit: { rooms: [...core, 'source', 'time', 'timeline', 'backup', 'control', 'wal', 'rmgr', 'evidence'] },
  failback: { rooms: [...core, 'server-messages', 'timeline'], types: ['evidence', 'control', 'wal'] },
  index: { rooms: [...core, 'server-messages', 'source', 'time', ...readers, 'failback'] },
  node: { rooms: [...core, 'source', 'source/directory', ...readers, 'failback'], packages: ['node:'] },
  cli: {
    rooms: [...core, 'source', 'source/directory', 'time', ...readers, 'failback', 'node'],
    packages: ['node:', 'commander', 'picocolors'],
  },
};

interface Import {
  from: string;
  specifier: string;
  typeOnly: boolean;
}

const src = fileURLToPath(new URL('.', import.meta.url));

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /(?<!\.test|\.d|\.assembly)\.ts$/.test(file) && !file.startsWith('testing/'))
  .sort();

const textOf = (file: string): string => readFileSync(src + file, 'utf8');

const imports = files.flatMap((file) => importsOf(file, textOf(file)));

/** The room a file is in. Node's file source is a room of its own next to the rest of `source`. */
function roomOf(file: string): string {
  if (/^source\/directory[-.]/.test(file)) return 'source/directory';
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
}

/** What a file imports: statements, which start a line, and `import('…')` anywhere but in a comment. */
function importsOf(from: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s)?\s*(?:[\w$*{][\w$*{},\s]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
  const dynamic = /^(?!\s*(?:\*|\/[/*])).*?\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [
    ...Array.from(text.matchAll(statement), ([, type, specifier = '']) => {
      return { from, specifier, typeOnly: type !== undefined };
    }),
    ...Array.from(text.matchAll(dynamic), ([, specifier = '']) => ({ from, specifier, typeOnly: false })),
  ];
}

/** The file of src that a specifier names, if it is not a package. */
function target({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** What is wrong with an import, or nothing. */
function offence(it: Import): string | undefined {
  const room = roomOf(it.from);
  const { rooms = [], types = [], packages = [] } = table[room] ?? {};
  const file = target(it);
  if (file === undefined) {
    const allowed = packages.some((name) => it.specifier === name || (name === 'node:' && isNode(it)));
    return allowed ? undefined : `${it.from} imports the package "${it.specifier}", ${room} may not`;
  }
  const other = roomOf(file);
  if (!files.includes(file)) return `${it.from} imports ${it.specifier}, which is no file of the library`;
  if (other === room || rooms.includes(other)) return undefined;
  if (!types.includes(other)) return `${it.from} imports ${it.specifier}: ${room} may not know ${other}`;
  return it.typeOnly
    ? undefined
    : `${it.from} imports ${it.specifier}: ${room} may take types only (import type)`;
}

const isNode = ({ specifier }: Import): boolean => specifier.startsWith('node:');

/** All that is loaded with a file: itself, what it imports, and so on; packages by their names. */
function loadedWith(start: string[]): Set<string> {
  const seen = new Set(start);
  for (const file of seen) {
    for (const each of imports) {
      if (each.from === file && !each.typeOnly) seen.add(target(each) ?? each.specifier);
    }
  }
  return seen;
}

describe('the house', () => {
  it('has a row in the table for every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in table))).toEqual([]);
  });

  it('lets rooms know only those below them', () => {
    const order = Object.keys(table);
    for (const [room, { rooms = [], types = [] }] of Object.entries(table)) {
      const above = [...rooms, ...types].filter((other) => order.indexOf(other) >= order.indexOf(room));
      expect(above, `rooms that ${room} must not know`).toEqual([]);
    }
  });

  it('keeps to the table', () => {
    expect(imports.map(offence).filter((it) => it !== undefined)).toEqual([]);
  });

  it('uses Node only in the directory source, the entry point for Node and the command', () => {
    const users = imports.filter(isNode).map(({ from }) => from);
    expect(users.filter((file) => !/^(source\/directory[-.].*|node\.ts|cli\/.*)$/.test(file))).toEqual([]);
  });

  it('loads nothing of Node with the public face', () => {
    expect([...loadedWith(['index.ts'])].filter((it) => /^node:|^source\/directory|^cli\//.test(it))).toEqual(
      [],
    );
  });

  it('judges without reading: failback loads no source and no package, however far its imports go', () => {
    const loaded = loadedWith(files.filter((file) => roomOf(file) === 'failback'));
    const inputs = [...loaded].filter((it) => it.startsWith('source/') || !it.endsWith('.ts'));
    expect(inputs).toEqual([]);
  });

  it('defines nothing in the public face', () => {
    const withoutComments = textOf('index.ts').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const statements = withoutComments.split(';').map((it) => it.trim());
    const others = statements.filter((it) => !/^$|^export \{\}$|^export [^;]*\sfrom '[^']+'$/.test(it));
    expect(others).toEqual([]);
  });
});

describe('the reading of imports', () => {
  it('finds every kind', () => {
    const text = [
      "import { a, type B } from './a.js';",
      "import type { C } from './c.js';",
      "import {\n  d,\n  e as f,\n} from './d.js';",
      "import g, { h } from 'g';",
      "import * as i from 'node:i';",
      "import 'j';",
      "export * from './k.js';",
      "export type { L } from './l.js';",
      "export * as m from './m.js';",
      "const n = await import('./n.js');",
      " * import { o } from './o.js';",
      "  // import('./p.js')",
      "export const q = 'q';",
    ].join('\n');
    const found = importsOf('x.ts', text).map((it) => (it.typeOnly ? `type ${it.specifier}` : it.specifier));
    expect(found).toEqual([
      './a.js',
      'type ./c.js',
      './d.js',
      'g',
      'node:i',
      'j',
      './k.js',
      'type ./l.js',
      './m.js',
      './n.js',
    ]);
  });
});
