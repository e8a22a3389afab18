import { isValidSegmentSize } from '../lsn.js';
import type { ControlFile } from './control-file.js';
import { DIALECTS } from './dialects.js';

/**
 * What the `pg_controldata` of a control file's version says on standard error, line by line and without its
 * name before them. Only from 17 on: before, its warnings are part of the text.
 *
 * @category Control file
 */
export function controlFileWarnings(control: ControlFile): string[] {
  if (DIALECTS[control.version.major].warnings === 'in text') return [];
  const warnings: string[] = [];
  if (!control.crcMatches) {
    warnings.push(
      'warning: calculated CRC checksum does not match value stored in control file',
      'detail: Either the control file is corrupt, or it has a different layout than this program is ' +
        'expecting.  The results below are untrustworthy.',
    );
  }
  if (!isValidSegmentSize(control.xlogSegSize)) {
    warnings.push(
      `warning: invalid WAL segment size in control file (${bytes(control.xlogSegSize)})`,
      'detail: The WAL segment size must be a power of two between 1 MB and 1 GB.',
      'detail: The file is corrupt and the results below are untrustworthy.',
    );
  }
  return warnings;
}

/** What it says at the top of the text, up to 16. */
export function warningsInText(control: ControlFile): string {
  const { warnings, segmentSize } = DIALECTS[control.version.major];
  if (warnings === 'standard error') return '';
  let text = '';
  if (!control.crcMatches) {
    text +=
      'WARNING: Calculated CRC checksum does not match value stored in file.\n' +
      'Either the file is corrupt, or it has a different layout than this program\n' +
      'is expecting.  The results below are untrustworthy.\n\n';
  }
  if (segmentSize === 'stored' && !isValidSegmentSize(control.xlogSegSize)) {
    text +=
      'WARNING: invalid WAL segment size\n' +
      `The WAL segment size stored in the file, ${bytes(control.xlogSegSize)}, is not a power of two\n` +
      'between 1 MB and 1 GB.  The file is corrupt and the results below are\n' +
      'untrustworthy.\n\n';
  }
  return text;
}

/** `pg_controldata` takes a size for an `int`. */
function bytes(size: number): string {
  return size === 1 ? '1 byte' : `${size | 0} bytes`;
}
