// @ts-check
// Puts the command together: a few files, with the packages that they use. Two hundred small modules would take
// longer to find than most commands take to run; and as CommonJS, Node loads fewer of its own modules with them.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const FOLDER = 'dist/cli';

/** @type {Map<string, Set<string>>} */
const loads = new Map();

/**
 * All that is loaded with a file: itself, what it imports, and so on.
 *
 * @param {string} file
 * @param {import('rolldown').ChunkingContext} modules
 */
function loadedWith(file, modules) {
  const loaded = loads.get(file) ?? new Set([resolve('src/cli', file)]);
  if (!loads.has(file)) {
    for (const id of loaded)
      for (const other of modules.getModuleInfo(id)?.importedIds ?? []) loaded.add(other);
    loads.set(file, loaded);
  }
  return loaded;
}

/**
 * What a command does not use it does not load, and what several use is in one file. Of the rest, rolldown makes
 * files by itself.
 *
 * @param {string} id
 * @param {import('rolldown').ChunkingContext} modules
 */
function fileOf(id, modules) {
  if (modules.getModuleInfo(id)?.isEntry) return null;
  const isIn = (/** @type {string} */ file) => loadedWith(file, modules).has(id);
  if (isIn('main.ts')) return 'start';
  if (isIn('count-worker.ts')) return isIn('controldata.ts') ? 'base' : 'walk';
  if (isIn('record-output.ts')) return isIn('controldata.ts') ? 'time' : 'print';
  return null;
}

/**
 * Commander starts subcommands that are programs of their own, with what takes Node 5 ms to load. There are none.
 *
 * @type {import('rolldown').Plugin}
 */
const noSubprograms = {
  name: 'no-subprograms',
  resolveId: (id) => (id === 'node:child_process' ? '\0no-subprograms' : null),
  load: (id) => (id === '\0no-subprograms' ? 'export {}' : null),
};

const bundle = await rolldown({
  input: {
    main: 'src/cli/main.ts',
    'dump-worker': 'src/cli/dump-worker.ts',
    'audit-worker': 'src/cli/audit-worker.ts',
    'count-worker': 'src/cli/count-worker.ts',
    'walk-worker': 'src/cli/walk-worker.ts',
  },
  platform: 'node',
  plugins: [noSubprograms],
  preserveEntrySignatures: 'allow-extension',
});
const { output } = await bundle.write({
  dir: FOLDER,
  format: 'cjs',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  // all that is loaded is parsed, which is a tenth of the time of a short command
  minify: true,
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: 'command' }] },
});
writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
chmodSync(join(FOLDER, 'main.js'), 0o755);
writeFileSync(
  join(FOLDER, 'LICENSES.txt'),
  output
    .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
    .flatMap(packageOf)
    .filter(isFirst)
    .map(licence)
    .join('\n'),
);

/** @param {string} path */
function packageOf(path) {
  const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return match === null ? [] : [match[1]];
}

/** @param {string} name @param {number} index @param {string[]} names */
function isFirst(name, index, names) {
  return names.indexOf(name) === index;
}

/** Whoever hands on a package's code hands on its licence. @param {string} name */
function licence(name) {
  const folder = join('node_modules', name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `== ${name}\n\n${readFileSync(join(folder, file), 'utf8')}`;
}
