// @ts-check
// Puts the command together: one file for each part that is loaded on demand, with the packages that it uses.
// Two hundred small modules would take longer to find than most commands take to run.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const { metafile } = await build({
  entryPoints: ['src/cli/main.ts', 'src/cli/dump-worker.ts', 'src/cli/audit-worker.ts'],
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // packages written for CommonJS ask for Node's modules by require()
  banner: { js: REQUIRE },
  metafile: true,
});
chmodSync('dist/cli/main.js', 0o755);
writeFileSync(
  'dist/cli/LICENSES.txt',
  Object.keys(metafile.inputs).flatMap(packageOf).filter(isFirst).map(licence).join('\n'),
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
