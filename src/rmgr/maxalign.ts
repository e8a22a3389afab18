/** `MAXALIGN`: the next multiple of 8 bytes. */
export function maxAlign(length: number): number {
  return (length + 7) & ~7;
}
