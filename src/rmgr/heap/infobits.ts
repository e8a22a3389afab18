import type { DescriptionWriter } from '../description-writer.js';

const SPACED = ['IS_MULTI ', 'LOCK_ONLY ', 'EXCL_LOCK ', 'KEYSHR_LOCK ', 'KEYS_UPDATED '] as const;
const LISTED = ['IS_MULTI', 'LOCK_ONLY', 'EXCL_LOCK', 'KEYSHR_LOCK', 'KEYS_UPDATED'] as const;

/** Writes names of the bits `XLHL_…`, each with a space behind it, as up to 15. */
export function writeInfobits(out: DescriptionWriter, bits: number): void {
  for (let bit = 0; bit < SPACED.length; bit++) if ((bits & (1 << bit)) !== 0) out.text(SPACED[bit]);
}

/** Writes names of the bits `XLHL_…` in brackets, as from 16. */
export function writeInfobitList(out: DescriptionWriter, bits: number): void {
  writeFlagList(out, bits, LISTED);
}

/** Writes the names of the bits that are set, the first that of bit 0: `[IS_MULTI, EXCL_LOCK]`. */
export function writeFlagList(out: DescriptionWriter, bits: number, names: readonly string[]): void {
  let separator = '[';
  for (let bit = 0; bit < names.length; bit++) {
    if ((bits & (1 << bit)) === 0) continue;
    out.text(separator).text(names[bit]);
    separator = ', ';
  }
  out.text(separator === '[' ? '[]' : ']');
}
