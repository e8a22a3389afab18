import { CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SourceError } from '../errors.js';
import { reportFailure } from './exit.js';

describe('reportFailure', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  afterEach(() => said.mockClear());

  it('says in one line what could not be read, and exits with 1', () => {
    expect(reportFailure(new SourceError('SOURCE_NOT_FOUND', 'no pg_control\n  in old/global'))).toBe(1);
    expect(said.mock.calls).toEqual([['pgwal: no pg_control in old/global\n']]);
  });

  it('copes with anything thrown', () => {
    expect(reportFailure('a mere string')).toBe(1);
    expect(said.mock.calls).toEqual([['pgwal: a mere string\n']]);
  });

  it('leaves it to Commander to speak of wrong usage, and exits with 2', () => {
    expect(reportFailure(new CommanderError(1, 'commander.unknownOption', "unknown option '-x'"))).toBe(2);
    expect(said).not.toHaveBeenCalled();
  });

  it('keeps quiet of a broken pipe', () => {
    expect(reportFailure(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).toBe(141);
    expect(said).not.toHaveBeenCalled();
  });
});
