import { describe, expect, it } from 'vitest';
import { fieldPaths } from '../../src/normalize/field-list.ts';
import { KNOWN_FIELDS } from '../../src/normalize/known-fields.ts';
import { beyondSchemas, readsOf } from './accounts.ts';
import { askedPaths } from './asked-paths.ts';
import { MODEL_NAMES } from './models.ts';

/** Told by the envelope, which every event has. */
const ENVELOPE = ['type', 'upload_id', 'occurred_at'];

describe.each(MODEL_NAMES)('what the account says of %s', (model) => {
  const fields = [...fieldPaths(KNOWN_FIELDS[model]), ...beyondSchemas(model)];
  const asked = askedPaths(model === 'lab_report' ? 'lab_report.completed' : model, fields);
  const said = new Set(readsOf(model).flatMap(({ paths }) => paths));
  const isListed = (path: string) =>
    [...asked].some((one) => one.endsWith('.*') && path.startsWith(one.slice(0, -1)));

  it('is read', () => {
    const unread = [...said].filter(
      (path) => !asked.has(path) && !isListed(path) && !ENVELOPE.includes(path),
    );
    expect(unread).toEqual([]);
  });

  it('is all that is read', () => {
    const known = new Set(fields);
    expect([...asked].filter((path) => known.has(path) && !said.has(path))).toEqual([]);
    // What neither schema nor list has is an object on the way, or is in the account's list of what lies beyond.
    const isOnTheWay = (path: string) =>
      fields.some((field) => field.startsWith(`${path}.`) || field.startsWith(`${path}[]`));
    expect([...asked].filter((path) => !known.has(path) && !isOnTheWay(path) && !path.endsWith('*'))).toEqual(
      [],
    );
  });
});
