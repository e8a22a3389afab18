import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNames } from '../catalog/names-file.js';
import { catalogFiles, catalogPath, expectedNames } from '../testing/catalogs.js';
import { failoverFixtures } from '../testing/failback.js';
import { dump } from './dump.js';
import type { DumpArguments } from './dump-options.js';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const NODE = catalogPath('18');
const scratch = mkdtempSync(join(tmpdir(), 'pg-wal-names-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the command from its source, as a process of its own. */
function pgwal(...args: string[]) {
  const options = {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', TZ: 'UTC' },
  } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], options);
  return { status, stdout, stderr };
}

/** A file of names. */
function namesFile(name: string, content: unknown): string {
  const path = join(scratch, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** The WAL of the fixture as plain files, as pg_waldump would be given it. */
const segments = Object.entries(catalogFiles('18')).filter(([path]) => path.startsWith('pg_wal/'));
const wal = join(scratch, 'wal');
mkdirSync(wal);
for (const [path, bytes] of segments) writeFileSync(join(wal, basename(path)), bytes);
const files = readdirSync(wal).map((name) => join(wal, name));

/** Numbers of relations of the database `app`, as its server gave them. */
function numbersOf(name: string, state = 'current'): string {
  const { relations, databases } = expectedNames('18');
  const found = relations.find(
    (it) => it.name === name && it.state === state && databases.get(it.database) === 'app',
  );
  return `${found?.tablespace}/${found?.database}/${found?.relation}`;
}

describe('pgwal names', () => {
  it('writes a file that holds what the server said', () => {
    const { status, stdout, stderr } = pgwal('names', NODE, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const names = parseNames(stdout);
    for (const relation of expectedNames('18').relations) {
      if (relation.state === 'former') continue;
      expect(names.nameOfRelation(relation)?.name).toBe(relation.name);
    }
    expect(names.systemIdentifier).not.toBeNull();
  });

  it('prints a line each for people', () => {
    const { status, stdout } = pgwal('names', NODE);
    expect(status).toBe(0);
    expect(stdout).toContain(`\n${numbersOf('таблица')}  app."Odd ""Schema"."таблица"  table\n`);
    expect(stdout).toContain(
      `\n${numbersOf('short_lived', 'former')}  formerly app.public.short_lived  table\n`,
    );
    expect(stdout).toMatch(/^\d+ {2}"second one" {2}tablespace$/m);
    expect(stdout).toMatch(/^\d+ {2}"Archiv" {2}database$/m);
  });

  it('says in one line that there are none', () => {
    const { status, stdout, stderr } = pgwal('names', wal);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^pgwal: .*names are in a data directory's files.*\n$/);
  });
});

/** Runs `pgwal dump` in this process. */
async function dumped(given: DumpArguments) {
  process.env.TZ = 'UTC';
  const parts: Buffer[] = [];
  let stderr = '';
  const output = {
    async write(bytes: Uint8Array) {
      parts.push(Buffer.from(bytes));
    },
    async flush() {},
  };
  const tell = (line: string) => {
    stderr += line;
  };
  const status = await dump(files, given, { output, tell });
  return { stdout: Buffer.concat(parts).toString(), stderr, status };
}

describe('pgwal dump with names', () => {
  it('prints what it prints without them, and names besides', async () => {
    const plain = await dumped({});
    const { stdout, stderr, status } = await dumped({ data: NODE });
    expect({ stderr, status }).toEqual({ stderr: plain.stderr, status: plain.status });
    expect(stdout).toContain(`rel ${numbersOf('pg_class')} (app.pg_catalog.pg_class) blk `);
    expect(stdout).toContain(` (formerly app.public.short_lived)`);
    const name = / \((?:formerly |uncommitted )?(?:app|"Archiv"|pg_catalog|pg_toast)\.[^)]*\)/g;
    expect(stdout.replace(name, '')).toBe(plain.stdout);
  });

  it('tells them in JSON beside the numbers', async () => {
    const { stdout } = await dumped({ data: NODE, format: 'json' });
    const lines = stdout.trimEnd().split('\n');
    const blocks = lines.flatMap((line) => JSON.parse(line).blocks);
    const [tablespace, database, relation] = numbersOf('pg_class').split('/').map(Number);
    const own = blocks.filter((block) => block.relation === relation && block.database === database);
    expect(own.length).toBeGreaterThan(0);
    for (const block of own) expect(block).toMatchObject({ tablespace, name: 'app.pg_catalog.pg_class' });
    const [, , gone] = numbersOf('short_lived', 'former').split('/').map(Number);
    expect(
      lines.some((line) =>
        line.includes(`"relation":${gone},"name":null,"formerName":"app.public.short_lived"`),
      ),
    ).toBe(true);
  });

  it('takes a relation by its name', async () => {
    const byName = await dumped({ data: NODE, relation: 'app.pg_catalog.pg_class' });
    expect(byName).toEqual(await dumped({ data: NODE, relation: numbersOf('pg_class') }));
    expect(byName.stdout).toContain('(app.pg_catalog.pg_class)');
    const twice = await dumped({ data: NODE, relation: 'pg_catalog.pg_class' });
    expect(twice.stderr).toContain('invalid relation specification');
  });

  it('warns of names that are of another cluster', async () => {
    const plain = await dumped({});
    const { stdout, stderr } = await dumped({ names: namesFile('other.json', { systemIdentifier: '7' }) });
    expect(stdout).toBe(plain.stdout);
    expect(stderr).toContain('pgwal: warning: the names are of system 7, the WAL is of ');
  });

  it.each([
    ['is not there', join(scratch, 'nowhere.json'), /nowhere\.json: no names can be read/],
    ['is not one', join(NODE, 'PG_VERSION'), /PG_VERSION: names: the file is not as it should be/],
  ])('refuses a file of names that %s', async (_, names, message) => {
    await expect(dumped({ names })).rejects.toThrow(message);
  });
});

describe('pgwal lost and rewind-plan with names', () => {
  const { path } = failoverFixtures().find(({ name }) => name === '15-diverged')!;
  const pair = ['--node', join(path, 'node'), '--upstream', join(path, 'upstream')];

  it.each(['lost', 'rewind-plan'])('%s tells those of a file', (command) => {
    const plain = pgwal(command, ...pair).stdout;
    const numbers = /\b1663\/\d+\/\d+\b/.exec(plain)?.[0] ?? 'none';
    const names = namesFile('given.json', {
      relations: { [numbers]: { schema: 'public', name: 'orders' } },
    });
    const named = pgwal(command, ...pair, '--names', names).stdout;
    expect(named).toContain(`${numbers} (public.orders)`);
    expect(named.replaceAll(' (public.orders)', '')).toBe(plain);
    const json = pgwal(command, ...pair, '--names', names, '--json').stdout;
    expect(json).toContain('"name": "public.orders"');
  });

  it("finds those of the node's own catalogs", () => {
    // the node's WAL begins with the checkpoint that the other one is taken to have been promoted at
    const upstream = join(scratch, 'upstream');
    mkdirSync(upstream);
    const control = readFileSync(join(NODE, 'global/pg_control'));
    const redo = control.readBigUInt64LE(40);
    writeFileSync(
      join(upstream, '00000002.history'),
      `1\t0/${redo.toString(16).toUpperCase()}\tno recovery target specified\n`,
    );
    const { status, stdout, stderr } = pgwal('lost', '--node', NODE, '--upstream', upstream);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^ {2}${numbersOf('late')} \\(app\\.public\\.late\\) at `, 'm'));
    expect(stdout).toMatch(
      new RegExp(
        `^ {2}${numbersOf('short_lived', 'former')} \\(formerly app\\.public\\.short_lived\\) at `,
        'm',
      ),
    );
  });
});
