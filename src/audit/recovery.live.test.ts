import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLsn, type Lsn } from '../lsn.js';
import { directorySource } from '../source/directory.js';
import { Field, removeTemplates } from '../testing/live/field.js';
import { findInstallations } from '../testing/live/installation.js';
import { Random } from '../testing/live/random.js';
import { copyOfArchive, type RecoveryStage, stageRecovery, tryRecovery } from '../testing/live/recovery.js';
import { segmentFileName } from '../wal-file-name.js';
import { assessRecovery } from './assess-recovery.js';
import { auditWal } from './audit-wal.js';
import type { AssessRecoveryOptions, RecoveryCode } from './recovery-answer.js';

// Makes a backup of a real server and an archive of two timelines, and has servers recover it to many targets:
// what they do is held against what was foretold. PGWAL_LIVE_SEED tells a run again.

const SEED = Number(process.env.PGWAL_LIVE_SEED ?? Math.floor(Math.random() * 1_000_000));
const installations = findInstallations();

describe.skipIf(installations.length > 0)('live recoveries', () => {
  const why = 'no PostgreSQL server found, in PGWAL_PG_BIN or /usr/lib/postgresql/*/bin';
  if (installations.length === 0) console.warn(`live tests are skipped: ${why}`);
  it.skip(why, () => {});
});

afterAll(removeTemplates);

interface Question {
  readonly name: string;
  readonly ask: (stage: RecoveryStage) => AssessRecoveryOptions;
  readonly code: RecoveryCode;
}

const HOUR = 3_600_000_000n;
const FAR: Lsn = 0xff_0000_0000n;

const questions: readonly Question[] = [
  { name: 'latest', ask: () => ({}), code: 'target-reached' },
  { name: 'latest of timeline 1', ask: () => ({ timeline: 1 }), code: 'target-reached' },
  { name: 'immediate', ask: () => ({ target: { kind: 'immediate' } }), code: 'target-reached' },
  {
    name: 'name',
    ask: ({ shared }) => ({ target: { kind: 'name', name: shared.name } }),
    code: 'target-reached',
  },
  {
    name: 'name on 2',
    ask: ({ promoted }) => ({ target: { kind: 'name', name: promoted.name }, timeline: 'latest' }),
    code: 'target-reached',
  },
  {
    name: 'name on 2 along 1',
    ask: ({ promoted }) => ({ target: { kind: 'name', name: promoted.name }, timeline: 'current' }),
    code: 'target-on-other-timeline',
  },
  {
    name: 'name on 1 along 2',
    ask: ({ abandoned }) => ({ target: { kind: 'name', name: abandoned.name }, timeline: 2 }),
    code: 'target-on-other-timeline',
  },
  {
    name: 'name on 1 along 1',
    ask: ({ abandoned }) => ({ target: { kind: 'name', name: abandoned.name }, timeline: 1 }),
    code: 'target-reached',
  },
  {
    name: 'name while backing up',
    ask: ({ during }) => ({ target: { kind: 'name', name: during.name } }),
    code: 'target-before-consistency',
  },
  {
    name: 'unknown name',
    ask: () => ({ target: { kind: 'name', name: 'nowhere' } }),
    code: 'target-not-found',
  },
  {
    name: 'xid',
    ask: ({ shared }) => ({ target: { kind: 'xid', xid: shared.xid } }),
    code: 'target-reached',
  },
  {
    name: 'xid exclusive',
    ask: ({ shared }) => ({ target: { kind: 'xid', xid: shared.xid }, inclusive: false }),
    code: 'target-reached',
  },
  {
    name: 'xid while backing up',
    ask: ({ during }) => ({ target: { kind: 'xid', xid: during.xid } }),
    code: 'target-before-consistency',
  },
  {
    name: 'time',
    ask: ({ shared }) => ({ target: { kind: 'time', time: shared.time } }),
    code: 'target-reached',
  },
  {
    name: 'time exclusive',
    ask: ({ shared }) => ({ target: { kind: 'time', time: shared.time }, inclusive: false }),
    code: 'target-reached',
  },
  {
    name: 'time while backing up',
    ask: ({ during }) => ({ target: { kind: 'time', time: during.time } }),
    code: 'target-before-consistency',
  },
  {
    name: 'time to come',
    ask: ({ promoted }) => ({ target: { kind: 'time', time: promoted.time + HOUR } }),
    code: 'target-not-found',
  },
  {
    name: 'lsn',
    ask: ({ shared }) => ({ target: { kind: 'lsn', lsn: shared.lsn } }),
    code: 'target-reached',
  },
  {
    name: 'lsn exclusive',
    ask: ({ shared }) => ({ target: { kind: 'lsn', lsn: shared.lsn }, inclusive: false }),
    code: 'target-reached',
  },
  {
    name: 'lsn while backing up',
    ask: ({ during }) => ({ target: { kind: 'lsn', lsn: during.lsn } }),
    code: 'target-before-consistency',
  },
  { name: 'lsn far ahead', ask: () => ({ target: { kind: 'lsn', lsn: FAR } }), code: 'target-not-found' },
  { name: 'unknown timeline', ask: () => ({ timeline: 7 }), code: 'history-missing' },
];

