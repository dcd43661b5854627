import { UNKNOWN_FIELD_VALUES_LOOKED_AT, UNKNOWN_FIELDS_PER_EVENT_MAX } from '../limits.ts';
import { BEYOND_SCHEMAS } from './beyond-schemas.ts';
import { fieldPaths } from './field-list.ts';
import { isJsonObject, valueAt } from './json-path.ts';
import { KNOWN_FIELDS, type ModelName } from './known-fields.ts';

/** What may stand at a place, by key; `[]` of the entries of an array, `*` of the keys of a map. */
type Known = Map<string, Known>;

/** The key of a path is from outside: what could be a text and no name is not repeated. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const OTHER_NAME = '(other)';
/** What stands around a report that is its own event. */
const ENVELOPE = ['type', 'user', 'version', 'upload_id', 'event_id', 'occurred_at', 'reference_id'];

const MODEL_OF_EVENT: ReadonlyMap<string, ModelName> = new Map<string, ModelName>([
  ['daily', 'daily'],
  ['sleep', 'sleep'],
  ['activity', 'activity'],
  ['body', 'body'],
  ['lab_report', 'lab_report'],
  ['lab_report.completed', 'lab_report'],
]);

/** Made when the first event of a model comes. */
const knownOfModel = new Map<ModelName, Known>();

/**
 * Paths inside the items or reports of an event that neither Terra's schemas nor the rules know, each once, `[]` for the
 * entries of an array. Of what is unknown only the uppermost key is named, and a key that is no plain name is not.
 * Nothing of other events. Bounded, whatever the body is: so many paths, so many values looked at.
 */
export function unknownFields(eventType: string, payload: unknown): readonly string[] {
  const model = MODEL_OF_EVENT.get(eventType);
  if (model === undefined) return [];
  const found = new Set<string>();
  let left = UNKNOWN_FIELD_VALUES_LOOKED_AT;

  function look(value: unknown, known: Known, at: string): void {
    left -= 1;
    if (left < 0) return;
    if (Array.isArray(value)) {
      const entries = known.get('[]');
      // So deep only as the schemas are: an array where they have none is not entered.
      if (entries !== undefined) for (const entry of value) look(entry, entries, `${at}[]`);
    } else if (isJsonObject(value)) {
      for (const key in value) {
        const inner = known.get(key) ?? known.get('*');
        if (inner !== undefined) look(value[key], inner, at === '' ? key : `${at}.${key}`);
        else note(key, at);
      }
    }
  }
  function note(key: string, at: string): void {
    const name = PLAIN_NAME.test(key) ? key : OTHER_NAME;
    if (found.size < UNKNOWN_FIELDS_PER_EVENT_MAX) found.add(at === '' ? name : `${at}.${name}`);
    // The list is full: nothing more is looked at.
    else left = 0;
  }

  const known = knownFields(model);
  const data = valueAt(payload, 'data');
  if (model !== 'lab_report') for (const item of listOf(data)) look(item, known, '');
  else {
    const report = known.get('data') ?? new Map();
    const isReportItself = Array.isArray(valueAt(payload, 'results'));
    if (isReportItself) look(payload, new Map([...envelope(), ...report]), 'data');
    else for (const one of Array.isArray(data) ? data : [data]) look(one, report, 'data');
  }
  return [...found];
}

function knownFields(model: ModelName): Known {
  const made = knownOfModel.get(model);
  if (made !== undefined) return made;
  const beyond = BEYOND_SCHEMAS.filter((one) => one.model === model).flatMap(({ paths }) => paths);
  const root: Known = new Map();
  for (const path of [...fieldPaths(KNOWN_FIELDS[model]), ...beyond]) {
    let at = root;
    for (const key of path.replaceAll('[]', '.[]').split('.')) {
      const next: Known = at.get(key) ?? new Map();
      at.set(key, next);
      at = next;
    }
  }
  knownOfModel.set(model, root);
  return root;
}

function envelope(): readonly [string, Known][] {
  return ENVELOPE.map((key) => [key, new Map([['*', new Map()]])]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
