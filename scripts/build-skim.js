// @ts-check
// Compiles src/wal/skim/skim.assembly.ts into src/wal/skim/module.ts; with --check, says whether that is done.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = 'src/wal/skim/skim.assembly.ts';
const MODULE = 'src/wal/skim/module.ts';
const COMPILER = 'node_modules/assemblyscript/bin/asc.js';

const text = `// Made of skim.assembly.ts by \`npm run build:skim\`. Do not edit.

/** A WebAssembly module in base64. */
export const SKIM_MODULE =
  '${compile().toString('base64')}';
`;
if (!process.argv.includes('--check')) {
  writeFileSync(MODULE, text);
} else if (readFileSync(MODULE, 'utf8') !== text) {
  console.error(`${MODULE} is not what ${SOURCE} compiles to: run npm run build:skim`);
  process.exit(1);
}

/** @returns {Buffer} */
function compile() {
  const folder = mkdtempSync(join(tmpdir(), 'skim-'));
  try {
    const file = join(folder, 'skim.wasm');
    // the memory is laid out by layout.ts, and nothing else may lie in it
    const pages = /MEMORY_PAGES = (\d+)/.exec(readFileSync('src/wal/skim/layout.ts', 'utf8'))?.[1] ?? '';
    const memory = ['--initialMemory', pages, '--maximumMemory', pages, '--memoryBase', '17000'];
    const options = ['-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort=', ...memory];
    execFileSync(process.execPath, [COMPILER, SOURCE, ...options, '--outFile', file], { stdio: 'inherit' });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
