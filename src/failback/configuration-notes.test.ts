import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../evidence/configuration.js';
import type { NodeEvidence } from '../evidence/node-evidence.js';
import { memorySource } from '../source/memory.js';
import { evidenceOf, failoverFixtures } from '../testing/failback.js';
import { assessFailback } from './assess-failback.js';

/** Judges a standby that follows, or one with surplus WAL, with other configuration files in its directory. */
async function judged(name: string, files: Record<string, string>, change: Partial<NodeEvidence> = {}) {
  const failover = failoverFixtures().find((fixture) => fixture.name === name);
  if (failover === undefined) throw new Error(`no fixture ${name}`);
  const { node, upstream, comparison } = await evidenceOf(failover);
  const all = Object.entries({ PG_VERSION: '', ...files });
  const source = memorySource(
    Object.fromEntries(all.map(([path, text]) => [path, new TextEncoder().encode(text)])),
  );
  const configuration = await readConfiguration(source, node.version, []);
  const verdict = assessFailback({ ...node, configuration, ...change }, upstream, comparison);
  const notes = verdict.configuration.map(({ code }) => code);
  return { ...verdict, notes, steps: verdict.steps.join('\n') };
}

const CONNINFO = "primary_conninfo = 'host=a'\n";

describe('from 12 on', () => {
  const standby = { 'standby.signal': '', 'postgresql.conf': CONNINFO };
  const on = (files: Record<string, string>) => judged('17-behind-standby', files);

  it('has nothing to say of a standby that is set up well', async () => {
    const { verdict, notes, steps } = await on(standby);
    expect([verdict, notes]).toEqual(['follow', []]);
    expect(steps).toContain('standby.signal is there; see that primary_conninfo in postgresql.conf:1');
  });

  it('warns of a node that would come up as a primary', async () => {
    const { notes, steps } = await on({ 'postgresql.conf': CONNINFO });
    expect(notes).toEqual(['starts-as-primary']);
    expect(steps).toContain('create standby.signal');
  });

  it('warns of one that would recover and go its own way', async () => {
    const { notes, steps } = await on({ 'postgresql.conf': CONNINFO, 'recovery.signal': '' });
    expect(notes).toEqual(['ends-recovery']);
    expect(steps).toContain('remove recovery.signal');
    expect((await on({ ...standby, 'recovery.signal': '' })).notes).toEqual([]);
  });

  it('warns of a recovery.conf, with which the server does not start', async () => {
    const { notes, steps } = await on({ ...standby, 'recovery.conf': 'standby_mode = on' });
    expect(notes).toEqual(['recovery-conf-refused']);
    expect(steps).toContain('move recovery.conf away');
  });

  it.each([
    ["recovery_target_timeline = 'latest'", []],
    ["recovery_target_timeline = 'current'", ['target-timeline']],
    ["recovery_target_timeline = '1'", ['target-timeline']],
    ["recovery_target_timeline = '0'", ['target-timeline']],
    // the upstream is on 2
    ["recovery_target_timeline = '2'", []],
  ])('weighs %s', async (line, expected) => {
    const { notes, steps } = await on({ ...standby, 'postgresql.auto.conf': line });
    expect(notes).toEqual(expected);
    if (expected.length > 0) {
      expect(steps).toContain("recovery_target_timeline = 'latest' in postgresql.auto.conf:1");
    }
  });

  it('warns of a recovery target', async () => {
    const { notes, steps } = await on({ ...standby, 'postgresql.auto.conf': "recovery_target_lsn = '0/1'" });
    expect(notes).toEqual(['recovery-target']);
    expect(steps).toContain('take recovery_target_lsn out of postgresql.auto.conf:1');
    expect((await on({ ...standby, 'postgresql.auto.conf': "recovery_target_lsn = ''" })).notes).toEqual([]);
  });

  it('misses primary_conninfo only where it has seen all there is', async () => {
    expect((await on({ 'standby.signal': '', 'postgresql.conf': '' })).notes).toEqual([
      'no-primary-conninfo',
    ]);
    expect((await on({ 'standby.signal': '' })).notes).toEqual([]);
    const emptied = await on({ ...standby, 'postgresql.auto.conf': "primary_conninfo = ''" });
    expect(emptied.notes).toEqual(['no-primary-conninfo']);
  });
});

