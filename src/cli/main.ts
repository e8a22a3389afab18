#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Exit, failureLine, isBrokenPipe, reportFailure } from './exit.js';

// This file only wires: which commands there are, and what they take. Each lives in a file of its own that is
// loaded when it is called, and returns its exit status:
//
//   program
//     .command('controldata')
//     .description('print a control file as pg_controldata does')
//     .argument('<path>', 'a data directory or a pg_control file')
//     .action(async (path: string) => {
//       const { controldata } = await import('./controldata.js');
//       process.exitCode = await controldata(path);
//     });
//
// What a command throws ends as one line on standard error. It sets no exit status itself, and never calls
// process.exit: output to a pipe would be cut off.

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

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
