import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateBundle } from '../../cloud/dev/fhir/validate.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';
import { labResult } from './support/person-with-days.ts';
import { temporaryFolder } from './support/temporary.ts';

const body = (code: string, value: number, unit: string, more = {}) =>
  row('biomarkers_raw', { source: 'withings_body', draw_date: '2026-02-28', code, value, unit, ...more });

const MORNING = { measured_at: '2026-02-28T06:30:00.000Z' };

const ROWS = {
  daily_summary: [
    daily('oura', '2026-02-27', { steps: 7_000 }),
    daily('oura', '2026-02-28', {
      steps: 8_000,
      sleep_minutes: 421.5,
      heart_rate_avg: 70,
      resting_heart_rate: 58,
      heart_rate_variability: 44,
      hrv_method: 'rmssd',
      spo2: 97,
      respiratory_rate: 14.2,
      strain: 12,
    }),
    daily('apple', '2026-02-26', { heart_rate_variability: 60, hrv_method: 'sdnn' }),
  ],
  biomarkers_raw: [
    labResult('glucose', {
      value: 90.25,
      loinc: '2345-7',
      specimen: 'serum',
      measured_at: '2026-02-10T07:15:00Z',
    }),
    labResult('crp', {
      value: 0.3,
      operator: '<',
      unit: 'mg/L',
      ref_low: null,
      ref_high: 5,
      value_text: '<0.3',
    }),
    labResult('borrelia', {
      value: null,
      value_text: 'not found',
      unit: null,
      ref_low: null,
      ref_high: null,
    }),
    labResult('unmatched:Odd one', {
      value: 3,
      unit: 'index',
      loinc: 'none',
      measured_at: '2026-02-10T07:15:00',
    }),
    labResult('nothing', { value: null }),
    body('weight', 70.2, 'kg', MORNING),
    body('height', 178, 'cm'),
    body('bmi', 22.1, 'kg/m2'),
    body('body_temperature', 36.6, 'Cel'),
    body('body_fat_percentage', 18, '%'),
    body('systolic_bp', 121, 'mm[Hg]', MORNING),
    body('diastolic_bp', 79, 'mm[Hg]', MORNING),
    body('diastolic_bp', 80, 'mm[Hg]', { draw_date: '2026-02-27' }),
    body('systolic_bp', 130, 'mm[Hg]', { draw_date: '2026-02-26', measured_at: '2026-02-26T06:30:00.000Z' }),
    body('diastolic_bp', 85, 'mm[Hg]', { draw_date: '2026-02-26' }),
  ],
  profiles: [
    row('profiles', {
      data: JSON.stringify({ sex: 'female', age: 41, timezone: 'Asia/Tokyo', goal: 'secret' }),
    }),
  ],
};

type Quantity = { value: number; unit?: string; code?: string };
type Concept = { text?: string; coding?: { code: string }[] };
type Reference = { reference?: string; display?: string };

/** As much of a resource as is looked at here: the published definitions are asked about the rest. */
type Resource = {
  resourceType: string;
  id: string;
  meta?: { profile?: string[] };
  code: Concept;
  category?: unknown;
  effectiveDateTime?: string;
  valueQuantity?: Quantity;
  valueString?: string;
  referenceRange?: unknown[];
  component?: { code: Concept; valueQuantity?: Quantity }[];
  device?: Reference;
  deviceName?: { name: string }[];
  version?: { value: string }[];
  target: Reference[];
  agent: { who: Reference }[];
};
type Bundle = { entry: { fullUrl: string; resource: Resource }[] };
async function exported(rows: Parameters<typeof filledMirror>[0], ...argv: string[]) {
  const out = join(temporaryFolder(), 'mine.json');
  const path = filledMirror(rows, (database) =>
    database.exec(`insert into device_history values
      ('events/2026-02.ndjson.gz', 'oura', 'sleep', '2026-02-28', 'Ring 4', '2.1')`),
  );
  const answer = await runHere(['export', 'fhir', '--db', path, '--out', out, '--json', ...argv], {});
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  const text = readFileSync(out, 'utf8');
  return { out, path, text, told: JSON.parse(answer.stdout), bundle: JSON.parse(text) as Bundle };
}

function resourcesOf(bundle: Bundle): Resource[] {
  return bundle.entry.map(({ resource }) => resource);
}

function observationsOf(bundle: Bundle): Resource[] {
  return resourcesOf(bundle).filter((one) => one.resourceType === 'Observation');
}

const named = (bundle: Bundle, text: string): Resource | undefined =>
  observationsOf(bundle).find(({ code }) => code.text === text);