describe('up to 11', () => {
  const on = (files: Record<string, string>) => judged('9.6-switchover', files);
  const recovery = `standby_mode = on\n${CONNINFO}`;

  it('has nothing to say of a standby that is set up well', async () => {
    const { verdict, notes, steps } = await on({
      'recovery.conf': `${recovery}recovery_target_timeline = 'latest'`,
    });
    expect([verdict, notes]).toEqual(['follow', []]);
    expect(steps).toContain('see that recovery.conf says');
  });

  it('warns of a node that would come up as a primary', async () => {
    expect((await on({ 'standby.signal': '' })).notes).toEqual(['signal-file-ignored', 'starts-as-primary']);
    expect((await on({ 'recovery.done': recovery })).notes).toEqual(['starts-as-primary']);
  });

  it('knows that the target timeline is the current one unless it is set', async () => {
    const { verdict, notes, steps } = await on({ 'recovery.conf': recovery });
    expect([verdict, notes]).toEqual(['follow', ['target-timeline']]);
    expect(steps).toContain("recovery_target_timeline = 'latest'");
    // postgresql.conf has no say in that
    const elsewhere = { 'recovery.conf': recovery, 'postgresql.conf': "recovery_target_timeline = 'latest'" };
    expect((await on(elsewhere)).notes).toEqual(['target-timeline']);
  });

  it('warns of a recovery.conf that asks for no standby', async () => {
    const conf = `${CONNINFO}recovery_target_timeline = 'latest'`;
    expect((await on({ 'recovery.conf': conf })).notes).toEqual(['ends-recovery']);
    expect((await on({ 'recovery.conf': `${conf}\nstandby_mode = off` })).notes).toEqual(['ends-recovery']);
    expect((await on({ 'recovery.conf': `${conf}\nstandby_mode = 'TRUE'` })).notes).toEqual([]);
  });

  it('misses primary_conninfo', async () => {
    const conf = "standby_mode = 1\nrecovery_target_timeline = 'latest'";
    expect((await on({ 'recovery.conf': conf })).notes).toEqual(['no-primary-conninfo']);
  });
});

describe('a restore_command', () => {
  const conf = { 'standby.signal': '', 'postgresql.conf': `${CONNINFO}restore_command = 'cp /a/%f %p'` };

  it.each(['17-behind-standby', '17-surplus-wal-edge'])(
    'leaves the question open in %s where nobody has looked into the archive',
    async (name) => {
      const { verdict, reasons, missing } = await judged(name, conf);
      expect(verdict).toBe('undetermined');
      expect(reasons[0]?.code).toBe('archive-unseen');
      expect(missing.join()).toContain('archive');
    },
  );

  it('is fine where somebody has', async () => {
    const archive = { archiveSegments: [{ timeline: 1, first: 10, last: 10 }] };
    expect((await judged('17-behind-standby', conf, archive)).verdict).toBe('follow');
    // of the old timeline, from past the fork point in segment 0xC
    const surplus = { archiveSegments: [{ timeline: 1, first: 10, last: 13 }] };
    const { verdict, reasons } = await judged('17-behind-standby', conf, surplus);
    expect([verdict, reasons[0]?.code]).toEqual(['discard-wal', 'archive-wal-past-fork']);
  });

  it('does not count where it is not in force', async () => {
    const files = { 'postgresql.conf': "restore_command = 'x'", 'recovery.done': "restore_command = 'x'" };
    expect((await judged('9.6-switchover', files)).verdict).toBe('follow');
  });
});