/** Ways to damage an archive, and what is asked then. */
const damages: readonly (Question & { readonly damage: (archive: string, stage: RecoveryStage) => void })[] =
  [
    {
      name: 'a segment missing before the target',
      damage: (archive, { shared }) => rmSync(join(archive, segmentOf(shared.lsn))),
      ask: ({ abandoned }) => ({ target: { kind: 'name', name: abandoned.name }, timeline: 1 }),
      code: 'segment-missing',
    },
    {
      name: 'a segment missing that the backup needs',
      damage: (archive, { during }) => rmSync(join(archive, segmentOf(during.lsn))),
      ask: () => ({}),
      code: 'segment-missing',
    },
    {
      name: 'a segment missing, and all that there is asked for',
      damage: (archive, { shared }) => rmSync(join(archive, segmentOf(shared.lsn))),
      ask: () => ({ timeline: 1 }),
      code: 'segment-missing',
    },
    {
      name: 'a record damaged before the target',
      damage: (archive, { shared }) => flip(join(archive, segmentOf(shared.lsn)), shared.lsn - 40n),
      ask: ({ abandoned }) => ({ target: { kind: 'name', name: abandoned.name }, timeline: 1 }),
      code: 'wal-broken',
    },
    {
      name: 'a record damaged behind the target',
      damage: (archive, { abandoned }) => flip(join(archive, segmentOf(abandoned.lsn)), abandoned.lsn - 40n),
      ask: ({ shared }) => ({ target: { kind: 'name', name: shared.name }, timeline: 1 }),
      code: 'target-reached',
    },
    {
      name: 'a record damaged that the backup needs',
      damage: (archive, { during }) => flip(join(archive, segmentOf(during.lsn)), during.lsn - 40n),
      ask: () => ({}),
      code: 'wal-broken',
    },
    {
      name: 'a history missing',
      damage: (archive) => rmSync(join(archive, '00000002.history')),
      ask: ({ promoted }) => ({ target: { kind: 'name', name: promoted.name }, timeline: 2 }),
      code: 'history-missing',
    },
  ];

/** The segment of timeline 1 that holds the byte before a position. */
function segmentOf(lsn: Lsn): string {
  return segmentFileName(1, Number((lsn - 1n) / BigInt(segmentSize)), segmentSize);
}

/** Servers up to 10 cannot be told to make them as small as the others. */
let segmentSize = 1024 * 1024;

function flip(path: string, lsn: Lsn): void {
  const bytes = readFileSync(path);
  const at = Number(lsn % BigInt(segmentSize));
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

describe.each(installations)('$version.major', (installation) => {
  const field = new Field(installation, new Random(SEED));
  let stage: RecoveryStage;

  beforeAll(async () => {
    stage = await stageRecovery(field);
    segmentSize = (await auditWal(await directorySource(stage.archive))).segmentSize ?? segmentSize;
  }, 240_000);
  afterAll(() => field.clear());

  it(`has archived all WAL, seed ${SEED}`, async () => {
    const audit = await auditWal(await directorySource(stage.archive));
    expect(audit.findings).toEqual([]);
    expect(audit.timelines.map(({ timeline }) => timeline)).toEqual([1, 2]);
  });

  async function hold(name: string, archive: string, { ask, code }: Question): Promise<void> {
    const options = ask(stage);
    const answer = await assessRecovery(
      await directorySource(stage.backup),
      await directorySource(archive),
      options,
    );
    const trial = await tryRecovery(field, stage, archive, options, name.replaceAll(/\W+/g, '-'));
    const told = `${answer.code}: ${answer.message}\n${trial.log.split('\n').slice(-15).join('\n')}`;
    expect(answer.code, told).toBe(code);
    const isShortOfAll = answer.server === 'starts-short-of-it' && answer.target.kind === 'latest';
    expect(isShortOfAll ? 'stops-at-target' : answer.server, told).toBe(trial.outcome);
    expect(answer.consistentAt && formatLsn(answer.consistentAt), told).toBe(
      trial.consistentAt && formatLsn(trial.consistentAt),
    );
    if (trial.outcome === 'fails') return;
    // also where it stops before that record, which it has read by then
    const last = answer.stop?.lsn ?? answer.end?.lastRecord ?? null;
    expect(last && formatLsn(last), told).toBe(trial.lastRecord && formatLsn(trial.lastRecord));
  }

  it.each(questions)('foretells recovery to: $name', async (question) => {
    await hold(question.name, stage.archive, question);
  });

  it.each(damages)('foretells recovery with $name', async (question) => {
    const archive = copyOfArchive(field, stage, `archive of ${question.name}`.replaceAll(' ', '-'));
    question.damage(archive, stage);
    await hold(`with ${question.name}`, archive, question);
  });
});
