import type { SourceFinding, SourceFindingCode } from './source.js';

/**
 * Gathers what is wrong with files, a finding a kind: the first file is named, the others are counted, as an
 * archive may have thousands of them.
 */
export class FindingsByKind {
  readonly #kinds = new Map<string, { readonly code: SourceFindingCode; readonly names: Set<string> }>();

  /**
   * @param what - what is wrong, the same for all of a kind
   * @param name - of the file
   */
  add(code: SourceFindingCode, what: string, name: string): void {
    const kind = this.#kinds.get(what);
    if (kind === undefined) this.#kinds.set(what, { code, names: new Set([name]) });
    else kind.names.add(name);
  }

  /** What was found so far. */
  get all(): SourceFinding[] {
    return [...this.#kinds].map(([what, { code, names }]) => {
      const [first] = names;
      return { code, message: `${first}${names.size > 1 ? ` and ${names.size - 1} more` : ''}: ${what}` };
    });
  }
}
