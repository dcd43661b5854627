import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const measurement = z.object({
  source: z.string(),
  draw_date: z.string(),
  code: z.string(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
  value_text: z.string().nullable(),
  operator: z.string().nullable(),
  specimen: z.string().nullable(),
  loinc: z.string().nullable(),
  measured_at: z.string().nullable(),
});

/** A result of a laboratory, or a measurement of a body by a device. */
export type ExportedMeasurement = z.infer<typeof measurement>;

/** All of them from a date on, one after another. What one device measured on one date follows each other. */
export function* exportedMeasurements(database: DatabaseSync, from: string): Generator<ExportedMeasurement> {
  const statement = database.prepare(
    `select ${Object.keys(measurement.shape).join(', ')}
     from biomarkers_raw
     where draw_date >= ?
     order by draw_date, source, code`,
  );
  for (const row of statement.iterate(from)) yield measurement.parse(row);
}

const deviceOfDate = z.object({
  source: z.string(),
  kind: z.string(),
  datetime: z.string(),
  device: z.string().nullable(),
  firmware: z.string().nullable(),
});

/** Which device made the values of a date, as far as the archive tells it. */
export type ExportedDevice = z.infer<typeof deviceOfDate>;

/** From a date on; of a date that several months tell of, the last of them. */
export function exportedDevices(database: DatabaseSync, from: string): readonly ExportedDevice[] {
  return database
    .prepare(
      `select source, kind, datetime, device, firmware
       from device_history
       where datetime >= ? and coalesce(device, firmware) is not null
       order by month`,
    )
    .all(from)
    .map((row) => deviceOfDate.parse(row));
}
