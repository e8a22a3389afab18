import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeapPage } from './heap-page.js';
import { tupleDataStart } from './heap-tuple.js';

/** A page of 8 kB with line pointers as given: offset, flags, length. */
function pageWith(pointers: readonly (readonly [number, number, number])[], upper = 8000): Uint8Array {
  const page = new Uint8Array(8192);
  const view = new DataView(page.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, 0x20, true);
  view.setUint16(12, 24 + pointers.length * 4, true);
  view.setUint16(14, upper, true);
  view.setUint16(16, 8192, true);
  view.setUint16(18, 8192 + 4, true);
  for (const [index, [offset, flags, length]] of pointers.entries()) {
    view.setUint32(24 + index * 4, (offset | (flags << 15) | (length << 17)) >>> 0, true);
  }
  return page;
}

describe('a page of a table', () => {
  it('holds rows by line pointer; those that lead elsewhere, are dead or unused hold none', () => {
    const page = pageWith([
      [8100, 1, 92],
      [0, 0, 0],
      [1, 2, 0],
      [0, 3, 0],
      [8000, 1, 100],
    ]);
    const read = readHeapPage(page);
    expect(read?.lsn).toBe(0x1_0000_0020n);
    expect([...(read?.items ?? [])].map(([offnum, { length }]) => [offnum, length])).toEqual([
      [1, 92],
      [5, 100],
    ]);
    expect(read?.damagedItems).toBe(0);
  });

  it('holds no rows while it is new', () => {
    expect(readHeapPage(new Uint8Array(8192))).toEqual({ lsn: 0n, items: new Map(), damagedItems: 0 });
  });

  it('counts line pointers out of its room for rows', () => {
    const read = readHeapPage(
      pageWith([
        [7000, 1, 10],
        [8191, 1, 10],
      ]),
    );
    expect([read?.items.size, read?.damagedItems]).toEqual([0, 2]);
  });

  it.each<[string, number, number]>([
    ['flags that do not exist', 10, 0x0008],
    ['line pointers past the free space', 12, 8100],
    ['no room for its own header', 12, 20],
    ['rows past its end', 14, 8193],
    ['special space past its end', 16, 8193],
    ['another size', 18, 4096 + 4],
    ['another layout', 18, 8192 + 3],
  ])('is refused with %s', (_, at, value) => {
    const page = pageWith([[8100, 1, 92]]);
    new DataView(page.buffer).setUint16(at, value, true);
    expect(readHeapPage(page)).toBeNull();
  });

  it('never gives a row from outside of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (header) => {
        const page = pageWith([]);
        page.set(header, 8);
        new DataView(page.buffer).setUint16(18, 8192 + 4, true);
        for (const item of readHeapPage(page)?.items.values() ?? []) {
          expect(item.byteOffset + item.length).toBeLessThanOrEqual(8192);
        }
      }),
    );
  });
});

describe('the data of a row', () => {
  function row(headerLength: number, infomask: number, columns: number, bitmap: number[] = []): DataView {
    const view = new DataView(new ArrayBuffer(64));
    view.setUint16(18, columns, true);
    view.setUint16(20, infomask, true);
    view.setUint8(22, headerLength);
    for (const [index, byte] of bitmap.entries()) view.setUint8(23 + index, byte);
    return view;
  }

  it.each<[string, DataView, number | null]>([
    ['begins behind the header', row(24, 0, 2), 24],
    ['begins behind the bitmap of nulls', row(32, 0x0001, 9, [0xff, 0x01]), 32],
    ['begins behind the OID', row(32, 0x0008, 2), 32],
    ['has to be there', row(24, 0, 1), null],
    ['has to be in the row', row(48, 0, 2), null],
    ['has to be aligned', row(25, 0, 2), null],
    ['has to leave room for the header', row(16, 0, 2), null],
    ['has to leave room for the OID', row(24, 0x0008, 2), null],
    ['must not be null', row(32, 0x0001, 2, [0x01]), null],
  ])('%s', (_, tuple, start) => expect(tupleDataStart(tuple, 2, 20)).toBe(start));

  it('is not looked for in a row that is too short for a header', () => {
    expect(tupleDataStart(new DataView(new ArrayBuffer(22)), 0, 0)).toBeNull();
  });
});
