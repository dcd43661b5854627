import { addDays } from '../dates.ts';
import { BASELINE_DAYS, BASELINE_KNOWN_MIN, LATEST_AGE_MAX_DAYS } from '../limits.ts';
import type { DayValue } from '../mirror/days-read.ts';
import { renderCounted } from '../terminal/counts.ts';
import { type Baseline, baselineOf, comparableBefore } from './baseline.ts';
import { renderDate } from './calendar.ts';
import { explainDay } from './explain-line.ts';
import { renderCoverage } from './facts.ts';
import {
  FIGURES,
  type Figure,
  type FigureName,
  renderFigure,
  renderSpan,
  toldDifference,
} from './figures.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';
import { stripOf } from './strip.ts';

const SHOWN: readonly FigureName[] = [
  'sleep_minutes',
  'heart_rate_variability',
  'resting_heart_rate',
  'respiratory_rate',
  'spo2',
  'skin_temperature',
  'recovery_score',
  'steps',
  'active_zone_minutes',
  'calories_active',
  'strain',
];

/** The latest of each figure beside what is usual for oneself, as a distance and never as a judgement. */
export function todaySection(data: ReportData): Section {
  const cards = SHOWN.flatMap((name) => cardOf(data, FIGURES[name], data.days[name]) ?? []);
  return {
    id: 'today',
    title: 'Today against your own baseline',
    body:
      cards.length === 0
        ? null
        : html`<p>Each number is the latest one of the last ${LATEST_AGE_MAX_DAYS} days; what grows until midnight is of a day that is over. Your baseline is the ${BASELINE_DAYS} days before it, of the same device: the line is their median, the band their middle half. A baseline says what is usual for you, and nothing about what should be.</p><ul class="cards">${cards}</ul>`,
    missing: `No device has told anything of the last ${LATEST_AGE_MAX_DAYS} days. \`amy sync\` brings what is new, and \`amy status\` says which device is silent.`,
  };
}

function cardOf(data: ReportData, figure: Figure, values: ReadonlyMap<string, DayValue>): Markup | null {
  const last = latestOf(data.today, figure, values);
  if (last === null) return null;
  const comparable = comparableBefore(values, last);
  const baseline = baselineOf(comparable);
  const told =
    baseline === null
      ? html`<p>No baseline yet: ${renderCounted(comparable.length, 'comparable day')} of ${last.source}, and ${BASELINE_KNOWN_MIN} are needed.</p>`
      : html`${stripOf(last.value, baseline, comparable, distanceOf(figure, last.value, baseline))}<p>${distanceOf(figure, last.value, baseline)}</p>`;
  return html`<li><h3>${figure.name}</h3><p class="value">${renderFigure(figure, last.value)}</p>${told}<p class="muted">${renderDate(last.datetime)} · ${last.source} · ${renderCoverage(comparable.length, BASELINE_DAYS)}<br>${explainDay(last.datetime, figure.column)}</p></li>`;
}

function latestOf(today: string, figure: Figure, values: ReadonlyMap<string, DayValue>): DayValue | null {
  for (let back = figure.grows === true ? 1 : 0; back <= LATEST_AGE_MAX_DAYS; back += 1) {
    const day = values.get(addDays(today, -back));
    if (day !== undefined) return day;
  }
  return null;
}

/** `38 min below your median of 6 h 51 min; half of your days lie between 6 h 12 min and 7 h 31 min.` */
export function distanceOf(figure: Figure, value: number, { median, low, high }: Baseline): string {
  const shown = (amount: number) => renderFigure(figure, amount);
  const difference = toldDifference(figure, median, value);
  const away = shown(Math.abs(difference));
  const isSame = away === shown(0);
  const where = isSame ? 'At your median of' : `${away} ${difference > 0 ? 'above' : 'below'} your median of`;
  const half =
    value > high
      ? 'It lies above the middle half of your days'
      : value < low
        ? 'It lies below the middle half of your days'
        : 'It lies within the middle half of your days';
  return `${where} ${shown(median)}. ${half}, ${renderSpan(figure, low, high)}.`;
}
