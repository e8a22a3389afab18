import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { findLostChanges } from '../evidence/find-lost-changes.js';
import { noEvidence } from '../evidence/node-evidence.js';
import { readServerLog } from '../evidence/server-log.js';
import { assessFailback } from '../failback/assess-failback.js';
import type { AssessFailbackOptions } from '../failback/compose-verdict.js';
import { predictMessages } from '../failback/predicted-messages.js';
import { directorySource } from '../source/directory.js';
import { memorySource } from '../source/memory.js';
import { OLD_PRIMARY_LOGS } from '../testing/article-logs.js';
import { evidenceOf, failoverFixtures } from '../testing/failback.js';
import { verdictAsJson } from './verdict-json.js';

const schema = JSON.parse(readFileSync(new URL('../../docs/verdict.schema.json', import.meta.url), 'utf8'));
// strict: the schema itself may have no key that means nothing
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

/** What is wrong with a document by the schema. */
function faults(document: unknown): string[] {
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

async function jsonOf(path: string, options: AssessFailbackOptions = {}) {
  const { node, upstream, comparison } = await evidenceOf({ path });
  const verdict = assessFailback(node, upstream, comparison, options);
  const predictedMessages = predictMessages(node, upstream, comparison);
  return JSON.parse(verdictAsJson(verdict, { predictedMessages, lost: null }));
}

describe('docs/verdict.schema.json', () => {
  it.each(failoverFixtures())('holds what is printed of $name', async ({ path }) => {
    expect(faults(await jsonOf(path))).toEqual([]);
  });

  it('holds settings and logs', async () => {
    const path = failoverFixtures().find(({ name }) => name === '15-diverged')!.path;
    const nodeLog = await readServerLog(
      memorySource({ 'a.csv': new TextEncoder().encode(OLD_PRIMARY_LOGS.first) }),
    );
    const settings = { transfer: 'all', commit: 'on', standbyNames: 's1' } as const;
    const document = await jsonOf(path, { settings, nodeLog });
    expect(document.settings).not.toBeNull();
    expect(document.serverLogs.node).not.toBeNull();
    expect(faults(document)).toEqual([]);
    const alone = assessFailback(noEvidence('node'), noEvidence('upstream'), null, { nodeLog });
    expect(faults(JSON.parse(verdictAsJson(alone, { predictedMessages: [], lost: null })))).toEqual([]);
  });

  it('holds what is lost', async () => {
    const { path } = failoverFixtures().find(({ name }) => name === '15-diverged')!;
    const nodeSource = await directorySource(join(path, 'node'));
    const { node, upstream, comparison } = await evidenceOf({ path });
    const lost = await findLostChanges(node, nodeSource, comparison);
    const verdict = assessFailback(node, upstream, comparison);
    const document = JSON.parse(verdictAsJson(verdict, { predictedMessages: [], lost }));
    expect(document.lost.transactions).toHaveLength(4);
    expect(faults(document)).toEqual([]);
  });

  it('names the keys in the order in which they are printed', async () => {
    const document = await jsonOf(failoverFixtures()[0]!.path);
    expect(Object.keys(document)).toEqual(schema.required);
    expect(Object.keys(schema.properties)).toEqual(schema.required);
    expect(Object.keys(document.node)).toEqual(schema.$defs.node.required);
  });

  it('holds the example in docs/verdict.md', () => {
    const guide = readFileSync(new URL('../../docs/verdict.md', import.meta.url), 'utf8');
    const example = JSON.parse(/```json\n(.*?)```/s.exec(guide)?.[1] ?? '');
    expect(faults(example)).toEqual([]);
    expect(Object.keys(example)).toEqual(schema.required);
  });

  it('refuses what is not printed', async () => {
    const document = await jsonOf(failoverFixtures().find(({ name }) => name === '15-diverged')!.path);
    const spoilt = [
      { ...document, verdict: 'maybe' },
      { ...document, more: 1 },
      { ...document, missing: undefined },
      { ...document, distance: '170176' },
      { ...document, reasons: [] },
      { ...document, reasons: [{ code: 'no-such-code', message: '' }] },
      { ...document, node: { ...document.node, walEnd: '0/00AB63C0' } },
      { ...document, node: { ...document.node, systemIdentifier: 1 } },
      { ...document, forkPoint: { timeline: 1, lsn: null } },
    ];
    expect(faults(document)).toEqual([]);
    for (const each of spoilt) expect(faults(JSON.parse(JSON.stringify(each)))).not.toEqual([]);
  });

  it.each([
    ['failback/verdict.ts', 'VerdictKind', () => schema.properties.verdict.enum],
    ['failback/verdict.ts', 'ReasonCode', () => schema.$defs.reasonCode.enum],
    ['failback/verdict.ts', 'BlockerCode', () => schema.$defs.blockerCode.enum],
    [
      'failback/configuration-notes.ts',
      'ConfigurationNoteCode',
      () => schema.$defs.configurationNoteCode.enum,
    ],
    ['failback/synchronous-transfer.ts', 'ReplicationSetUp', () => schema.$defs.replicationSetUp.enum],
    ['failback/synchronous-transfer.ts', 'Waiting', () => schema.$defs.waiting.enum],
    ['evidence/server-log-facts.ts', 'ServerLogFactKind', () => schema.$defs.serverLogFactKind.enum],
    ['control/control-file.ts', 'DatabaseState', () => schema.$defs.node.properties.state.enum.slice(0, -1)],
    ['wal/wal-end.ts', 'WalEndCode', () => schema.$defs.walEndReason.enum.slice(1, -1)],
  ])('knows each of %s, %s, and no other', (file, type, listed) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    const union = new RegExp(`^export type ${type} =([^;]+);`, 'm').exec(source)?.[1] ?? '';
    const codes = Array.from(union.matchAll(/'([^']+)'/g), ([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(1);
    expect([...listed()].sort()).toEqual(codes.sort());
  });
});
