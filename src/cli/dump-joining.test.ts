import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../bytes/crc32c.js';
import { memorySource } from '../source/memory.js';
import { WalBuilder } from '../testing/wal-builder.js';
import { WalDirectory } from '../wal/wal-directory.js';
import type { WalEnd } from '../wal/wal-end.js';
import { countedElsewhere, countPart } from './count-part.js';
import { partsOf } from './dump-jobs.js';
import { type DumpListener, type DumpMessage, joinParts } from './dump-joining.js';
import { readDumpOptions } from './dump-options.js';
import { type DumpPart, PartPrinter } from './dump-part.js';
import type { DumpRange } from './dump-range.js';
import { PartsFromBehind, TakenParts, takeFromBehind } from './parts-from-behind.js';
import { type PartTeller, partsInTurn } from './parts-in-turn.js';

const SEGMENT = 1024 * 1024;
const PAGE = 8192;

type Files = Record<string, Uint8Array>;

/** A thing that happens to WAL. */
interface Step {
  readonly kind: string;
  readonly size: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ kind: fc.constant('records'), size: fc.integer({ min: 32, max: 400 }) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('record'), size: fc.integer({ min: 400, max: 300_000 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('switch'), size: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('switch before'), size: fc.constant(3000) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('full page'), size: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('overwritten'), size: fc.constant(20_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('timeline'), size: fc.constantFrom(1, 1, -1) }) },
  ),
  { minLength: 5, maxLength: 40 },
);

/** A place in WAL: 0 is its beginning, 1 its end. */
const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);

/** What may be wrong with it then. */
interface Harm {
  readonly kind: string;
  readonly at: number;
}

const damage: fc.Arbitrary<Harm> = fc.oneof(
  fc.constant({ kind: 'none', at: 0 }),
  fc.record({
    kind: fc.constantFrom('byte', 'page', 'checksum', 'prev-link', 'segment', 'cut'),
    at: share,
  }),
);

function build(all: readonly Step[]): WalBuilder {
  const wal = new WalBuilder({ version: '17' });
  for (const { kind, size } of all) {
    if (kind === 'records') for (let each = 0; each < 60; each++) wal.append({ length: size, xid: each });
    if (kind === 'record') wal.append({ length: size });
    if (kind === 'switch') wal.appendSwitch();
    if (kind === 'switch before') switchBefore(wal, size);
    if (kind === 'full page') wal.fillPage(0);
    if (kind === 'timeline') wal.timeline = Math.max(1, wal.timeline + size);
    if (kind === 'overwritten') {
      wal.appendUnfinished({ length: size });
      wal.flagNextPage(0x08);
    }
  }
  return wal;
}

/** Leaves pages behind a switch that a reader could take for WAL, had it not come by the switch. */
function switchBefore(wal: WalBuilder, size: number): void {
  const [position, records] = [wal.position, wal.lsns.length];
  const segment = position / BigInt(SEGMENT);
  while (wal.position / BigInt(SEGMENT) === segment) wal.append({ length: size });
  wal.position = position;
  wal.lsns.length = records;
  wal.appendSwitch();
}

/** The files of one directory, all of them called as those of timeline 1 are, as pg_waldump reads no other. */
function filesOf(wal: WalBuilder, { kind, at }: Harm, partBytes: number): Files {
  const files: Files = {};
  for (const [name, bytes] of Object.entries(wal.files())) {
    const own = name.replace(/\/[0-9A-F]{8}/, '/00000001');
    const before = files[own];
    files[own] = before === undefined ? bytes : before.map((byte, index) => bytes[index] || byte);
  }
  const names = Object.keys(files).sort();
  const place = Math.floor(at * (Number(wal.position) - SEGMENT - 1));
  const name = names[Math.floor(place / SEGMENT)];
  const offset = place % SEGMENT;
  if (kind === 'byte') files[name][offset] ^= 0x10;
  if (kind === 'page') files[name].fill(0, offset & -PAGE, (offset & -PAGE) + PAGE);
  if (kind === 'segment' && names.length > 1) delete files[name];
  if (kind === 'cut') files[name] = files[name].subarray(0, Math.max(offset, PAGE));
  if (kind === 'checksum' || kind === 'prev-link') {
    // of the first record of a part
    const first = wal.lsns.find((lsn) => lsn >= SEGMENT + Math.floor(place / partBytes) * partBytes);
    if (first !== undefined) harmRecord(files, Number(first), kind);
  }
  return files;
}

