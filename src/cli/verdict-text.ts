import pc from 'picocolors';
import type { Finding } from '../evidence/node-evidence.js';
import type { ServerLogFact } from '../evidence/server-log-facts.js';
import type { PredictedMessage } from '../failback/predicted-log.js';
import type { ReportedSetting, SettingsReport } from '../failback/settings.js';
import type { NodeSummary, Verdict, VerdictKind } from '../failback/verdict.js';
import { formatLsn } from '../lsn.js';

const PAINT: Record<VerdictKind, (text: string) => string> = {
  follow: pc.green,
  'discard-wal': pc.yellow,
  rewind: pc.yellow,
  rebuild: pc.red,
  undetermined: pc.magenta,
};

/** A verdict for people. Colour only where picocolors finds a terminal that wants it. */
export function verdictAsText(
  verdict: Verdict,
  findings: { readonly node: readonly Finding[]; readonly upstream: readonly Finding[] },
  predictedMessages: readonly PredictedMessage[],
): string {
  const lines = [
    `${PAINT[verdict.verdict](pc.bold(verdict.verdict))}: ${verdict.summary}`,
    '',
    ...positions(verdict),
  ];
  lines.push(
    ...section(
      'Why',
      verdict.reasons.map(({ code, message }) => `${message} ${pc.dim(`[${code}]`)}`),
    ),
    ...section(
      'What pg_rewind cannot do',
      verdict.blockers.map(({ code, message }) => `${message} ${pc.dim(`[${code}]`)}`),
    ),
    ...section('What to do', verdict.steps, true),
    ...section('What would tell more', verdict.missing),
    ...predictedSection(predictedMessages),
    ...section("What the node's log tells of its last start", logFacts(verdict.serverLogs.node)),
    ...section("What the upstream's log tells of its last start", logFacts(verdict.serverLogs.upstream)),
    ...section(
      'How the node is set up',
      verdict.configuration.map(({ code, message }) => `${message} ${pc.dim(`[${code}]`)}`),
    ),
    ...settingsSection(verdict.settings),
    ...section('Found on the node', messages(findings.node)),
    ...section('Found on the upstream', messages(findings.upstream)),
  );
  return `${lines.join('\n')}\n`;
}

/** As in a log, without what stands before each line there. */
function predictedSection(messages: readonly PredictedMessage[]): string[] {
  const of = (server: PredictedMessage['server']) =>
    messages
      .filter((message) => message.server === server)
      .flatMap(({ severity, message, detail }) => [
        `  ${severity}:  ${message.replaceAll('\n', '\n          ')}`,
        ...(detail === null ? [] : [`  DETAIL:  ${detail}`]),
      ]);
  const titled = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ['', pc.bold(title), ...lines];
  return [
    ...titled('What the node would log, started as a standby now', of('node')),
    ...titled('What the upstream would log then', of('upstream')),
  ];
}

function logFacts(facts: readonly ServerLogFact[] | null): string[] {
  return (facts ?? []).map(
    ({ message, file, line, time }) =>
      `${message} ${pc.dim(`(${file}:${line}${time === null ? '' : `, ${time}`})`)}`,
  );
}

function settingsSection(report: SettingsReport | null): string[] {
  if (report === null) return [];
  const { settings, guarantee } = report;
  const origin = (setting: ReportedSetting) => setting.place ?? ORIGIN[setting.origin];
  const waits = guarantee.waitsWithoutStandby.join(', ').replaceAll('-', ' ');
  return [
    ...section(
      'How the node replicated as a primary',
      settings.map(
        (setting) =>
          `${setting.name} = ${setting.value === '' ? "''" : (setting.value ?? '?')} ${pc.dim(`(${origin(setting)})`)}`,
      ),
    ),
    `  ${guarantee.setUp.replaceAll('-', ' ')}: ${guarantee.promise}`,
    `  while no standby is connected, ${waits === '' ? 'nothing waits' : `these wait: ${waits}`}`,
  ];
}

const ORIGIN: Record<ReportedSetting['origin'], string> = {
  caller: 'by your word',
  file: 'by its files',
  default: 'the default',
  unknown: 'not known, so the most cautious is assumed',
};

function messages(findings: readonly Finding[]): string[] {
  return findings.map(({ code, message }) => `${message} ${pc.dim(`[${code}]`)}`);
}

/** Where the two parted, and how far each of them got. */
function positions({ forkPoint, distance, node, upstream, lastCommonCheckpoint }: Verdict): string[] {
  const isShared = node.timeline !== null && node.timeline === upstream.timeline;
  const noFork = isShared ? `none: both are on timeline ${node.timeline}` : 'not known';
  const lines = [
    `${label('fork point')}${forkPoint?.lsn == null ? noFork : `${formatLsn(forkPoint.lsn)} on timeline ${forkPoint.timeline}`}`,
    `${label('node')}${position(node)}${distance === null ? '' : `, ${apart(distance)}`}`,
    ...described(node),
    `${label('upstream')}${position(upstream)}`,
    ...described(upstream),
  ];
  if (lastCommonCheckpoint !== null) {
    const { lsn, redo, timeline } = lastCommonCheckpoint;
    lines.push(
      `${label('in common')}checkpoint ${formatLsn(lsn)}, redo ${formatLsn(redo)} on timeline ${timeline}`,
    );
  }
  return lines;
}

function position({ walEnd, timeline }: NodeSummary): string {
  const on = timeline === null ? '' : ` on timeline ${timeline}`;
  return walEnd === null
    ? `WAL end unknown${timeline === null ? '' : `, timeline ${timeline}`}`
    : `${formatLsn(walEnd)}${on}`;
}

function apart(distance: bigint): string {
  if (distance === 0n) return 'right at the fork point';
  return distance > 0n
    ? `${bytes(distance)} past the fork point`
    : `${bytes(-distance)} before the fork point`;
}

/** The exact number, and one that can be read at a glance. */
function bytes(count: bigint): string {
  const megabytes = Number(count) / 1024 ** 2;
  return megabytes < 1
    ? `${count} bytes`
    : `${count} bytes (${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB)`;
}

function described(node: NodeSummary): string[] {
  const parts = [
    node.version === null ? null : `PostgreSQL ${node.version}`,
    node.state,
    node.checkpoint === null ? null : `checkpoint ${formatLsn(node.checkpoint)}`,
    node.minRecoveryPoint === null ? null : `minimum recovery point ${formatLsn(node.minRecoveryPoint)}`,
    node.walEndReason === null ? null : `WAL ends: ${node.walEndReason}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? [] : [`${label('')}${parts.join(', ')}`];
}

function label(text: string): string {
  return pc.dim(text.padEnd(12));
}

function section(title: string, items: readonly string[], isNumbered = false): string[] {
  if (items.length === 0) return [];
  return [
    '',
    pc.bold(title),
    ...items.map((item, index) => (isNumbered ? `  ${index + 1}. ${item}` : `  - ${item}`)),
  ];
}
