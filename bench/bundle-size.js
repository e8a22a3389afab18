// @ts-check
// What the essential part of the library costs a web page, as scripts/size.js tells.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @returns {import('./report.js').Figure[]} */
export function bundleSize() {
  const said = execFileSync(process.execPath, ['scripts/size.js'], { cwd: ROOT, encoding: 'utf8' });
  const bytes = /(\d+) gzipped/.exec(said)?.[1];
  return [
    { subject: 'core bundle, gzipped', unit: 'kB', values: [Number(bytes) / 1000], goal: 'under 20 (12)' },
  ];
}
