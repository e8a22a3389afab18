import type { RecordTypes } from '../record-type.js';
import { INIT_PAGE } from './op-codes.js';

/**
 * Kinds of records together with what each is with the bit `XLOG_HEAP_INIT_PAGE` set: `rm_desc` does not look
 * at that bit, so it tells even of those for which it makes no sense; only a name they do not have.
 */
export function withInitBit(types: RecordTypes): RecordTypes {
  const all = { ...types };
  for (const [key, type] of Object.entries(types)) {
    const info = Number(key) | INIT_PAGE;
    all[info] ??= { ...type, name: `UNKNOWN (${info.toString(16)})` };
  }
  return all;
}
