// @ts-check
// The whole benchmark, in turn: see README.md.
import { bundleSize } from './bundle-size.js';
import { compareControldata } from './compare-controldata.js';
import { compareDump } from './compare-tools.js';
import { compareVerdicts } from './compare-verdicts.js';
import { attempt } from './environment.js';
import { failbackNodes } from './failback-nodes.js';
import { measureInProcess } from './in-process.js';
import { findWal } from './make-wal.js';
import { report, writeDocument } from './report.js';

const nodes = await failbackNodes();
const wal = findWal(nodes);
const inProcess = await attempt('in one process', () => measureInProcess(wal), { figures: [], records: 0 });
const dump = await attempt('dump', () => compareDump(wal), []);
const verdicts = await attempt('verdict', () => compareVerdicts(nodes), []);
const controldata = await attempt('controldata', compareControldata, { comparisons: [], figures: [] });

const results = report({
  comparisons: [...dump, ...verdicts, ...controldata.comparisons],
  figures: [...inProcess.figures, ...controldata.figures, ...bundleSize()],
  wal,
  records: inProcess.records,
});
console.log(results);
if (process.argv.includes('--write')) writeDocument(results);
