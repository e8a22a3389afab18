import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const guide = readFileSync(new URL('../../docs/verdict.md', import.meta.url), 'utf8');

/** The strings of a union type, read from its source: at run time there are none. */
function codesOf(file: string, type: string): string[] {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const union = new RegExp(`^export type ${type} =([^;]+);`, 'm').exec(source)?.[1] ?? '';
  return Array.from(union.matchAll(/'([^']+)'/g), ([, code = '']) => code);
}

/** The part of the guide below a heading. */
function section(heading: string): string {
  return guide.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

describe('docs/verdict.md', () => {
  it.each([
    ['failback/verdict.ts', 'VerdictKind', 'The five verdicts'],
    ['failback/verdict.ts', 'ReasonCode', 'Reason codes'],
    ['failback/verdict.ts', 'BlockerCode', 'Blocker codes'],
    ['wal/wal-end.ts', 'WalEndCode', 'Where WAL ends, and why'],
    ['evidence/node-evidence.ts', 'FindingCode', 'Finding codes'],
    ['source/source.ts', 'SourceFindingCode', 'Finding codes'],
    ['failback/configuration-notes.ts', 'ConfigurationNoteCode', 'How the node is set up'],
  ])('explains each code of %s, %s', (file, type, heading) => {
    const codes = codesOf(file, type);
    expect(codes.length).toBeGreaterThan(1);
    expect(codes.filter((code) => !section(heading).includes(`| \`${code}\` |`))).toEqual([]);
  });
});
