/** A line `name = value` of a configuration file, or one of the lines that include other files. */
export interface ConfigurationLine {
  /** In lower case, as the server compares names. */
  readonly name: string;
  /** Without quotes and escapes. */
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What a configuration file says, and the lines at which the server would stumble. */
export interface ParsedConfigurationFile {
  readonly lines: readonly ConfigurationLine[];
  /** Line numbers, counted from 1. */
  readonly syntaxErrors: readonly number[];
}

/**
 * Reads `postgresql.conf` and its like as the server does (`src/backend/utils/misc/guc-file.l`): a name, an equals
 * sign that may be left out, a value, a comment. Of a name that is there twice, both are given.
 */
export function parseConfigurationFile(text: string): ParsedConfigurationFile {
  const lines: ConfigurationLine[] = [];
  const syntaxErrors: number[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const tokens = tokensOf(content);
    if (tokens !== null && tokens.length === 0) continue;
    const setting = tokens === null ? null : settingOf(tokens);
    if (setting === null) syntaxErrors.push(index + 1);
    else lines.push({ ...setting, line: index + 1 });
  }
  return { lines, syntaxErrors };
}

type TokenKind = 'id' | 'qualified-id' | 'string' | 'unquoted' | 'number' | 'equals';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** The lexer's rules in their order: the longest match wins, and of two as long the first. */
const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['id', /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y],
  ['qualified-id', /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*\.[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y],
  ['string', /'(?:[^'\\]|\\.|'')*'/y],
  ['unquoted', /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff.:/-]*/y],
  ['number', /[+-]?(?:0x[0-9a-fA-F]+|[0-9]+)[a-zA-Z]*/y],
  ['number', /[+-]?[0-9]*\.[0-9]*(?:[Ee][+-]?[0-9]+)?/y],
  ['equals', /=/y],
];

/** The tokens of a line, or null where the lexer finds one that is none. */
function tokensOf(line: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at];
    if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '#') break;
    else {
      const token = longestAt(line, at);
      if (token === null) return null;
      tokens.push(token);
      at += token.text.length;
    }
  }
  return tokens;
}

function longestAt(line: string, at: number): Token | null {
  let longest: Token | null = null;
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const text = rule.exec(line)?.[0];
    if (text !== undefined && text.length > (longest?.text.length ?? 0)) longest = { kind, text };
  }
  return longest;
}

function settingOf(tokens: readonly Token[]): { name: string; value: string } | null {
  const [name, ...rest] = tokens;
  if (name === undefined || (name.kind !== 'id' && name.kind !== 'qualified-id')) return null;
  const values = rest[0]?.kind === 'equals' ? rest.slice(1) : rest;
  const [value] = values;
  if (value === undefined || values.length > 1) return null;
  // a.b without quotes is a qualified name to the lexer, and no value
  if (value.kind === 'qualified-id' || value.kind === 'equals') return null;
  return {
    name: name.text.toLowerCase(),
    value: value.kind === 'string' ? withoutEscapes(value.text.slice(1, -1)) : value.text,
  };
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** `DeescapeQuotedString`. */
function withoutEscapes(quoted: string): string {
  return quoted.replace(/''|\\([0-7]{1,3}|.)/g, (_, escaped: string | undefined) => {
    if (escaped === undefined) return "'";
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff);
    return ESCAPES[escaped] ?? escaped;
  });
}
