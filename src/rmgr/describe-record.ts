import type { WalRecord } from '../wal/record.js';
import type { WalFormat } from '../wal/wal-format.js';
import type { DecodedRecord, OtherRecord } from './decoded-record.js';
import { DescriptionWriter } from './description-writer.js';
import { RecordBody } from './record-data.js';
import type { RecordType } from './record-type.js';
import { recordTypesOf, unknownTextOf } from './resource-managers.js';

/** Describes the records of one WAL; made once, so that a record costs a look into a table. */
export class RecordDescriber {
  readonly #format: WalFormat;
  readonly #types: readonly (RecordType | undefined)[];
  /** Up to 9.4 the name of a record's kind is a part of the text. */
  readonly #isNameSeparate: boolean;
  readonly #body = new RecordBody();

  constructor(format: WalFormat) {
    this.#format = format;
    this.#types = recordTypesOf(format.version);
    this.#isNameSeparate = format.version.recordFormat === 'block-references';
  }

  /** The name of a record's kind, such as `INSERT+INIT`; null where the version has none for it. */
  typeName(resourceManagerId: number, info: number): string | null {
    return this.#types[resourceManagerId * 16 + (info >> 4)]?.name ?? null;
  }

  /** The record as data. */
  decode(record: WalRecord): DecodedRecord {
    const body = this.#body;
    body.reset(record);
    const fields = this.#typeOf(record)?.decode(body) ?? otherRecord(record);
    if (body.problem !== null) fields.malformed = body.problem;
    return fields;
  }

  /** Writes what `pg_waldump` prints behind `desc: `, without the blocks. */
  describe(record: WalRecord, out: DescriptionWriter): void {
    this.describeBehindName(record, out.text(this.nameInText(record)));
  }

  /** What the text of all records of this kind begins with: the kind's name and a space, where it has one. */
  nameInText(record: WalRecord): string {
    const type = this.#typeOf(record);
    return type === undefined || !this.#isNameSeparate ? '' : `${type.name} `;
  }

  /** Writes what comes behind that. */
  describeBehindName(record: WalRecord, out: DescriptionWriter): void {
    const body = this.#body;
    body.reset(record);
    const type = this.#typeOf(record);
    if (type === undefined) this.#describeUnknown(record, out);
    else type.describe(body, out);
    if (body.problem !== null) out.text(` (malformed: ${body.problem})`);
  }

  #typeOf(record: WalRecord): RecordType | undefined {
    return this.#types[record.resourceManager * 16 + (record.resourceManagerInfo >> 4)];
  }

  #describeUnknown(record: WalRecord, out: DescriptionWriter): void {
    const { version } = this.#format;
    const { resourceManager, resourceManagerInfo: info } = record;
    if (!this.#isNameSeparate) {
      out.text(unknownTextOf(version, resourceManager, info));
      return;
    }
    out.text('UNKNOWN (').hex(info).text(') ');
    if (resourceManager >= version.resourceManagers.length) out.text('rmid: ').uint(resourceManager);
  }
}

function otherRecord(record: WalRecord): OtherRecord {
  return {
    resourceManager: 'other',
    type: 'UNKNOWN',
    resourceManagerId: record.resourceManager,
    resourceManagerName: record.resourceManagerName,
    info: record.resourceManagerInfo,
  };
}

const descriptions = new DescriptionWriter();
const describers = new WeakMap<WalFormat, RecordDescriber>();

/** The describer of a format, made when first asked for. */
function describerOf(format: WalFormat): RecordDescriber {
  const describer = describers.get(format) ?? new RecordDescriber(format);
  describers.set(format, describer);
  return describer;
}

/**
 * A record as data, to be told apart by `resourceManager` and `type`. Byte arrays in it are views, valid as
 * long as the record: decode a {@link WalRecord.copy} to keep them.
 *
 * ```ts
 * const decoded = decodeRecord(record);
 * if (decoded.resourceManager === 'Sequence') console.log(decoded.locator.relation);
 * ```
 *
 * A record whose contents lie is decoded as far as it goes: what is missing is 0 or left out, and `malformed`
 * says why.
 *
 * @category Records as data
 */
export function decodeRecord(record: WalRecord): DecodedRecord {
  return describerOf(record.format).decode(record);
}

/**
 * What `pg_waldump` of the version that wrote the record prints of it behind `desc: `, without the blocks;
 * moments in UTC. A record whose contents lie ends in `(malformed: …)` and the reason.
 *
 * @category Records as data
 */
export function describeRecord(record: WalRecord): string {
  descriptions.clear();
  describerOf(record.format).describe(record, descriptions);
  return descriptions.toString();
}
