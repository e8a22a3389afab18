import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const guide = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');

/** The strings of a union type, read from its source: at run time there are none. */
function codesOf(file: string, type: string): string[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const union = new RegExp(`^export type ${type} =([^;]+);`, 'm').exec(source)?.[1] ?? '';
  return Array.from(union.matchAll(/'([^']+)'/g), ([, code = '']) => code);
}

/** The codes in the tables of the guide below a heading. */
function explained(heading: string): string[] {
  const section = guide.split(/^###? /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return Array.from(section.matchAll(/^\| `([a-z-]+)` \|/gm), ([, code = '']) => code);
}

describe('docs/audit.md', () => {
  it.each([
    ['audit-finding.ts', 'AuditFindingCode', 'What is found'],
    ['recovery-answer.ts', 'RecoveryCode', 'The answers'],
  ])('explains each code of %s, %s, and no other', (file, type, heading) => {
    const codes = codesOf(file, type);
    expect(codes.length).toBeGreaterThan(10);
    expect(explained(heading).sort()).toEqual(codes.sort());
  });
});
