import type { CatalogNames } from '../catalog/catalog-names.js';
import { withRelationName } from '../catalog/named-json.js';
import { formatLsn } from '../lsn.js';
import { RecordDescriber } from '../rmgr/describe-record.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { FORK_NAMES } from '../rmgr/fork-names.js';
import { imageCompression, isImageApplied } from '../wal/image-info.js';
import type { BlockReference, WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';

/** Fields that are positions in WAL though their names do not say so. */
const LSN_FIELDS = new Set(['redo', 'firstSegment', 'overwrittenLsn', 'startpoint', 'startPoint']);

/** Prints records as JSON, an object a line; its keys are in `docs/dump.md`. */
export class RecordJson {
  readonly #format: WalFormat;
  readonly #describer: RecordDescriber;
  readonly #description: DescriptionWriter;
  readonly #asJson: (key: string, value: unknown) => unknown;

  /**
   * @param description - what descriptions are written into, one after the other; its moments are those of its time zone
   * @param names - what relations are called, to be told beside their numbers; null for numbers only
   */
  constructor(format: WalFormat, description = new DescriptionWriter(), names: CatalogNames | null = null) {
    this.#asJson = names === null ? asJson : (key, value) => asJson(key, withRelationName(value, names));
    this.#description = description;
    this.#format = format;
    this.#describer = new RecordDescriber(format);
  }

  /** Writes a record's line. */
  write(out: DescriptionWriter, record: WalRecord): void {
    this.#description.clear();
    this.#describer.describe(record, this.#description);
    const imageLength = record.imageLength;
    const { resourceManager, type, malformed, ...data } = this.#describer.decode(record);
    const line = {
      lsn: formatLsn(record.lsn),
      endLsn: formatLsn(record.endLsn),
      previousLsn: formatLsn(record.previousLsn),
      timeline: record.timeline,
      xid: record.xid,
      topLevelXid: record.topLevelXid,
      origin: record.origin,
      resourceManager: record.resourceManagerName,
      type: resourceManager === 'other' ? null : type,
      info: record.info,
      recordLength: record.totalLength - imageLength,
      totalLength: record.totalLength,
      description: this.#description.toString(),
      malformed: malformed ?? null,
      data: resourceManager === 'other' ? null : data,
      blocks: record.blocks.map((block) => this.#block(block)),
    };
    out.text(JSON.stringify(line, this.#asJson)).code(0x0a);
  }

  #block({ id, tablespace, database, relation, fork, block, image, data }: BlockReference): object {
    return {
      id,
      tablespace,
      database,
      relation,
      fork: FORK_NAMES[fork] ?? `${fork}`,
      block,
      image: image && {
        length: image.bytes.length,
        holeOffset: image.holeOffset,
        holeLength: image.holeLength,
        compression: imageCompression(this.#format.version, image.info),
        applied: isImageApplied(this.#format.version, image.info),
      },
      dataLength: data.length,
    };
  }
}

/** LSNs as `0/1A2B3C4D`, other numbers of 64 bits as decimal text, bytes in hexadecimal. */
function asJson(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return isLsnField(key) ? formatLsn(value) : value.toString();
  return value instanceof Uint8Array ? hex(value) : value;
}

function isLsnField(key: string): boolean {
  return LSN_FIELDS.has(key) || /lsn$/i.test(key);
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
