import { expect, it } from 'vitest';
import { unknownFields } from '../../src/normalize/unknown-fields.ts';
import { dayNumber } from '../terra/calendar.ts';
import { LAB_SHAPES, labEvent } from '../terra/labs/report.ts';
import { ORDINARY_LIFE } from '../terra/life/day.ts';
import { personOf } from '../terra/life/person.ts';
import { DATA_TYPES, deviceOf, PROVIDERS } from '../terra/payloads/devices.ts';
import { historyItems } from '../terra/payloads/history.ts';

const DAY = dayNumber('2026-03-02');

it.each(DATA_TYPES)('the simulated %s has only fields that are known, whoever sends it', (type) => {
  const unknown = PROVIDERS.flatMap((provider) => {
    const device = deviceOf(provider);
    if (device === null) return [];
    const days = [DAY, DAY + 1, DAY + 2];
    const about = { person: personOf(7), lifestyle: ORDINARY_LIFE, withSamples: true };
    return unknownFields(type, { data: historyItems({ ...about, device, type, days }) });
  });
  expect([...new Set(unknown)]).toEqual([]);
});

it.each(LAB_SHAPES)('the simulated lab report of the shape %s has only fields that are known', (shape) => {
  const ids = { uploadId: 'u', sessionId: 's', referenceId: 'user_ana', omitUploadId: false };
  const report = labEvent({ ...ids, day: DAY, seed: 7 }, shape);
  const type = shape === 'failed' ? 'lab_report.failed' : String(report.type ?? 'lab_report');
  expect(unknownFields(type, report)).toEqual([]);
});
