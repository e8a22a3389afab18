import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Runs the command from its source, as a process of its own. */
async function pgwal(args: string[], { closeStdout = false } = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args]);
  let stdout = '';
  let stderr = '';
  if (closeStdout) child.stdout.destroy();
  else child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, stdout, stderr };
}

describe('pgwal', () => {
  it('says its version', async () => {
    expect(await pgwal(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('explains itself', async () => {
    const { status, stdout, stderr } = await pgwal(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: pgwal /);
  });

  it.each([[['--no-such-option']], [['--versoin']], [['no-such-command']]])(
    'answers the wrong usage %j with one line and exit status 2',
    async (args) => {
      const { status, stdout, stderr } = await pgwal(args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^pgwal: .+\n$/);
    },
  );

  it('ends silently when nobody reads its output', async () => {
    const { status, stderr } = await pgwal(['--help'], { closeStdout: true });
    expect({ status, stderr }).toEqual({ status: 141, stderr: '' });
  });
});
