import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogNames } from '../catalog/catalog-names.js';
import { NamedText } from '../dump/named-text.js';
import { RecordJson } from '../dump/record-json.js';
import { RecordText } from '../dump/record-text.js';
import { fullPageFiles } from '../dump/save-full-page.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { TimestampFormat } from '../time/timestamp-format.js';
import type { WalRecord } from '../wal/record.js';
import type { DumpOptions } from './dump-options.js';
import type { DumpRange } from './dump-range.js';
import { environmentTimeZone } from './zone-file.js';

/** What becomes of single records: lines of text or JSON, and files of the pages in them. */
export class RecordOutput {
  readonly #range: DumpRange;
  readonly #saveFullPages: string | null;
  readonly #printer: { write(out: DescriptionWriter, record: WalRecord): void } | null;
  /** One is filled while the other is on its way. */
  #out = newWriter();
  #other = newWriter();

  /** @param names - what relations are called, to be told beside their numbers; null for numbers only */
  constructor(range: DumpRange, options: DumpOptions, names: CatalogNames | null) {
    this.#range = range;
    this.#saveFullPages = options.saveFullPages;
    this.#printer = options.quiet || options.statistics !== 'none' ? null : printerOf(range, options, names);
  }

  /** Takes a record. */
  add(record: WalRecord): void {
    this.#printer?.write(this.#out, record);
    if (this.#saveFullPages !== null) this.#savePages(record, this.#saveFullPages);
  }

  /** Hands on the text of the records so far. The bytes stay as they are until the next call. */
  async flush(take: (text: Uint8Array) => Promise<void>): Promise<void> {
    if (this.#out.length === 0) return;
    await take(this.#out.bytes.subarray(0, this.#out.length));
    [this.#out, this.#other] = [this.#other, this.#out];
    this.#out.clear();
  }

  #savePages(record: WalRecord, directory: string): void {
    const { timeline, pageSize } = this.#range;
    for (const { name, page } of fullPageFiles(record, timeline, pageSize)) {
      writeFileSync(join(directory, name), page);
    }
  }
}

function printerOf({ format, pageSize }: DumpRange, options: DumpOptions, names: CatalogNames | null) {
  if (options.format === 'json') return new RecordJson(format, newWriter(), names);
  const text = new RecordText(format, { blockDetails: options.blockDetails, pageSize });
  return names === null ? text : new NamedText(text, names, newWriter());
}

/** Moments are printed in the time zone of the environment. */
function newWriter(): DescriptionWriter {
  return new DescriptionWriter(new TimestampFormat(environmentTimeZone()));
}
