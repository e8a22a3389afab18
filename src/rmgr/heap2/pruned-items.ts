import type { DescriptionWriter } from '../description-writer.js';
import { readOffsetNumbers, readOffsetNumbersToEnd, writeOffsetNumbers } from '../offset-numbers.js';
import type { RecordData } from '../record-data.js';
import type { FreezePlan, ItemRedirection, PrunedItems } from './heap2-records.js';

const REDIRECTION_BYTES = 4;
const PLAN_BYTES = 12;

const NO_PLANS: readonly FreezePlan[] = [];
const NO_OFFSETS: readonly number[] = [];
const NO_REDIRECTIONS: readonly ItemRedirection[] = [];

const HAS_FREEZE_PLANS = 0x10;
const HAS_REDIRECTIONS = 0x20;
const HAS_DEAD_ITEMS = 0x40;
const HAS_NOW_UNUSED_ITEMS = 0x80;

/** Reads what up to 16 follows without counts of its own: the last array takes what is left. */
export function readItemsUntil16(
  data: RecordData,
  at: number,
  redirectedCount: number,
  deadCount: number,
): PrunedItems {
  const redirected = readRedirections(data, at, redirectedCount);
  const deadAt = at + redirected.length * REDIRECTION_BYTES;
  const nowdead = readOffsetNumbers(data, deadAt, deadCount);
  const unusedAt = deadAt + nowdead.length * 2;
  const nowunused = readOffsetNumbersToEnd(data, unusedAt);
  return { plans: NO_PLANS, redirected, nowdead, nowunused };
}

/** Reads what flags say that there is, as `heap_xlog_deserialize_prune_and_freeze` does from 17 on. */
export function readItemsSince17(data: RecordData, flags: number): PrunedItems {
  let at = 0;
  let planCount = 0;
  if ((flags & HAS_FREEZE_PLANS) !== 0) {
    planCount = data.fit(data.uint16(0), 4, PLAN_BYTES);
    at = 4 + planCount * PLAN_BYTES;
  }
  let redirected = NO_REDIRECTIONS;
  if ((flags & HAS_REDIRECTIONS) !== 0) {
    redirected = readRedirections(data, at + 2, data.uint16(at));
    at += 2 + redirected.length * REDIRECTION_BYTES;
  }
  let nowdead = NO_OFFSETS;
  if ((flags & HAS_DEAD_ITEMS) !== 0) {
    nowdead = readOffsetNumbers(data, at + 2, data.uint16(at));
    at += 2 + nowdead.length * 2;
  }
  let nowunused = NO_OFFSETS;
  if ((flags & HAS_NOW_UNUSED_ITEMS) !== 0) {
    nowunused = readOffsetNumbers(data, at + 2, data.uint16(at));
    at += 2 + nowunused.length * 2;
  }
  const plans = planCount === 0 ? NO_PLANS : readPlans(data, 4, planCount, at);
  return { plans, redirected, nowdead, nowunused };
}

function readRedirections(data: RecordData, at: number, count: number): readonly ItemRedirection[] {
  const held = data.fit(count, at, REDIRECTION_BYTES);
  if (held === 0) return NO_REDIRECTIONS;
  const redirections = new Array<ItemRedirection>(held);
  for (let index = 0; index < held; index++, at += REDIRECTION_BYTES) {
    redirections[index] = { from: data.uint16(at), to: data.uint16(at + 2) };
  }
  return redirections;
}

/** Reads so many freeze plans, as far as there are any, and the line pointers of all, which stand elsewhere. */
export function readPlans(
  data: RecordData,
  at: number,
  count: number,
  offsetsAt = at + count * PLAN_BYTES,
): readonly FreezePlan[] {
  const held = data.fit(count, at, PLAN_BYTES);
  const plans: FreezePlan[] = [];
  for (let index = 0; index < held; index++, at += PLAN_BYTES) {
    const ntuples = data.uint16(at + 10);
    const offsets = readOffsetNumbers(data, offsetsAt, ntuples);
    offsetsAt += offsets.length * 2;
    plans.push({
      xmax: data.uint32(at),
      tInfomask2: data.uint16(at + 4),
      tInfomask: data.uint16(at + 6),
      frzflags: data.uint8(at + 8),
      ntuples,
      offsets,
    });
  }
  return plans;
}

/** Writes what `array_desc` makes of redirections: ` [1->2, 3->4]`. */
export function writeRedirections(out: DescriptionWriter, redirections: readonly ItemRedirection[]): void {
  let separator = ' [';
  for (const { from, to } of redirections) {
    out.text(separator).uint(from).text('->').uint(to);
    separator = ', ';
  }
  out.text(redirections.length === 0 ? ' []' : ']');
}

/** Writes what `array_desc` makes of freeze plans. */
export function writePlans(out: DescriptionWriter, plans: readonly FreezePlan[]): void {
  let separator = ' [';
  for (const { xmax, tInfomask, tInfomask2, ntuples, offsets } of plans) {
    out.text(separator).text('{ xmax: ').uint(xmax).text(', infomask: ').uint(tInfomask);
    out.text(', infomask2: ').uint(tInfomask2).text(', ntuples: ').uint(ntuples).text(', offsets: ');
    writeOffsetNumbers(out, offsets);
    out.text(' }');
    separator = ', ';
  }
  out.text(plans.length === 0 ? ' []' : ']');
}
