import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteOutput } from './byte-output.js';

const directory = mkdtempSync(join(tmpdir(), 'pg-wal-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('ByteOutput', () => {
  it('writes all bytes to a file, in order, whatever becomes of the buffer then', async () => {
    const file = join(directory, 'out');
    const descriptor = openSync(file, 'w');
    const output = new ByteOutput(descriptor);
    const buffer = new Uint8Array(300_000);
    for (const value of [1, 2, 3]) {
      buffer.fill(value);
      await output.write(buffer);
    }
    await output.flush();
    closeSync(descriptor);
    const written = readFileSync(file);
    expect(written.length).toBe(900_000);
    expect([0, 299_999, 300_000, 600_000, 899_999].map((at) => written[at])).toEqual([1, 1, 2, 3, 3]);
  });

  it('tells what the system says', async () => {
    const descriptor = openSync(join(directory, 'out'), 'r');
    const output = new ByteOutput(descriptor);
    await expect(output.write(new Uint8Array(1))).rejects.toThrow('EBADF');
    closeSync(descriptor);
  });
});
