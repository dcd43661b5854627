import { DEBT_NIGHTS, DEBT_NIGHTS_KNOWN_MIN } from '../limits.ts';
import { medianOf, quantile } from './baseline.ts';
import { bucketsOf } from './buckets.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { dayChart } from './day-chart.ts';
import { BASELINE_TOLD, bodyOf } from './day-sections.ts';
import { explainDay } from './explain-line.ts';
import { renderCoverage, renderFacts, renderSources, renderTable } from './facts.ts';
import { FIGURES, renderHours, renderMinutes } from './figures.ts';
import { html, type Markup } from './html.ts';
import { type ReportData, STAGES, type Stage, shownDays } from './report-data.ts';
import type { Section } from './section.ts';

export function sleepSection(data: ReportData, pen: Pen): Section {
  const asleep = dayChart(data, pen, {
    figure: FIGURES.sleep_minutes,
    colour: 'one',
    kind: 'line',
    told: 'The main sleep that ended on each date, without naps.',
  });
  const parts = [asleep, stagesChart(data, pen), regularityChart(data, pen), debtChart(data, pen)];
  const shown = parts.filter((part) => part !== null);
  return {
    id: 'sleep',
    title: 'Sleep',
    body: bodyOf(shown, [], asleep === null ? null : BASELINE_TOLD),
    missing:
      'No device has told of a night in these days. Wear one at night and run `amy sync`; `amy status` says which device is silent.',
  };
}

const STAGE_LOOKS: Readonly<
  Record<Stage, { readonly name: string; readonly colour: 'one' | 'two' | 'three' | 'four' }>
> = {
  deep_sleep_minutes: { name: 'deep', colour: 'four' },
  rem_sleep_minutes: { name: 'REM', colour: 'one' },
  light_sleep_minutes: { name: 'light', colour: 'three' },
  awake_minutes: { name: 'awake', colour: 'two' },
};

function stagesChart(data: ReportData, pen: Pen): Markup | null {
  const known = data.dates.filter((date) => STAGES.some((stage) => data.stages[stage].has(date)));
  const last = known.at(-1);
  if (last === undefined) return null;
  const buckets = bucketsOf(data.dates);
  const values = (stage: Stage) =>
    buckets.of(data.dates.map((date) => data.stages[stage].get(date)?.value ?? null));
  const drawn = STAGES.map((stage) => values(stage));
  const medians = STAGES.map((stage) => {
    const median = medianOf(known.flatMap((date) => data.stages[stage].get(date)?.value ?? []));
    return `${STAGE_LOOKS[stage].name} ${median === null ? 'unknown' : renderMinutes(median)}`;
  });
  const chart = pen.draw({
    alternative: `Chart of the sleep stages of ${known.length} nights. On the median night: ${medians.join(', ')}. The table below it has every value.`,
    dates: buckets.starts,
    hasRows: true,
    series: STAGES.map((stage, index) => ({
      kind: 'bars' as const,
      name: STAGE_LOOKS[stage].name,
      colour: STAGE_LOOKS[stage].colour,
      values: hours(drawn[index] ?? []),
      stack: 'stages',
    })),
    axis: { fromZero: true, label: renderHours },
  });
  const legend = html`<ul class="legend">${STAGES.map((stage) => html`<li class="${STAGE_LOOKS[stage].colour}">${STAGE_LOOKS[stage].name}</li>`)}</ul>`;
  const days = known.flatMap(
    (date) => STAGES.map((stage) => data.stages[stage].get(date)).find((day) => day !== undefined) ?? [],
  );
  return html`<figure class="plot"><figcaption><h3>Sleep stages, in hours</h3><p>Each night from the bottom up. Devices guess stages from movement and pulse, each in its own way.</p>${legend}</figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(known.length, data.dates.length, 'night')],
      ['Source', renderSources(days, 'night')],
      ['Median night', medians.join(', ')],
      ['Where it comes from', explainDay(last, 'deep_sleep_minutes')],
    ],
  )}${renderTable({
    summary: `Sleep stages: every ${buckets.size} as a table`,
    heads: ['date', ...STAGES.map((stage) => STAGE_LOOKS[stage].name)],
    rows: buckets.starts.map((start, index) => [
      start,
      ...drawn.map((numbers) => minutesOr(numbers[index] ?? null)),
    ]),
  })}</figure>`;
}

function hours(minutes: readonly (number | null)[]): readonly (number | null)[] {
  return minutes.map((value) => (value === null ? null : value / 60));
}

function minutesOr(minutes: number | null): string {
  return minutes === null ? '–' : renderMinutes(minutes);
}

/** Hours after noon, so that a night is one piece. */
function afterNoon(time: string): number {
  const hours = Number(time.slice(11, 13)) + Number(time.slice(14, 16)) / 60;
  return (hours + 12) % 24;
}

