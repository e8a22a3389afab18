import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditWal, auditWith } from '../audit/audit-wal.js';
import { directorySource } from '../source/directory.js';
import { archiveName, buildArchive } from '../testing/archive-builder.js';
import { AuditThreads } from './audit-jobs.js';
import { auditJson } from './audit-json.js';
import { Progress } from './progress.js';
import { type ScanOrder, ScanOrders } from './scan-order.js';
import { ScanWorker } from './scan-worker.js';

/** Stands in for a worker thread: all that goes to it and comes from it is copied as between threads. */
class Thread extends EventEmitter {
  static answers = 0;
  readonly #orders = new ScanOrders();
  #work = Promise.resolve();

  postMessage(order: ScanOrder): void {
    const copy = structuredClone(order);
    this.#work = this.#work.then(async () => {
      const answer = structuredClone(await this.#orders.answer(copy));
      Thread.answers++;
      this.emit('message', answer);
    });
  }

  async terminate(): Promise<number> {
    return 0;
  }
}

describe('an audit in threads', () => {
  const root = mkdtempSync(join(tmpdir(), 'pgwal-audit-jobs-'));
  const built = buildArchive({ lengths: [8, 5] });
  const segments = Object.entries(built.files).filter(([name]) => /^[0-9A-F]{24}$/.test(name));

  function archive(name: string, change: (file: string, bytes: Uint8Array) => Uint8Array | null): string {
    const path = join(root, name);
    mkdirSync(path);
    for (const [file, bytes] of Object.entries(built.files)) {
      const changed = change(file, bytes.slice());
      if (changed !== null) writeFileSync(join(path, file), changed);
    }
    return path;
  }

  const flipped = (bytes: Uint8Array, at: number) => {
    bytes[at] = 255 - (bytes[at] ?? 0);
    return bytes;
  };
  const archives: Record<string, string> = {};

  beforeAll(() => {
    archives.whole = archive('whole', (_, bytes) => bytes);
    archives.damaged = archive('damaged', (file, bytes) => {
      if (file === archiveName(1, 3)) return null;
      if (file === archiveName(1, 5)) return flipped(bytes, 300_000);
      if (file === archiveName(1, 7)) return flipped(bytes, 8192 * 9);
      if (file === archiveName(2, 11)) return bytes.subarray(0, 300_000);
      return bytes;
    });
    archives.packed = archive('packed', (file, bytes) => (file === archiveName(1, 4) ? null : bytes));
    const packed = gzipSync(built.files[archiveName(1, 4)] ?? '');
    writeFileSync(join(archives.packed, `${archiveName(1, 4)}.gz`), packed.subarray(0, packed.length - 20));
    archives.strange = archive('strange', (file, bytes) =>
      file === archiveName(1, 4) ? gzipSync(bytes) : bytes,
    );
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(['whole', 'damaged', 'packed', 'strange'])('says the same of what is %s', async (name) => {
    const path = archives[name] ?? '';
    const alone = await auditWal(await directorySource(path));
    const source = await directorySource(path);
    Thread.answers = 0;
    const threads = new AuditThreads(
      new Map([[source, path]]),
      3,
      new Progress(() => false),
      () => new Thread(),
    );
    const together = await auditWith([source], {}, threads.choose);
    await threads.end();
    expect(Thread.answers).toBeGreaterThan(segments.length / 3);
    expect(together).toEqual(alone);
    expect(auditJson(together)).toBe(auditJson(alone));
    expect(alone.damageCount > 0).toBe(name === 'damaged' || name === 'packed');
  });

  it('starts no thread for little WAL', () => {
    let started = 0;
    const newThread = () => {
      started++;
      return new Thread();
    };
    const threads = new AuditThreads(new Map(), null, new Progress(() => false), newThread);
    expect(threads.choose(100 * 1024 * 1024).atOnce).toBe(1);
    expect(started).toBe(0);
  });
});

describe('ScanWorker', () => {
  it('fails with its thread, and does not wait for it any more', async () => {
    const thread = new Thread();
    thread.postMessage = () => undefined;
    const worker = new ScanWorker(thread);
    const order: ScanOrder = JSON.parse('{}');
    const waiting = worker.order(order);
    thread.emit('error', new Error('out of memory'));
    await expect(waiting).rejects.toThrow('out of memory');
    await expect(worker.order(order)).rejects.toThrow('out of memory');
    expect(worker.load).toBe(0);
  });
});
