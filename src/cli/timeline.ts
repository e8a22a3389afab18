import { Exit, type ExitStatus } from './exit.js';

export async function timeline(
  paths: readonly string[],
  options: { readonly json?: boolean },
): Promise<ExitStatus> {
  void paths;
  void options;
  return Exit.ok;
}
