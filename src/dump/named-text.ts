import { encodeText } from '../bytes/text-writer.js';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { relationNameText } from '../catalog/name-text.js';
import { DescriptionWriter, type RelationFile } from '../rmgr/description-writer.js';
import type { WalRecord } from '../wal/record.js';

const DEFAULT_TABLESPACE = 1663;
const GLOBAL_TABLESPACE = 1664;

/** `1663/16384/16399`, or a path: `base/16384/16399_fsm`, `global/1262`, `pg_tblspc/16999/PG_15_202209061/5/16399`. */
const RELATION =
  /(?<![\w/.])(?:(\d+)\/(\d+)\/(\d+)|base\/(\d+)\/(\d+)|global\/(\d+)|pg_tblspc\/(\d+)\/PG_[\d._]+\/(\d+)\/(\d+))(?:_(?:fsm|vm|init))?(?![\w/.])/g;

/** So many names are kept at hand. */
const KEPT = 65_536;

/** Prints records. */
interface RecordPrinter {
  /** Writes a record's line or lines. */
  write(out: DescriptionWriter, record: WalRecord): void;
}

/**
 * Prints records as another printer does, and behind a relation's numbers or path what it is called:
 * `rel 1663/16384/16399 (app.public.orders) blk 0`.
 */
export class NamedText implements RecordPrinter {
  readonly #printer: RecordPrinter;
  readonly #names: CatalogNames;
  readonly #line: DescriptionWriter;
  /** By what stands for a relation, that and its name. */
  readonly #named = new Map<string, string>();

  /** @param line - what the other printer writes into */
  constructor(printer: RecordPrinter, names: CatalogNames, line = new DescriptionWriter()) {
    this.#printer = printer;
    this.#names = names;
    this.#line = line;
  }

  write(out: DescriptionWriter, record: WalRecord): void {
    this.#line.clear();
    this.#printer.write(this.#line, record);
    const text = this.#line.toString();
    const named = text.replace(RELATION, (...match) => this.#nameOf(match));
    if (named === text) out.raw(this.#line.bytes.subarray(0, this.#line.length));
    else out.raw(encodeText(named));
  }

  #nameOf(match: readonly (string | undefined)[]): string {
    const [text = ''] = match;
    const known = this.#named.get(text);
    if (known !== undefined) return known;
    const name = this.#names.nameOfRelation(fileOf(match));
    const named = name === null ? text : `${text} (${relationNameText(name)})`;
    if (this.#named.size >= KEPT) this.#named.clear();
    this.#named.set(text, named);
    return named;
  }
}

function fileOf(match: readonly (string | undefined)[]): RelationFile {
  const [, ...parts] = match;
  const [tablespace, database, relation, ownDatabase, own, shared, other, otherDatabase, of] =
    parts.map(Number);
  if (parts[0] !== undefined) return { tablespace, database, relation };
  if (parts[3] !== undefined) return { tablespace: DEFAULT_TABLESPACE, database: ownDatabase, relation: own };
  if (parts[5] !== undefined) return { tablespace: GLOBAL_TABLESPACE, database: 0, relation: shared };
  return { tablespace: other, database: otherDatabase, relation: of };
}
