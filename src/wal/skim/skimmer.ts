import type { Lsn } from '../../lsn.js';
import { isResourceManager } from '../record-header.js';
import type { WalFormat } from '../wal-format.js';
import type { Window } from '../window.js';
import * as LAYOUT from './layout.js';
import { hasMachines, machineFor } from './machine.js';

/**
 * Records by resource manager and the upper half of `xl_info`, as `WalReader.pass` counts them.
 *
 * @category WAL
 */
export class RecordCounts {
  /**
   * Three numbers a kind: records, their bytes without full-page images, bytes of these. Those of resource manager
   * `id` and kind `info >> 4` begin at `(id * 16 + (info >> 4)) * 3`.
   */
  readonly table = new Float64Array(256 * LAYOUT.COUNT_KINDS * LAYOUT.COUNT_COLUMNS);
}

/** Where a walk stands, and between what. Places are offsets in the segment, in bytes. */
export interface SkimPosition {
  at: number;
  /** Records that do not end at or before this place are not passed over. */
  readonly bound: number;
  /** Where the segment begins. */
  readonly segmentHigh: number;
  readonly segmentLow: number;
  readonly timeline: number;
  /** Where the last record begins. */
  previousHigh: number;
  previousLow: number;
}

/**
 * What a walk passes over, and what it does with it.
 *
 * @category WAL
 */
export interface PassOptions {
  /** Where to count records by their kinds. */
  readonly counts?: RecordCounts | null;
  /** The ID of a resource manager whose records are not passed over. */
  readonly watched?: number;
  /** No record that ends behind this position is passed over. */
  readonly before?: Lsn;
}

/**
 * What was passed over.
 *
 * @category WAL
 */
export interface Skimmed {
  /** How many records. */
  readonly records: number;
  /** How long they are altogether, in bytes. */
  readonly recordBytes: number;
}

/**
 * Walks ahead of a {@link RecordChain} within a window, in WebAssembly, over records that are valid beyond doubt:
 * header, links, block references and checksum. Several times as fast as the chain, but silent: it stops before
 * whatever the chain would have something to say about.
 */
export class Skimmer {
  readonly #format: WalFormat;
  readonly #pageSize: number;
  readonly #passed: Uint8Array;

  private constructor(format: WalFormat, pageSize: number) {
    this.#format = format;
    this.#pageSize = pageSize;
    this.#passed = Uint8Array.from({ length: 256 }, (_, id) =>
      isResourceManager(format.version, id) ? 1 : 0,
    );
  }

  /** Null where it cannot help: for records up to 9.4, and where no WebAssembly is allowed. */
  static for(format: WalFormat, pageSize: number): Skimmer | null {
    const { recordFormat, crc } = format.version;
    if (recordFormat === 'backup-blocks' || crc !== 'crc32c') return null;
    return hasMachines() ? new Skimmer(format, pageSize) : null;
  }

  /**
   * Goes from the position on as far as it can, and moves the position there.
   *
   * @param counts - where to add what is passed over, if anywhere
   * @param watched - the ID of a resource manager whose records are not passed over
   */
  skim(window: Window, position: SkimPosition, counts: RecordCounts | null, watched = NOBODY): Skimmed {
    const machine = machineFor(window.bytes);
    if (machine === null) return NOTHING_SKIMMED;
    const { words } = machine;
    const start = machine.load(window, position.at, this.#format.blockSize);
    // the place in memory of the segment's first byte, which need not be there
    const origin = LAYOUT.WINDOW - start;
    machine.bytes.set(this.#passed, LAYOUT.PASSED);
    if (watched !== NOBODY) machine.bytes[LAYOUT.PASSED + watched] = 0;
    const { pageMagic, blockSize, version } = this.#format;
    const { pglz, lz4, zstd, hasHole } = version.pageImageFlags ?? NO_IMAGES;
    words[LAYOUT.AT >> 2] = origin + position.at;
    words[LAYOUT.END >> 2] = origin + Math.min(window.end, start + LAYOUT.WINDOW_BYTES);
    words[LAYOUT.BOUND >> 2] = Math.max(0, origin + position.bound);
    words[LAYOUT.LSN_HIGH >> 2] = position.segmentHigh;
    words[LAYOUT.LSN_LOW >> 2] = position.segmentLow - origin;
    words[LAYOUT.PREVIOUS_HIGH >> 2] = position.previousHigh;
    words[LAYOUT.PREVIOUS_LOW >> 2] = position.previousLow;
    words[LAYOUT.PAGE_MAGIC >> 2] = pageMagic;
    words[LAYOUT.PAGE_TIMELINE >> 2] = position.timeline;
    words[LAYOUT.WAL_BLOCK_SIZE >> 2] = blockSize;
    words[LAYOUT.PAGE_SIZE >> 2] = this.#pageSize;
    words[LAYOUT.HAS_HOLE >> 2] = hasHole;
    words[LAYOUT.IS_COMPRESSED >> 2] = pglz | lz4 | zstd;
    words[LAYOUT.TOP_LEVEL_XIDS >> 2] = version.topLevelTransactionIds ? 1 : 0;
    words[LAYOUT.IS_COUNTING >> 2] = counts === null ? 0 : 1;
    machine.run();
    position.at = words[LAYOUT.AT >> 2] - origin;
    position.previousHigh = words[LAYOUT.PREVIOUS_HIGH >> 2];
    position.previousLow = words[LAYOUT.PREVIOUS_LOW >> 2];
    if (counts !== null) machine.takeCounts(counts);
    return { records: words[LAYOUT.RECORDS >> 2], recordBytes: words[LAYOUT.RECORD_BYTES >> 2] };
  }
}

/** Of a walk that passes over nothing. */
export const NOTHING_SKIMMED: Skimmed = { records: 0, recordBytes: 0 };

/** No resource manager's ID. */
const NOBODY = -1;

const NO_IMAGES = { pglz: 0, lz4: 0, zstd: 0, hasHole: 0 };
