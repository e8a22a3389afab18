import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndedTransactions } from './ended-transactions.js';

describe('transactions that have ended', () => {
  it('are told as they were noted last, and no others', () => {
    const xid = fc.oneof(fc.integer({ min: 65_500, max: 65_600 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const status = fc.constantFrom('committed' as const, 'aborted' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(xid, status)), fc.array(xid), (noted, others) => {
        const ended = new EndedTransactions();
        for (const [each, how] of noted) ended.note(each, how);
        const expected = new Map<number, string>(noted);
        for (const each of [...expected.keys(), ...others]) {
          expect(ended.statusOf(each)).toBe(expected.get(each) ?? null);
        }
      }),
    );
  });
});
