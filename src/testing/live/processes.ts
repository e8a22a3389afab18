import { execFileSync, spawn } from 'node:child_process';
import { chownSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of a program. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** PostgreSQL's servers refuse to run as root: the user that they run as instead, or null where there is no need. */
const SERVER_USER = process.getuid?.() === 0 ? 'postgres' : null;

let owner: { readonly user: number; readonly group: number } | null = null;

/** Hands a file or a folder over to the user that servers run as. */
export function giveToServers(path: string): void {
  if (SERVER_USER === null) return;
  const id = (what: string) => Number(execFileSync('id', [what, SERVER_USER], { encoding: 'utf8' }));
  owner ??= { user: id('-u'), group: id('-g') };
  chownSync(path, owner.user, owner.group);
}

export interface RunOptions {
  /** What the program reads from its standard input. */
  readonly input?: string;
  /** Whether the program leaves a server behind, which would keep its output open for good. */
  readonly isDetached?: boolean;
}

/** Runs a program as a user that may run servers. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [command, commandArgs] =
    SERVER_USER === null ? [program, args] : ['runuser', ['-u', SERVER_USER, '--', program, ...args]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, {
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', PGCONNECT_TIMEOUT: '5' },
      stdio: options.isDetached ? 'ignore' : 'pipe',
    });
    let output = '';
    const collect = (text: Buffer) => {
      output += text.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
    child.on('error', reject);
    child.on(options.isDetached ? 'exit' : 'close', (status) => resolve({ status, output: output.trim() }));
  });
}

/** Runs a program that has to succeed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { status, output } = await run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed (${status}): ${output}`);
  return output;
}

/** Asks again and again. False where the answer stays false until the time is up. */
export async function waitUntil(
  question: () => Promise<boolean> | boolean,
  seconds: number,
  interval = 50,
): Promise<boolean> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    if (await question()) return true;
    if (Date.now() > until) return false;
    await sleep(interval);
  }
}
