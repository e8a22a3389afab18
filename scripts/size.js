// @ts-check
// What the essential part of the library costs a web page: bundled, minified, gzipped.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const names = ['assessFailback', 'parseTimelineHistory', 'readControlFile'];

const { outputFiles } = await build({
  stdin: {
    contents: `export { ${names.join(', ')} } from './dist/index.js';`,
    resolveDir: process.cwd(),
  },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
  logLevel: 'error',
}).catch(() => process.exit(1));

const bundle = outputFiles[0]?.contents ?? new Uint8Array();
console.log(
  `${names.join(', ')}: ${bundle.length} bytes minified, ${gzipSync(bundle, { level: 9 }).length} gzipped`,
);
