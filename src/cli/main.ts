#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Exit, failureLine, isBrokenPipe, reportFailure } from './exit.js';

// This file only wires: which commands there are, and what they take. Each lives in a file of its own that is
// loaded when it is called, and returns its exit status. What a command throws ends as one line on standard
// error. It sets no exit status itself, and never calls process.exit: output to a pipe would be cut off.

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => process.exit(isBrokenPipe(error) ? Exit.brokenPipe : Exit.unreadable));
}
process.on('uncaughtException', (error) => process.exit(reportFailure(error)));

const program = new Command('pgwal')
  .description('Reads PostgreSQL control files, timelines and WAL, and says whether a node can fail back.')
  .version(packageVersion())
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(failureLine(text.replace(/^error: /, ''))),
  });

program
  .command('verdict')
  .description('say whether a node can fail back: follow, discard-wal, rewind, rebuild or undetermined')
  .requiredOption(
    '--node <path>',
    'the node that wants to come back: its data directory or a copy of its WAL',
  )
  .requiredOption('--upstream <path>', 'the node that it is to follow')
  .option('--node-archive <path>', "the WAL archive that the node's restore_command reads from")
  .option('--upstream-archive <path>', "the upstream's WAL archive")
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    '\nExit status: 0 follow, 3 discard-wal, 4 rewind, 5 rebuild, 6 undetermined,\n1 unreadable input, 2 wrong usage.',
  )
  .action(async (options) => {
    const { verdict } = await import('./verdict.js');
    process.exitCode = await verdict(options);
  });

program
  .command('controldata')
  .description("print a control file as its version's pg_controldata does")
  .argument('<path>', 'a data directory, a directory that holds pg_control, or the file')
  .action(async (path: string) => {
    const { controldata } = await import('./controldata.js');
    process.exitCode = await controldata(path);
  });

program
  .command('timeline')
  .description('show the tree of timelines found in these places, and the segments held of each')
  .argument('<path...>', 'data directories, WAL directories, archives or history files')
  .option('--json', 'print JSON')
  .action(async (paths: string[], options: { json?: boolean }) => {
    const { timeline } = await import('./timeline.js');
    process.exitCode = await timeline(paths, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