function clock(hours: number): string {
  const minutes = Math.round(((hours + 12) % 24) * 60);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

function regularityChart(data: ReportData, pen: Pen): Markup | null {
  const nights = new Map(
    data.nightTimes.flatMap(({ datetime, local_bed_time, local_wake_up_time }) =>
      local_bed_time === null || local_wake_up_time === null
        ? []
        : [[datetime, { bed: afterNoon(local_bed_time), wake: afterNoon(local_wake_up_time) }] as const],
    ),
  );
  const last = data.nightTimes.at(-1);
  if (last === undefined) return null;
  const buckets = bucketsOf(data.dates);
  const beds = buckets.of(data.dates.map((date) => nights.get(date)?.bed ?? null));
  const wakes = buckets.of(data.dates.map((date) => nights.get(date)?.wake ?? null));
  const all = [...nights.values()];
  const spreadOf = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { middle: quantile(sorted, 0.5), half: quantile(sorted, 0.75) - quantile(sorted, 0.25) };
  };
  const [bed, wake] = [spreadOf(all.map((night) => night.bed)), spreadOf(all.map((night) => night.wake))];
  const told = (name: string, { middle, half }: { middle: number; half: number }) =>
    `${name} ${clock(middle)}, middle half within ${renderMinutes(half * 60)}`;
  const chart = pen.draw({
    alternative: `Chart of when ${all.length} nights began and ended, by the clock on the wall: ${told('to bed', bed)}; ${told('up', wake)}. The table below it has every night.`,
    dates: buckets.starts,
    hasRows: true,
    base: beds,
    series: [
      {
        kind: 'bars',
        name: 'in bed',
        colour: 'one',
        values: wakes.map((end, index) => {
          const begin = beds[index] ?? null;
          return end === null || begin === null ? null : Math.max(0, end - begin);
        }),
        stack: 'bars',
      },
    ],
    axis: {
      label: clock,
      inverse: true,
      min: Math.floor(Math.min(...all.map((night) => night.bed)) / 2) * 2,
      max: Math.ceil(Math.max(...all.map((night) => Math.max(night.wake, night.bed))) / 2) * 2,
      interval: 2,
    },
  });
  return html`<figure class="plot"><figcaption><h3>When you slept</h3><p>From going to bed, above, to getting up, below, by the clock on the wall where you were.</p></figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(all.length, data.dates.length, 'night')],
      ['Source', renderSources(shownDays(data, 'sleep_minutes'), 'night')],
      ['To bed', told('median', bed)],
      ['Up', told('median', wake)],
      ['Where it comes from', explainDay(last.datetime, 'bed_time')],
    ],
  )}${renderTable({
    summary: `When you slept: every ${buckets.size} as a table`,
    heads: ['date', 'to bed', 'up'],
    rows: buckets.starts.map((start, index) => [
      start,
      clockOr(beds[index] ?? null),
      clockOr(wakes[index] ?? null),
    ]),
  })}</figure>`;
}

function clockOr(hours: number | null): string {
  return hours === null ? '–' : clock(hours);
}

/** Over the last nights: how much less than one's own median was slept. */
export function debts(nights: readonly (number | null)[], median: number): readonly (number | null)[] {
  return nights.map((_, index) => {
    const window = nights
      .slice(Math.max(0, index + 1 - DEBT_NIGHTS), index + 1)
      .filter((night) => night !== null);
    if (window.length < DEBT_NIGHTS_KNOWN_MIN) return null;
    return window.reduce((sum, night) => sum + (median - night), 0);
  });
}

function debtChart(data: ReportData, pen: Pen): Markup | null {
  const days = shownDays(data, 'sleep_minutes');
  const median = medianOf(days.map(({ value }) => value));
  const last = days.at(-1);
  if (median === null || last === undefined) return null;
  const owed = debts(
    data.dates.map((date) => data.days.sleep_minutes.get(date)?.value ?? null),
    median,
  );
  const now = owed.findLast((debt) => debt !== null) ?? null;
  if (now === null) return null;
  const buckets = bucketsOf(data.dates);
  const drawn = buckets.lastOf(owed);
  const inWords = debtInWords(now);
  const chart = pen.draw({
    alternative: `Chart of the sleep debt over ${DEBT_NIGHTS} nights against your median night of ${renderMinutes(median)}. At the end: ${inWords}. The table below it has every value.`,
    dates: buckets.starts,
    hasRows: true,
    series: [{ kind: 'bars', name: 'debt', colour: 'two', values: hours(drawn) }],
    axis: { fromZero: true, label: renderHours },
  });
  return html`<figure class="plot"><figcaption><h3>Sleep debt, in hours</h3><p>How much less you slept over ${DEBT_NIGHTS} nights than ${DEBT_NIGHTS} times your own median night of these days; below zero you slept more. It says nothing about how much you need.</p></figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(owed.filter((debt) => debt !== null).length, data.dates.length)],
      ['Source', renderSources(days, 'night')],
      ['Median night', `${renderMinutes(median)} from ${renderDate(data.range.from)} on`],
      ['At the end', inWords],
      ['Where it comes from', explainDay(last.datetime, 'sleep_minutes')],
    ],
  )}${renderTable({
    summary: `Sleep debt: every ${buckets.size} as a table`,
    heads: ['date', `debt over ${DEBT_NIGHTS} nights`],
    rows: buckets.starts.map((start, index) => [start, minutesOr(drawn[index] ?? null)]),
  })}</figure>`;
}

function debtInWords(minutes: number): string {
  const amount = renderMinutes(Math.abs(minutes));
  return minutes >= 0
    ? `${amount} less than your median over ${DEBT_NIGHTS} nights`
    : `${amount} more than your median over ${DEBT_NIGHTS} nights`;
}
