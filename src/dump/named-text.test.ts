import { describe, expect, it } from 'vitest';
import { CatalogNames } from '../catalog/catalog-names.js';
import { DescriptionWriter } from '../rmgr/description-writer.js';
import { memorySource } from '../source/memory.js';
import { tourFiles } from '../testing/tours.js';
import { WalReader } from '../wal/wal-reader.js';
import { NamedText } from './named-text.js';

const KIND = { kind: 'table', toastOf: null, state: 'current' } as const;
const NAMES = new CatalogNames({
  systemIdentifier: null,
  tablespaces: new Map(),
  databases: new Map([[5, 'app']]),
  relations: [
    { tablespace: 1663, database: 5, relation: 16399, schema: 'public', name: 'orders', ...KIND },
    {
      tablespace: 1663,
      database: 5,
      relation: 16400,
      schema: 'public',
      name: 'gone',
      ...KIND,
      state: 'former',
    },
    { tablespace: 16999, database: 5, relation: 1, schema: 'public', name: 'Ü', ...KIND },
    { tablespace: 1664, database: 0, relation: 1262, schema: 'pg_catalog', name: 'pg_database', ...KIND },
  ],
});

/** Some record, which the printers here do not look at. */
async function anyRecord() {
  const reader = await WalReader.open(memorySource(tourFiles('15')));
  for await (const window of reader) for (const record of window) return record.copy();
  throw new Error('the tour has no record');
}

async function named(line: Uint8Array | string): Promise<Uint8Array> {
  const printer = {
    write: (out: DescriptionWriter) => {
      if (typeof line === 'string') out.text(line);
      else out.raw(line);
    },
  };
  const out = new DescriptionWriter();
  new NamedText(printer, NAMES).write(out, await anyRecord());
  return out.bytes.slice(0, out.length);
}

describe('a line with names', () => {
  it.each<[string, string]>([
    [
      'INSERT off: 1, blkref #0: rel 1663/5/16399 blk 0 FPW\n',
      'INSERT off: 1, blkref #0: rel 1663/5/16399 (app.public.orders) blk 0 FPW\n',
    ],
    ['insert: rel 1663/5/16399; tid 0/1\n', 'insert: rel 1663/5/16399 (app.public.orders); tid 0/1\n'],
    [
      'rels: base/5/16400 base/5/16399;',
      'rels: base/5/16400 (formerly app.public.gone) base/5/16399 (app.public.orders);',
    ],
    ['CREATE base/5/16399_fsm', 'CREATE base/5/16399_fsm (app.public.orders)'],
    [
      'CREATE pg_tblspc/16999/PG_15_202209061/5/1\n',
      'CREATE pg_tblspc/16999/PG_15_202209061/5/1 (app.public."Ü")\n',
    ],
    ['TRUNCATE global/1262 to 0 blocks', 'TRUNCATE global/1262 (pg_catalog.pg_database) to 0 blocks'],
    ['rel 1663/5/16401 blk 0', 'rel 1663/5/16401 blk 0'],
    ['lsn: 0/01F21848, prev 0/01F217F8', 'lsn: 0/01F21848, prev 0/01F217F8'],
    [
      '/1663/5/16399 1663/5/16399/1 x1663/5/16399 1663/5/16399x',
      '/1663/5/16399 1663/5/16399/1 x1663/5/16399 1663/5/16399x',
    ],
  ])('%j', async (line, text) => {
    expect(new TextDecoder().decode(await named(line))).toBe(text);
  });

  it('keeps bytes that are no UTF-8', async () => {
    const line = Uint8Array.from([0xff, 0x20, ...new TextEncoder().encode('1663/5/16399'), 0x20, 0xfe]);
    const name = new TextEncoder().encode(' (app.public.orders)');
    expect(await named(line)).toEqual(Uint8Array.from([...line.subarray(0, -2), ...name, 0x20, 0xfe]));
  });
});
