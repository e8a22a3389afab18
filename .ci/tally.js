// @ts-check
// Adds up vitest's JSON reports: node tally.js FAILED_STAGES [REPORT EXIT_STATUS]…
// Prints `N passed, N failed`, and exits with 1 where anything failed.
import { readFileSync } from 'node:fs';

const [failedStages, ...suites] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedStages);

for (let i = 0; i < suites.length; i += 2) {
  const result = count(suites[i] ?? '');
  passed += result.passed;
  // A run may fail without a failed test: it was cut short, or an error came up outside the tests.
  failed += suites[i + 1] === '0' ? result.failed : Math.max(result.failed, 1);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** @param {string} report */
function count(report) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that could not even be loaded has failed, but none of its tests has.
    const unloadable = testResults.filter(
      (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
        file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    );
    return { passed: numPassedTests, failed: numFailedTests + unloadable.length };
  } catch (error) {
    console.log(`no report of vitest: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1 };
  }
}
