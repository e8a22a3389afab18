/** Why `pgwal dump` ends before its time, in the words of the version's own tool. */
export class DumpFailure extends Error {
  override readonly name = 'DumpFailure';
}
