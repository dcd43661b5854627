import type { DatabaseSync } from 'node:sqlite';
import { isDailyColumn } from '../../mirror/chosen-source.ts';
import { eventsOf } from '../../mirror/coverage.ts';
import { readDayValues } from '../../mirror/days-read.ts';
import { type ExportedMeasurement, exportedDevices, exportedMeasurements } from '../../mirror/export-read.ts';
import { readPerson } from '../../mirror/report-read.ts';
import { readOwner } from '../../mirror/sync-state.ts';
import { bodyObservations } from './body.ts';
import { DAY_MEANINGS, variability } from './codes.ts';
import { type Devices, devicesOf, provenance } from './devices.ts';
import { idsOf } from './ids.ts';
import { labObservation } from './labs.ts';
import { observation, quantity } from './observation.ts';
import { type Reference, type Resource, referenceTo } from './resource.ts';

const LAB: Reference = { display: 'a laboratory report that the person sent in' };
const BODY_SUFFIX = '_body';

export type BundleFacts = {
  /** The first date; null of all time. */
  readonly from: string | null;
  readonly now: Date;
  readonly version: string;
};

/**
 * Every resource of a Bundle, one after another, what is referred to before what refers to it. Nothing names the person:
 * ids are of this file alone.
 */
export function* bundleResources(
  database: DatabaseSync,
  { from, now, version }: BundleFacts,
): Generator<Resource> {
  const nextId = idsOf(readOwner(database), now);
  const patient = patientOf(nextId(), readPerson(database).sex);
  yield patient;
  const first = from ?? '0000-01-01';
  const news: Resource[] = [];
  const bundle = { database, first, patient: referenceTo(patient), nextId };
  const devices = devicesOf(exportedDevices(database, first), {
    ...bundle,
    onNew: (device) => news.push(device),
  });
  const targets = new Map<string, { readonly agent: Reference; readonly ids: string[] }>();
  for (const { resource, agent } of observations({ ...bundle, devices })) {
    yield* news.splice(0);
    yield resource;
    const key = JSON.stringify(agent);
    const known = targets.get(key) ?? { agent, ids: [] };
    known.ids.push(resource.id);
    targets.set(key, known);
  }
  const written = { recorded: now.toISOString(), assembler: `amy ${version}` };
  for (const { agent, ids } of targets.values()) yield provenance(nextId(), agent, ids, written);
}

function patientOf(id: string, sex: string | null): Resource {
  const isTold = sex === 'female' || sex === 'male' || sex === 'other';
  return { resourceType: 'Patient', id, ...(isTold ? { gender: sex } : {}) };
}

type Made = { readonly resource: Resource; readonly agent: Reference };

/** What all of one Bundle have in common. */
type Scene = {
  readonly database: DatabaseSync;
  readonly first: string;
  readonly patient: Reference;
  readonly nextId: () => string;
  readonly devices: Devices;
};

function* observations(scene: Scene): Generator<Made> {
  for (const column of Object.keys(DAY_MEANINGS).filter(isDailyColumn)) yield* dayObservations(scene, column);
  let together: ExportedMeasurement[] = [];
  for (const one of exportedMeasurements(scene.database, scene.first)) {
    const before = together[0];
    if (before !== undefined && (before.source !== one.source || before.draw_date !== one.draw_date)) {
      yield* measuredTogether(scene, together);
      together = [];
    }
    together.push(one);
  }
  yield* measuredTogether(scene, together);
}

function* dayObservations(
  { database, first, patient, nextId, devices }: Scene,
  column: Parameters<typeof readDayValues>[1],
): Generator<Made> {
  const kind = eventsOf(column) === 'daily' ? 'daily' : 'sleep';
  const meanings: Readonly<Record<string, (typeof DAY_MEANINGS)[keyof typeof DAY_MEANINGS]>> = DAY_MEANINGS;
  for (const day of readDayValues(database, column, { from: first, to: '9999-12-31' })) {
    const device = referenceTo(devices.of(day.source, kind, day.datetime));
    const meaning = meanings[column] ?? variability(day.hrv_method);
    const told = { id: nextId(), patient, device, at: day.datetime };
    const valueQuantity = quantity(day.value, meaning.unit, true, null);
    yield { resource: observation(told, meaning, { valueQuantity }), agent: device };
  }
}

/** What one source knows of one date. */
function* measuredTogether(
  { patient, nextId, devices }: Scene,
  measurements: readonly ExportedMeasurement[],
): Generator<Made> {
  const [any] = measurements;
  if (any === undefined) return;
  if (any.source.endsWith(BODY_SUFFIX)) {
    const device = referenceTo(devices.of(any.source.slice(0, -BODY_SUFFIX.length), null, any.draw_date));
    const made = bodyObservations(measurements, () => ({ id: nextId(), patient, device }));
    for (const resource of made) yield { resource, agent: device };
    return;
  }
  for (const result of measurements) {
    const resource = labObservation(result, { id: nextId(), patient });
    if (resource !== null) yield { resource, agent: LAB };
  }
}