describe('amy export fhir', () => {
  it('writes what the published definitions of FHIR R4 allow, and the profiles of vital signs that it names', async () => {
    const { text, bundle, told, out } = await exported(ROWS);
    const { profiles, issues } = validateBundle(text);
    expect(issues).toEqual([]);
    expect([...profiles.keys()].toSorted()).toEqual([
      'bmi',
      'bodyheight',
      'bodytemp',
      'bodyweight',
      'bp',
      'heartrate',
      'oxygensat',
      'resprate',
    ]);
    expect(told.files).toEqual([{ path: out, rows: bundle.entry.length, bytes: statSync(out).size }]);
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it('is refused by the validator where it is wrong', async () => {
    const { text } = await exported({ daily_summary: ROWS.daily_summary });
    const { issues } = validateBundle(text.replace('"status":"final",', ''));
    expect(issues).toEqual([
      expect.stringMatching(/^the Bundle: .*status/),
      expect.stringMatching(/^Observation\/.*status/),
    ]);
    const unknown = validateBundle(
      text.replace('StructureDefinition/heartrate', 'StructureDefinition/heart'),
    );
    expect(unknown.issues).toEqual([expect.stringContaining('heart was never published')]);
  });

  it('tells of results in words, of bounds, of ranges and of units that nobody knows', async () => {
    const { bundle } = await exported(ROWS);
    const unit = { unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' };
    expect(named(bundle, 'glucose')).toMatchObject({
      code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
      effectiveDateTime: '2026-02-10T07:15:00Z',
      specimen: { display: 'serum' },
      valueQuantity: { value: 90.25, ...unit },
      referenceRange: [{ low: { value: 70, ...unit }, high: { value: 99, ...unit } }],
    });
    const crp = named(bundle, 'crp');
    expect(crp).toMatchObject({
      valueQuantity: { value: 0.3, comparator: '<' },
      effectiveDateTime: '2026-02-10',
    });
    expect(crp?.code).toEqual({ text: 'crp' });
    expect(crp?.referenceRange).toEqual([{ high: expect.not.objectContaining({ comparator: '<' }) }]);
    const words = named(bundle, 'borrelia');
    expect(words?.valueString).toBe('not found');
    expect([words?.valueQuantity, words?.referenceRange]).toEqual([undefined, undefined]);
    const odd = named(bundle, 'Odd one');
    expect(odd?.valueQuantity).toEqual({ value: 3, unit: 'index' });
    expect(odd).toMatchObject({ code: { text: 'Odd one' }, effectiveDateTime: '2026-02-10' });
    expect(odd?.code.coding).toBeUndefined();
    expect(named(bundle, 'nothing')).toBeUndefined();
  });

  it('keeps the two kinds of heart rate variability apart, and both numbers of a cuff together', async () => {
    const { bundle } = await exported(ROWS);
    const rmssd = 'Heart rate variability (RMSSD)';
    expect(named(bundle, rmssd)?.code).toEqual({ text: rmssd });
    expect(named(bundle, 'Heart rate variability (SDNN)')?.code.coding?.[0]?.code).toBe('80404-7');
    const pressure = named(bundle, 'Blood pressure');
    expect(pressure?.component?.map((one) => [one.code.coding?.[0]?.code, one.valueQuantity?.value])).toEqual(
      [
        ['8480-6', 121],
        ['8462-4', 79],
      ],
    );
    expect(pressure?.effectiveDateTime).toBe(MORNING.measured_at);
    // Of different moments, and one alone.
    const single = observationsOf(bundle).filter(({ code }) => / blood pressure$/.test(code.text ?? ''));
    expect(single.map((one) => [one.effectiveDateTime, one.valueQuantity?.value])).toEqual([
      ['2026-02-26', 85],
      ['2026-02-26T06:30:00.000Z', 130],
      ['2026-02-27', 80],
    ]);
    expect(named(bundle, 'Sleep duration')?.valueQuantity).toMatchObject({ value: 421.5, code: 'min' });
    expect(named(bundle, 'body fat percentage')?.category).toBeUndefined();
  });

  it('says of each value which device or laboratory made it, and nothing that identifies the person', async () => {
    const { bundle, text } = await exported(ROWS);
    const [patient, ...others] = resourcesOf(bundle);
    expect(patient).toEqual({ resourceType: 'Patient', id: patient?.id, gender: 'female' });
    expect(text).not.toMatch(/secret|Tokyo|41,|storage_key/);
    const made = others.flatMap((one) => (one.resourceType === 'Provenance' ? one : []));
    const targets = made.flatMap(({ target }) => target.map(({ reference }) => reference));
    expect(targets.toSorted()).toEqual(
      observationsOf(bundle)
        .map(({ id }) => `urn:uuid:${id}`)
        .toSorted(),
    );
    const nameOf = (id: string | undefined) =>
      resourcesOf(bundle).flatMap((one) =>
        one.resourceType === 'Device' && `urn:uuid:${one.id}` === id
          ? [[...(one.deviceName ?? []).map(({ name }) => name), one.version?.[0]?.value]]
          : [],
      )[0];
    expect(nameOf(named(bundle, 'Sleep duration')?.device?.reference)).toEqual(['oura', 'Ring 4', '2.1']);
    expect(nameOf(named(bundle, 'Number of steps')?.device?.reference)).toEqual(['oura', undefined]);
    expect(nameOf(named(bundle, 'Body weight')?.device?.reference)).toEqual(['withings', undefined]);
    const ofLab = made.find(
      ({ agent }) => agent[0]?.who.display === 'a laboratory report that the person sent in',
    );
    expect(ofLab?.target).toHaveLength(4);
  });

  it('has the last days alone where they are asked for, a person of whom nothing is known, and overwrites nothing', async () => {
    const days = Math.ceil((Date.now() - Date.parse('2026-02-28')) / 86_400_000);
    const { bundle } = await exported(
      { daily_summary: ROWS.daily_summary, biomarkers_raw: ROWS.biomarkers_raw },
      '--days',
      String(days),
    );
    expect(
      new Set(observationsOf(bundle).map(({ effectiveDateTime }) => effectiveDateTime?.slice(0, 10))),
    ).toEqual(new Set(['2026-02-28']));
    const { bundle: none, out, path } = await exported({});
    expect(resourcesOf(none)).toEqual([{ resourceType: 'Patient', id: expect.any(String) }]);
    writeFileSync(out, 'mine');
    const again = await runHere(['export', 'fhir', '--db', path, '--out', out], {});
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('name another file with --out') });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});
