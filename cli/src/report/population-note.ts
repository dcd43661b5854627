import type { DayValue } from '../mirror/days-read.ts';
import { POPULATION_REFERENCE } from '../mirror/population.ts';
import type { Percentile } from '../mirror/report-read.ts';
import { renderMeasured, renderUnit } from '../terminal/lab-panels.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';

/**
 * What a published study found of people of the same sex and age, as a note below one's own numbers. None where there is
 * none; of heart rate variability only of the method that the study used.
 */
export function populationNote(data: ReportData, column: string, last: DayValue): Markup | null {
  if (column === 'heart_rate_variability' && last.hrv_method !== 'rmssd') return null;
  const percentiles = data.percentiles[column] ?? [];
  const [first] = percentiles;
  if (first === undefined) return null;
  const group = `${data.person.sex === 'male' ? 'men' : 'women'} of ${first.age_low} to ${first.age_high} years`;
  const title = POPULATION_REFERENCE.sources[first.source]?.title ?? first.source;
  return html`<aside class="footnote"><p><strong>A published study, for orientation only.</strong> Of ${group} ${spread(percentiles)}. ${first.caveat} Source: <cite>${title}</cite>.</p></aside>`;
}

function spread(percentiles: readonly Percentile[]): string {
  const at = (share: number) => {
    const found = percentiles.find(({ percentile }) => percentile === share);
    return found === undefined ? null : renderMeasured(found.value);
  };
  const unit = UNITS[percentiles[0]?.unit ?? ''] ?? renderUnit(percentiles[0]?.unit ?? '');
  const [low, middle, high] = [at(25), at(50), at(75)];
  if (low === null || high === null) return `half had ${middle ?? '–'} ${unit} or less`;
  return `half lay between ${low} and ${high} ${unit}, the middle one at ${middle ?? '–'}`;
}

/** UCUM says of a rate only how often. */
const UNITS: Readonly<Record<string, string>> = { '/min': 'beats/min', '1/d': 'steps a day' };