/** Spoils a record; one with a wrong prev-link has a checksum that is right. */
function harmRecord(files: Files, lsn: number, kind: 'checksum' | 'prev-link'): void {
  const number = Math.floor(lsn / SEGMENT)
    .toString(16)
    .toUpperCase()
    .padStart(8, '0');
  const segment = Object.entries(files).find(([name]) => name.endsWith(number))?.[1];
  const at = lsn % SEGMENT;
  if (segment === undefined || PAGE - (at % PAGE) < 32) return;
  const view = new DataView(segment.buffer, segment.byteOffset);
  const length = view.getUint32(at, true);
  if (kind === 'checksum') segment[at + 20] ^= 1;
  else if (length <= PAGE - (at % PAGE)) {
    view.setUint32(at + 8, view.getUint32(at + 8, true) + 8, true);
    const record = segment.subarray(at, at + length);
    const covered = Uint8Array.from([...record.subarray(24), ...record.subarray(0, 20)]);
    view.setUint32(at + 20, crc32c(covered, 0, covered.length), true);
  }
}

async function rangeOf(
  files: Record<string, Uint8Array>,
  from: number,
  to: number | null,
): Promise<DumpRange | null> {
  const opened = await WalDirectory.openWithPartial(memorySource(files));
  const segments = opened.segments(1);
  const [oldest, newest] = [segments.at(0), segments.at(-1)];
  if (opened.format === null || oldest === undefined || newest === undefined) return null;
  const bytes = (newest.number + 1 - oldest.number) * SEGMENT;
  const start = BigInt(oldest.number * SEGMENT + Math.floor(from * bytes));
  const end = to === null ? null : start + BigInt(Math.floor(to * bytes));
  const last = BigInt((newest.number + 1) * SEGMENT);
  return {
    directory: async () => opened,
    opened,
    format: opened.format,
    timeline: 1,
    start,
    end,
    last: end !== null && end < last ? end : last,
    pageSize: PAGE,
  };
}

/** What was said of all parts, as `pgwal dump` sees it. */
class Heard {
  first: bigint | null = null;
  end: WalEnd | null = null;
  printed = 0;
  counted = 0;
  readonly #texts: string[] = [];
  #unwritten: Uint8Array | null = null;

  /** Text is on its way out until the next message comes. */
  readonly listener: DumpListener = async (message) => {
    this.#write(message.kind === 'text' ? message.text : null);
    if (message.kind === 'first') this.first ??= message.first;
    if (message.kind === 'result') {
      this.end = message.result.end;
      this.printed += message.result.printed;
      this.counted += message.result.statistics?.table.reduce((sum, each) => sum + each, 0) ?? 0;
    }
  };

  /** As much as is told of it in the end. */
  get facts(): object {
    const { first, end, printed, counted } = this;
    const { code, message, file, lastRecord } = end ?? {};
    const reason = code === 'requested-end' ? null : { message, file, ...(first !== null && { lastRecord }) };
    return { first, printed, counted, code, reason };
  }

  get text(): string {
    return this.#texts.join('');
  }

  #write(next: Uint8Array | null): void {
    if (this.#unwritten !== null) this.#texts.push(Buffer.from(this.#unwritten).toString('latin1'));
    this.#unwritten = next;
  }
}

/** What is a thread elsewhere. It prints its parts in any order. */
class Ahead implements PartTeller {
  readonly #printer: PartPrinter;
  readonly #parts: Promise<DumpMessage[]>[] = [];

  constructor(printer: PartPrinter) {
    this.#printer = printer;
  }

  begin(part: DumpPart): void {
    const before = this.#parts.at(-1);
    this.#parts.push((before ?? Promise.resolve()).then(() => printPart(this.#printer, part)));
  }

