import { plainBuffer } from '../read-ahead.js';
import type { Window, WindowBuffer } from '../window.js';
import * as LAYOUT from './layout.js';
import { SKIM_MODULE } from './module.js';
import type { RecordCounts } from './skimmer.js';

/** An instance of the WebAssembly module, and its memory. */
class Machine {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly run: () => void;
  readonly #counts: Float64Array;
  /** What is in the memory: of which window, and where in the segment that begins. */
  #window: Window | null = null;
  #start = 0;

  constructor(memory: ArrayBuffer, run: () => void) {
    this.bytes = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
    this.#counts = new Float64Array(memory, LAYOUT.COUNTS, 256 * LAYOUT.COUNT_KINDS * LAYOUT.COUNT_COLUMNS);
    this.run = run;
  }

  /** The part of its memory that is walked, to be read into. */
  get window(): WindowBuffer {
    const { buffer } = this.bytes;
    return {
      bytes: new Uint8Array(buffer, LAYOUT.WINDOW, LAYOUT.WINDOW_BYTES),
      words: new Int32Array(buffer, LAYOUT.WINDOW, LAYOUT.WINDOW_BYTES / 4),
    };
  }

  /** Has the page of a position in memory and what follows it in the window. Gives where in the segment that begins. */
  load(window: Window, at: number, blockSize: number): number {
    if (window.bytes.buffer === this.bytes.buffer) return window.start;
    const isThere = this.#window === window && at >= this.#start && at < this.#start + LAYOUT.WINDOW_BYTES;
    if (!isThere) {
      this.#window = window;
      this.#start = at & -blockSize;
      const from = this.#start - window.start;
      const length = Math.min(window.end - this.#start, LAYOUT.WINDOW_BYTES);
      this.bytes.set(window.bytes.subarray(from, from + length), LAYOUT.WINDOW);
    }
    return this.#start;
  }

  /** Moves what was counted to where it is wanted. */
  takeCounts({ table }: RecordCounts): void {
    const columns = LAYOUT.COUNT_KINDS * LAYOUT.COUNT_COLUMNS;
    for (let id = 0; id < 256; id++) {
      if (this.bytes[LAYOUT.COUNTED + id] === 0) continue;
      this.bytes[LAYOUT.COUNTED + id] = 0;
      for (let cell = id * columns; cell < (id + 1) * columns; cell++) table[cell] += this.#counts[cell];
      this.#counts.fill(0, id * columns, (id + 1) * columns);
    }
  }
}

/** What `skim.assembly.ts` exports. */
interface SkimExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly prepare: () => void;
  readonly skim: () => void;
}

/** As much as is used of what every browser and Node have; neither ECMAScript's types nor Node's name it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: SkimExports };
};

/** Those whose memory somebody reads into, by that memory. */
const MACHINES = new WeakMap<ArrayBufferLike, Machine>();

/** The one for all other windows, which are copied: nobody waits while it has something in its memory. */
let common: Machine | null | undefined;

let compiled: object | null | undefined;

/** Whether there is any WebAssembly, and a page's policy allows it. */
export function hasMachines(): boolean {
  return compile() !== null;
}

/** The machine that walks these bytes of a window; null where it cannot have its memory. */
export function machineFor(bytes: Uint8Array): Machine | null {
  const own = bytes.byteOffset === LAYOUT.WINDOW ? MACHINES.get(bytes.buffer) : undefined;
  if (own !== undefined) return own;
  if (common === undefined) common = newMachine();
  return common;
}

/** A buffer for windows that are walked where they lie, and need not be copied; a plain one where there is none. */
export function newWalkedBuffer(bytes: number): WindowBuffer {
  const machine = bytes <= LAYOUT.WINDOW_BYTES ? newMachine() : null;
  if (machine === null) return plainBuffer(bytes);
  MACHINES.set(machine.bytes.buffer, machine);
  return machine.window;
}

function newMachine(): Machine | null {
  const module = compile();
  if (module === null) return null;
  try {
    const { memory, prepare, skim } = new WebAssembly.Instance(module).exports;
    prepare();
    return new Machine(memory.buffer, skim);
  } catch {
    return null;
  }
}

function compile(): object | null {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(SKIM_MODULE), (code) => code.charCodeAt(0)));
    } catch {
      compiled = null;
    }
  }
  return compiled;
}
