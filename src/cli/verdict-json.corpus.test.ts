import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { assessFailback } from '../failback/assess-failback.js';
import { predictMessages } from '../failback/predicted-messages.js';
import { CORPUS, corpusFolders } from '../testing/corpus.js';
import { evidenceOf } from '../testing/failback.js';
import { verdictAsJson } from './verdict-json.js';

const schema = JSON.parse(readFileSync(new URL('../../docs/verdict.schema.json', import.meta.url), 'utf8'));

describe.skipIf(CORPUS === undefined)('the verdicts on PGWAL_CORPUS', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

  it.each(corpusFolders('failback'))('$name is printed by the schema', async ({ path }) => {
    const { node, upstream, comparison } = await evidenceOf({ path });
    const predictedMessages = predictMessages(node, upstream, comparison);
    const verdict = assessFailback(node, upstream, comparison);
    validate(JSON.parse(verdictAsJson(verdict, { predictedMessages, lost: null })));
    expect(validate.errors).toBeNull();
  });
});
