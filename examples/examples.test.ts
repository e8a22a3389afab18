import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readDump, tourPath } from '../src/testing/tours.js';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Runs an example as its first line says, and gives the lines that it prints. */
async function run(example: string, ...args: string[]): Promise<string[]> {
  const program = ['--import', 'tsx', `examples/${example}.ts`, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root });
  return stdout.trimEnd().split('\n');
}

/** The switch points of a history file of a fixture. */
function switchPoints(path: string): string[] {
  return Array.from(readFileSync(root + path, 'latin1').matchAll(/^\d+\t(\S+)/gm), ([, lsn]) => lsn);
}

describe('the examples', () => {
  it.each(['verdict', 'count-records', 'list-timelines'])('%s is under 30 lines', (example) => {
    expect(readFileSync(`${root}examples/${example}.ts`, 'utf8').split('\n').length).toBeLessThan(30);
  });

  it('verdict says what became of the node', async () => {
    const pair = 'fixtures/failback/seed';
    const lines = await run('verdict', `${pair}/node`, `${pair}/upstream`);
    const [fork] = switchPoints(`${pair}/upstream/pg_xlog/00000002.history`);
    expect(lines[0]).toBe('rewind');
    expect(lines[1]).toContain(`past the fork point ${fork} on timeline 1`);
    expect(lines).toContainEqual(expect.stringMatching(/^\d\. pg_rewind /));
  });

  it('verdict says that a node follows itself', async () => {
    expect((await run('verdict', tourPath('15'), tourPath('15')))[0]).toBe('follow');
  });

  it('count-records counts what pg_waldump does', async () => {
    const { records, message } = readDump(tourPath('15'));
    const lines = await run('count-records', tourPath('15'));
    const names = [...new Set(records.map((record) => record.resourceManager))].sort();
    expect(lines.slice(0, -1)).toEqual(
      names.map((name) => `${name} ${records.filter((it) => it.resourceManager === name).length}`),
    );
    expect(lines.at(-1)).toContain(message);
  });

  it('list-timelines names the switch points of history files', async () => {
    const wal = 'fixtures/failback/17-two-hops-diverged/upstream/pg_wal';
    const [first, second] = switchPoints(`${wal}/00000003.history`);
    expect(await run('list-timelines', `${wal}/00000002.history`, `${wal}/00000003.history`)).toEqual([
      `timeline 2: 1 until ${first}, 2`,
      `timeline 3: 1 until ${first}, 2 until ${second}, 3`,
      `  parts on timeline 2 at ${second}`,
    ]);
  });

  it('list-timelines tells twins apart', async () => {
    const pair = 'fixtures/failback/9.6-twin-promotions';
    const files = ['node', 'upstream'].map((role) => `${pair}/${role}/pg_xlog/00000002.history`);
    const [node, upstream] = files.flatMap(switchPoints);
    expect(await run('list-timelines', ...files)).toEqual([
      `timeline 2: 1 until ${node}, 2`,
      `timeline 2: 1 until ${upstream}, 2`,
      `  parts on timeline 1 at ${upstream}`,
    ]);
  });
});
