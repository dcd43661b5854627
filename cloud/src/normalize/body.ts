import { BODY_RULES, type BodyRule } from './body-rules.ts';
import { type SampleList, samplesText } from './body-samples.ts';
import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { fieldReader } from './field-reader.ts';
import { itemInstant, localDay } from './item-time.ts';
import { knownColumns, orderOf } from './results.ts';
import { isBelievableDate } from './time.ts';
import type { BiomarkerContribution, Normalized, StoredEvent } from './types.ts';
import { type Found, firstFound } from './value-rule.ts';

/** Length of `2026-03-08`. */
const DATE_CHARS = 10;

/** `body`: the measurements of a date, which become biomarkers of `<provider>_body`. */
export function normalizeBody(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readBody);
}

function readBody(body: DataItem): ItemReading {
  const day = localDay(body);
  if ('refused' in day) return day;

  const fields = fieldReader(body.item, body.path, body.notices);
  const order = orderOf(body.event, body.index);
  const contributions: BiomarkerContribution[] = [];
  for (const [code, { unit, sources, samples }] of Object.entries<BodyRule>(BODY_RULES)) {
    const found = firstFound(sources, fields, body.source);
    if (found === null) continue;
    const columns = knownColumns({
      value: found.value,
      unit,
      measured_at: measuredAt(body, found, samples),
      raw: samplesText(samples, fields),
    });
    const source = `${body.source}_body`;
    contributions.push({ kind: 'biomarker', source, drawDate: day.date, code, order, columns });
  }
  return { contributions };
}

/** The sample's own time, null where there is none or nobody can have measured then. */
function measuredAt(body: DataItem, found: Found, samples: readonly SampleList[]): string | null {
  const at = itemInstant(body, found.measuredAt ?? null);
  const [path = ''] = found.paths;
  if (at === null || isBelievableDate(at.slice(0, DATE_CHARS), body.event.receivedMs)) return at;
  const sample = fieldReader(null, path.slice(0, path.lastIndexOf('.')), body.notices);
  return sample.disbelieve(samples[0]?.timeField ?? '');
}
