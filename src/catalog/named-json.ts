import type { RelationFile } from '../rmgr/description-writer.js';
import type { CatalogNames } from './catalog-names.js';
import { formatRelationName } from './name-text.js';

/**
 * Adds to an object that holds a relation's numbers what it is called: `name`, null where that is not known, or
 * where these files are the relation's no more: then `formerName` tells it, or `uncommittedName` where they never
 * were. Anything else stays as it is.
 */
export function withRelationName(value: unknown, names: CatalogNames): unknown {
  if (!isRelationFile(value)) return value;
  const found = names.nameOfRelation(value);
  if (found === null) return { ...value, name: null };
  const text = formatRelationName(found);
  if (found.state === 'former') return { ...value, name: null, formerName: text };
  if (found.state === 'uncommitted') return { ...value, name: null, uncommittedName: text };
  return { ...value, name: text };
}

function isRelationFile(value: unknown): value is RelationFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('tablespace' in value && 'database' in value && 'relation' in value)) return false;
  return [value.tablespace, value.database, value.relation].every((each) => typeof each === 'number');
}
