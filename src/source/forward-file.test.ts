import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForwardFile } from './forward-file.js';

const content = Uint8Array.from({ length: 1000 }, (_, index) => index * 31);

describe('a stream as a file', () => {
  it('reads the same as its contents do, wherever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.tuple(fc.nat(1100), fc.nat(300)), { maxLength: 12 }),
        async (pieceBytes, reads) => {
          const file = new ForwardFile(async function* () {
            for (let at = 0; at < content.length; at += pieceBytes) yield content.slice(at, at + pieceBytes);
          });
          for (const [position, length] of reads) {
            const target = new Uint8Array(length);
            const read = await file.read(target, position);
            expect(target.subarray(0, read)).toEqual(content.subarray(position, position + length));
          }
          await file.close();
        },
      ),
    );
  });

  it('gives what comes before a failure, then the failure, and starts over from the beginning', async () => {
    let starts = 0;
    const file = new ForwardFile(async function* () {
      starts++;
      yield content.slice(0, 100);
      throw new Error('broken');
    });
    const target = new Uint8Array(80);
    expect(await file.read(target, 60)).toBe(40);
    await expect(file.read(target, 100)).rejects.toThrow('broken');
    await expect(file.read(target, 500)).rejects.toThrow('broken');
    expect(starts).toBe(1);
    await file.close();
    expect(await file.read(target, 0)).toBe(80);
    expect(starts).toBe(2);
  });
});
