/** Names of forks, as file names have them (`src/common/relpath.c`); a fork's number is its index. */
export const FORK_NAMES: readonly string[] = ['main', 'fsm', 'vm', 'init'];
