/** An entry of a tar file to be built. */
export interface TarEntryToBuild {
  readonly name: string;
  readonly content?: Uint8Array;
  /** The type flag; `0`, a file, if not given. */
  readonly type?: string;
  readonly linkName?: string;
}

const BLOCK = 512;

/** Builds a tar file as POSIX describes it (`ustar`), with entries that no program would write. */
export function tarOf(entries: readonly TarEntryToBuild[]): Uint8Array {
  const blocks = entries.flatMap((entry) => [headerOf(entry), padded(entry.content ?? new Uint8Array())]);
  return Uint8Array.from(Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]));
}

function headerOf({ name, content, type = '0', linkName = '' }: TarEntryToBuild): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write('0000600\0', 100);
  header.write(`${(content?.length ?? 0).toString(8).padStart(11, '0')}\0`, 124);
  header.fill(' ', 148, 156);
  header.write(type, 156);
  header.write(linkName, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padded(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  bytes.set(content);
  return bytes;
}
