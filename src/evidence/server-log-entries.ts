/** A message of a server log, whatever the format it was in. */
export interface LogEntry {
  /** As the log prints it; null where the format does not tell it apart. */
  readonly time: string | null;
  /** Who was connected; null for the server's own processes, and where the format does not tell. */
  readonly user: string | null;
  readonly severity: string;
  readonly message: string;
  readonly detail: string | null;
  /** Of the file, counted from 1. */
  readonly line: number;
}

/** Takes a log line by line and gives entries as they become complete. */
export interface LogFormat {
  readonly take: (line: string, number: number) => LogEntry | null;
  /** The entry that the end of the file completes. */
  readonly end: () => LogEntry | null;
}

/** Longer than any message of interest: what goes on beyond it is cut off. */
const LONGEST_ENTRY = 1024 * 1024;

/** Tells the format by a line that begins an entry. */
export function logFormatOf(line: string): LogFormat {
  if (line.startsWith('{')) return jsonLog();
  // the time, the user and the database, the process ID
  if (/^\d{4}-\d\d-\d\d [^,"]*,(?:"[^"]*"|[^,]*),(?:"[^"]*"|[^,]*),\d+,/.test(line)) return csvLog();
  return stderrLog();
}

/** Columns of csvlog, the same from 8.3 on (`src/backend/utils/error/csvlog.c`). */
const CSV = { time: 0, user: 1, severity: 11, message: 13, detail: 14 } as const;

function csvLog(): LogFormat {
  let pending = '';
  let begin = 0;
  let isQuoted = false;
  const complete = () => {
    const fields = csvFields(pending);
    const entry =
      fields.length <= CSV.message
        ? null
        : {
            time: fields[CSV.time] || null,
            user: fields[CSV.user] || null,
            severity: fields[CSV.severity] ?? '',
            message: (fields[CSV.message] ?? '').trimEnd(),
            detail: fields[CSV.detail]?.trimEnd() || null,
            line: begin,
          };
    pending = '';
    isQuoted = false;
    return entry;
  };
  return {
    take(line, number) {
      if (pending === '') begin = number;
      else if (pending.length <= LONGEST_ENTRY) pending += '\n';
      if (pending.length <= LONGEST_ENTRY) pending += line;
      // a line break within quotes belongs to the message
      for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) isQuoted = !isQuoted;
      return isQuoted ? null : complete();
    },
    end: () => (pending === '' ? null : complete()),
  };
}

function csvFields(text: string): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"?|([^,]*))(?:,|$)/gsy;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) break;
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
  }
  return fields;
}

function jsonLog(): LogFormat {
  return {
    take(line, number) {
      const fields = parseJson(line);
      if (fields === null) return null;
      const text = (key: string) => {
        const value = fields[key];
        return typeof value === 'string' ? value.trimEnd() : null;
      };
      return {
        time: text('timestamp'),
        user: text('user'),
        severity: text('error_severity') ?? '',
        message: text('message') ?? '',
        detail: text('detail'),
        line: number,
      };
    },
    end: () => null,
  };
}

function parseJson(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** What stands before a message is up to `log_line_prefix`: the first severity in a line ends it. */
const STDERR =
  /^(.*?)(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE): {2}(.*)$/s;
const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Za-z+\-0-9:]+)?/;

function stderrLog(): LogFormat {
  let entry: LogEntry | null = null;
  let part: 'message' | 'detail' | null = null;
  const give = (next: LogEntry | null) => {
    const done = entry;
    entry = next;
    return done;
  };
  const add = (text: string) => {
    if (entry === null || part === null) return;
    const before = entry[part];
    if ((before?.length ?? 0) > LONGEST_ENTRY) return;
    entry = { ...entry, [part]: before === null ? text : `${before}\n${text}` };
  };
  return {
    take(line, number) {
      const match = STDERR.exec(line);
      // the server puts a tab before lines that go on, syslog writes it as an escape
      if (match === null || /^\t/.test(line)) {
        add(line.replace(/^(?:\t|.*#011)/, ''));
        return null;
      }
      const [, prefix = '', severity = '', text = ''] = match;
      if (severity === 'DETAIL') {
        part = 'detail';
        add(text);
        return null;
      }
      if (/^(?:HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE)$/.test(severity)) {
        part = null;
        return null;
      }
      part = 'message';
      const time = TIME.exec(prefix)?.[0] ?? null;
      return give({ time, user: null, severity, message: text, detail: null, line: number });
    },
    end: () => give(null),
  };
}