  async hear(listener: DumpListener): Promise<void> {
    for (const message of (await this.#parts.shift()) ?? []) await listener(message);
  }
}

/** Counts as workers do, but in this thread. */
function fromBehind(parts: readonly DumpPart[], printers: readonly PartPrinter[]) {
  const taken = new TakenParts(parts.length);
  const threads = printers.map((printer) => ({ printer, thread: new EventEmitter() }));
  const answers = new PartsFromBehind<readonly DumpMessage[]>(
    taken,
    threads.map(({ thread }) => thread),
  );
  for (const { printer, thread } of threads) {
    const shared = new TakenParts(taken.shared);
    takeFromBehind(
      parts.length,
      shared,
      (index) => countPart(parts[index], printer),
      (answer) => thread.emit('message', answer),
    ).catch((error) => thread.emit('error', error));
  }
  return countedElsewhere(answers);
}

async function printPart(printer: PartPrinter, part: DumpPart): Promise<DumpMessage[]> {
  const messages: DumpMessage[] = [];
  await tellPart(printer, part, async (message) => {
    messages.push(message.kind === 'text' ? { ...message, text: Uint8Array.from(message.text) } : message);
  });
  return messages;
}

async function tellPart(printer: PartPrinter, part: DumpPart, listener: DumpListener): Promise<void> {
  const result = await printer.print(part, {
    limit: Number.POSITIVE_INFINITY,
    isInterrupted: () => false,
    reach: () => undefined,
    begin: (first) => listener({ kind: 'first', first }),
    text: (text) => listener({ kind: 'text', text }),
  });
  await listener({ kind: 'result', result });
}

interface Trial {
  readonly all: readonly Step[];
  readonly harm: Harm;
  /** Where in the WAL to begin and to end. */
  readonly from: number;
  readonly to: number | null;
  /** How many print ahead. */
  readonly others: number;
  readonly partBytes: number;
  readonly statistics: boolean;
}

/** The first record of a part does not follow from the one before, or its page is of an older timeline. */
const joint = (kind: string): [Trial] => {
  const records = { kind: 'records', size: 104 };
  const timeline = (by: number) => ({ kind: 'timeline', size: by });
  const all = [records, timeline(1), records, records, timeline(-1), records, records];
  return [{ all, harm: { kind, at: 0.3 }, from: 0, to: null, others: 1, partBytes: PAGE, statistics: false }];
};

/** Parts begin in what a switch left unused, and would find records there. */
const UNUSED: Trial = {
  all: ['records', 'switch before', 'records', 'switch before'].map((kind) => ({ kind, size: 3000 })),
  harm: { kind: 'none', at: 0 },
  from: 0,
  to: null,
  others: 1,
  partBytes: 40 * PAGE,
  statistics: false,
};

describe('joinParts', () => {
  it('says what one walk says, whatever the WAL, and wherever it is cut', async () => {
    const options = readDumpOptions({});
    const counting = readDumpOptions({ z: true });
    await fc.assert(
      fc.asyncProperty(
        fc.record<Trial>({
          all: steps,
          harm: damage,
          from: fc.oneof(fc.constant(0), share),
          to: fc.option(share),
          others: fc.integer({ min: 1, max: 3 }),
          partBytes: fc.constantFrom(1, 3, 8, 40, 128).map((pages) => pages * PAGE),
          statistics: fc.boolean(),
        }),
        async ({ all, harm, from, to, others, partBytes, statistics }) => {
          const range = await rangeOf(filesOf(build(all), harm, partBytes), from, to);
          if (range === null) return;
          const newPrinter = () => PartPrinter.of(range, statistics ? counting : options, null);
          const one = new Heard();
          await tellPart(await newPrinter(), { start: range.start, from: null, until: null }, one.listener);
          const many = new Heard();
          const here = await newPrinter();
          const printers = await Promise.all(Array.from({ length: others }, newPrinter));
          const parts = partsOf(range, partBytes);
          await joinParts(
            parts,
            {
              ahead: statistics
                ? fromBehind(parts, printers)
                : partsInTurn(
                    parts,
                    printers.map((printer) => new Ahead(printer)),
                  ),
              here: (part, listener) => tellPart(here, part, listener),
              isInterrupted: () => false,
            },
            many.listener,
          );
          expect(many.text === one.text).toBe(true);
          expect(many.facts).toEqual(one.facts);
        },
      ),
      { numRuns: 25, examples: [...['checksum', 'prev-link', 'none'].map(joint), [UNUSED]] },
    );
  });

  it('prints no more once it is interrupted', async () => {
    const wal = build(Array.from({ length: 20 }, () => ({ kind: 'record', size: 50_000 })));
    const range = await rangeOf(wal.files(), 0, null);
    if (range === null) throw new Error('no WAL');
    const heard: string[] = [];
    const printer = await PartPrinter.of(range, readDumpOptions({}), null);
    const parts = partsOf(range, 8 * PAGE);
    await joinParts(
      parts,
      {
        ahead: partsInTurn(parts, [new Ahead(await PartPrinter.of(range, readDumpOptions({}), null))]),
        here: (part, listener) => tellPart(printer, part, listener),
        isInterrupted: () => heard.filter((kind) => kind === 'result').length === 3,
      },
      async ({ kind }) => {
        heard.push(kind);
      },
    );
    expect(heard.filter((kind) => kind === 'result')).toHaveLength(3);
  });
});
