import type { Scenario } from './scenario.js';
import { ANYTHING } from './scenario-of-anything.js';
import { FORMER_PRIMARIES } from './scenarios-of-former-primaries.js';
import { SPLITS } from './scenarios-of-splits.js';
import { SURPLUS } from './scenarios-of-surplus-wal.js';
import { DIVERGING } from './scenarios-that-diverge.js';
import { FOLLOWING } from './scenarios-that-follow.js';

/** All kinds of failover that are staged. */
export const SCENARIOS: readonly Scenario[] = [
  ...FOLLOWING,
  ...DIVERGING,
  ...SURPLUS,
  ...SPLITS,
  ...FORMER_PRIMARIES,
  ANYTHING,
];
