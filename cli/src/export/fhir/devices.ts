import type { ExportedDevice } from '../../mirror/export-read.ts';
import { type Reference, type Resource, referenceTo } from './resource.ts';

/** The devices of a Bundle, each once. */
export type Devices = {
  /** Of a source on a date, as closely as the file knows it. */
  of(source: string, kind: 'daily' | 'sleep' | null, date: string): Resource;
};

type Asker = {
  readonly patient: Reference;
  readonly nextId: () => string;
  /** Is told of each device before anything refers to it. */
  readonly onNew: (device: Resource) => void;
};

export function devicesOf(known: readonly ExportedDevice[], { patient, nextId, onNew }: Asker): Devices {
  const ofDates = new Map(known.map((one) => [`${one.source} ${one.kind} ${one.datetime}`, one]));
  const made = new Map<string, Resource>();
  return {
    of(source, kind, date) {
      const found = ofDates.get(`${source} ${kind} ${date}`);
      const { device = null, firmware = null } = found ?? {};
      const key = JSON.stringify([source, device, firmware]);
      const before = made.get(key);
      if (before !== undefined) return before;
      const resource = deviceResource(nextId(), { source, device, firmware }, patient);
      onNew(resource);
      made.set(key, resource);
      return resource;
    },
  };
}

function deviceResource(
  id: string,
  { source, device, firmware }: Pick<ExportedDevice, 'source' | 'device' | 'firmware'>,
  patient: Reference,
): Resource {
  return {
    resourceType: 'Device',
    id,
    deviceName: [
      { name: source, type: 'user-friendly-name' },
      ...(device === null ? [] : [{ name: device, type: 'model-name' }]),
    ],
    ...(firmware === null ? {} : { version: [{ value: firmware }] }),
    patient,
  };
}

/** Who made what: a device, or a report of a laboratory, of which the file has no device. */
export function provenance(
  id: string,
  agent: Reference,
  targets: readonly string[],
  { recorded, assembler }: { readonly recorded: string; readonly assembler: string },
): Resource {
  return {
    resourceType: 'Provenance',
    id,
    target: targets.map((id) => referenceTo({ id })),
    recorded,
    agent: [
      { type: participant('author'), who: agent },
      { type: participant('assembler'), who: { display: assembler } },
    ],
  };
}

function participant(code: 'author' | 'assembler') {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code }] };
}
