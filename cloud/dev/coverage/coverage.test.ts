import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldLines, fieldPaths } from '../../src/normalize/field-list.ts';
import { KNOWN_FIELDS } from '../../src/normalize/known-fields.ts';
import { accountOf, type FieldsByModel, problemsOf } from './accounts.ts';
import { schemaPaths } from './schema-paths.ts';

const FIELDS: FieldsByModel = {
  daily: fieldPaths(KNOWN_FIELDS.daily),
  sleep: fieldPaths(KNOWN_FIELDS.sleep),
  activity: fieldPaths(KNOWN_FIELDS.activity),
  body: fieldPaths(KNOWN_FIELDS.body),
  lab_report: fieldPaths(KNOWN_FIELDS.lab_report),
};

describe('the account of the fields', () => {
  it('says of every field of the schemas what becomes of it', () => {
    expect(problemsOf(FIELDS)).toEqual([]);
    expect(accountOf('daily', 'distance_data.steps')).toEqual({ place: 'column', words: 'steps' });
    expect(accountOf('body', 'measurements_data.measurements[].weight_kg')?.place).toBe('sample');
    expect(accountOf('sleep', 'sleep_durations_data.hypnogram_samples[].level')).toEqual({
      place: 'sample',
      words: 'samples.sleep_stage',
    });
    expect(accountOf('sleep', 'respiration_data.snoring_data.num_snoring_events')?.place).toBe('raw');
    expect(accountOf('daily', 'tag_data.tags[].notes')?.place).toBe('payload');
  });

  it('names a field of which nobody says it', () => {
    const daily = [...FIELDS.daily, 'aura_data.color'];
    expect(problemsOf({ ...FIELDS, daily })).toEqual([
      'daily aura_data.color: nobody says what becomes of it',
    ]);
  });

  it('names a path that is read and that no schema has', () => {
    const daily = FIELDS.daily.filter((path) => path !== 'distance_data.steps');
    expect(problemsOf({ ...FIELDS, daily })).toEqual([
      'daily distance_data.steps: is read, but no schema has it',
    ]);
  });

  it('names what is said of a field beyond the schemas once a schema has it, or nothing is left out any more', () => {
    const daily = [...FIELDS.daily, 'temperature_data.delta'].filter((path) => !path.startsWith('tag_data'));
    expect(problemsOf({ ...FIELDS, daily })).toEqual([
      'daily temperature_data.delta: is said to be in no schema, but is in one',
      'daily tag_data: is said to be left out, but nothing is',
    ]);
  });

  it('keeps its list of fields as it reads it', () => {
    for (const paths of Object.values(FIELDS)) expect(fieldPaths(fieldLines(paths))).toEqual(paths);
    expect(fieldPaths(fieldLines(['a', 'b.c[]', 'b.d']))).toEqual(['a', 'b.c[]', 'b.d']);
  });
});

it('schemas are walked to their leaves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'schemas-'));
  const item = `type: object
properties:
  plain: {type: number}
  nothing: {type: "null"}
  choice: {anyOf: [{$ref: Part.yaml}, {type: "null"}]}
  list: {type: array, items: {$ref: Part.yaml}}
  map: {$ref: "#/$defs/Map"}
  self: {$ref: Item.yaml}
allOf: [{$ref: Base.yaml}]
$defs:
  Map: {type: object, properties: {}, unevaluatedProperties: {type: number}}
`;
  try {
    await writeFile(join(folder, 'Item.yaml'), item);
    await writeFile(join(folder, 'Part.yaml'), 'properties: {x: {oneOf: [{type: number}, {type: string}]}}');
    await writeFile(join(folder, 'Base.yaml'), 'properties: {names: {type: array, items: {type: string}}}');
    const inside = (await schemaPaths(folder, 'Item.yaml')).filter((path) => !path.startsWith('self.'));
    expect(inside).toEqual(['choice.x', 'list[].x', 'map.*', 'names[]', 'plain']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
