/**
 * Character sets that databases are in (`pg_enc`, `src/include/mb/pg_wchar.h`), by number, as the Encoding
 * Standard of the Web calls them; null where it has none that comes near.
 */
const LABELS: readonly (string | null)[] = [
  null, // SQL_ASCII: anything
  'euc-jp',
  'gbk', // EUC_CN
  'euc-kr',
  null, // EUC_TW
  'euc-jp', // EUC_JIS_2004
  'utf-8',
  null, // MULE_INTERNAL
  'windows-1252', // LATIN1
  'iso-8859-2', // LATIN2
  'iso-8859-3', // LATIN3
  'iso-8859-4', // LATIN4
  'windows-1254', // LATIN5
  'iso-8859-10', // LATIN6
  'iso-8859-13', // LATIN7
  'iso-8859-14', // LATIN8
  'iso-8859-15', // LATIN9
  'iso-8859-16', // LATIN10
  'windows-1256',
  'windows-1258',
  'ibm866',
  'windows-874',
  'koi8-r',
  'windows-1251',
  'windows-1252',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'windows-1250',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1257',
  'koi8-u',
];

/** Turns the bytes of a name into text. */
export type NameDecoder = (name: Uint8Array) => string;

/**
 * The decoder of a database's names. What is not of its character set, and names of which it is not known, are
 * taken for UTF-8, and for Latin 1 where they cannot be that.
 *
 * @param encoding - `pg_database.encoding`, or null where it is not known
 */
export function nameDecoder(encoding: number | null): NameDecoder {
  const own = encoding === null ? null : decoderOf(LABELS[encoding] ?? null);
  const utf8 = decoderOf('utf-8');
  const latin1 = new TextDecoder('windows-1252', { ignoreBOM: true });
  return (name) => own?.(name) ?? utf8?.(name) ?? latin1.decode(name);
}

/** Gives null for what is not of the character set. What a platform does not know is as if it were not known here. */
function decoderOf(label: string | null): ((name: Uint8Array) => string | null) | null {
  if (label === null) return null;
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    return (name) => {
      try {
        return decoder.decode(name);
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}
