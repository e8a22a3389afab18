// @ts-check
// Shows the main job on real data: an old primary of 9.4 and the standby that was promoted in its place. The old
// one wrote on after its standby was gone, then its power failed.
import { spawnSync } from 'node:child_process';

const seed = 'fixtures/failback/seed';
const command = ['verdict', '--node', `${seed}/node`, '--upstream', `${seed}/upstream`];
console.log(
  'An old primary (PostgreSQL 9.4) wrote on after its standby was gone, and crashed. The standby was',
);
console.log('promoted. Can the old primary come back? Asked of the files alone:\n');
console.log(`$ pgwal ${command.join(' ')}\n`);
const { status, error } = spawnSync(process.execPath, ['dist/cli/main.js', ...command], { stdio: 'inherit' });
if (error) throw error;
console.log(`\nexit status ${status}: rewind`);
process.exitCode = status === 4 ? 0 : 1;
