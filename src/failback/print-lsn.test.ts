import { expect, it } from 'vitest';
import { formatLsn } from '../lsn.js';
import { printLsn } from './print-lsn.js';

it('prints what formatLsn does, however many LSNs it has printed before', () => {
  const lsns = Array.from({ length: 25_000 }, (_, index) => BigInt(index) * 0x1234_5678n);
  for (const lsn of [...lsns, ...lsns.slice(0, 100)]) expect(printLsn(lsn)).toBe(formatLsn(lsn));
});
