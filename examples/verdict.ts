// Says whether a node can fail back to its new primary: npx tsx examples/verdict.ts NODE UPSTREAM
import { assessFailback, compareEvidence, readEvidence } from 'pg-wal';
import { directorySource } from 'pg-wal/node';

const [nodePath, upstreamPath] = process.argv.slice(2);
if (nodePath === undefined || upstreamPath === undefined) throw new Error('usage: verdict.ts NODE UPSTREAM');

const nodeFiles = await directorySource(nodePath);
const upstreamFiles = await directorySource(upstreamPath);
const node = await readEvidence(nodeFiles);
const upstream = await readEvidence(upstreamFiles);
const comparison = await compareEvidence(node, nodeFiles, upstream, upstreamFiles);

const { verdict, reasons, steps } = assessFailback(node, upstream, comparison);
console.log(verdict);
for (const { message } of reasons) console.log(`because ${message}`);
for (const [index, step] of steps.entries()) console.log(`${index + 1}. ${step}`);
