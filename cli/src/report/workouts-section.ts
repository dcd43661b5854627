import { addDays } from '../dates.ts';
import { WORKOUTS_LISTED } from '../limits.ts';
import type { Workout } from '../mirror/reading/sessions.ts';
import { renderCounted } from '../terminal/counts.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { renderFacts, renderSources, renderTable } from './facts.ts';
import { renderHours, renderMinutes, renderNumber } from './figures.ts';
import { html, type Markup } from './html.ts';
import { listTable } from './list-table.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';

export function workoutsSection(data: ReportData, pen: Pen): Section {
  return {
    id: 'workouts',
    title: 'Workouts',
    body: data.workouts.length === 0 ? null : workoutsPart(data, pen),
    missing: 'No device has recorded a workout in these days. `amy sync` brings what is new.',
  };
}

function workoutsPart(data: ReportData, pen: Pen): Markup {
  const { workouts } = data;
  const weeks = weeksOf(data.dates);
  const minutes = weeks.map((monday) => sum(workouts.filter(({ date }) => mondayOf(date) === monday)));
  const days = new Set(workouts.map(({ date }) => date)).size;
  const total = minutes.reduce((all, one) => all + one, 0);
  const chart = pen.draw({
    alternative: `Chart of the minutes of workouts of ${renderCounted(weeks.length, 'week')}, from Monday to Sunday: ${renderMinutes(Math.min(...minutes))} to ${renderMinutes(Math.max(...minutes))}. The table below it has every workout.`,
    dates: weeks,
    each: 'week',
    series: [{ kind: 'bars', name: 'workouts', colour: 'three', values: minutes.map((one) => one / 60) }],
    axis: { fromZero: true, label: renderHours, step: 0.5 },
  });
  return html`<figure class="plot"><figcaption><h3>Time in workouts by week, in hours</h3><p>Weeks from Monday to Sunday; the first and the last may be cut by the days of this report. A workout that several devices recorded counts once.</p></figcaption>${chart}${renderFacts(
    [
      ['Recorded', `${renderCounted(workouts.length, 'workout')} on ${renderCounted(days, 'day')}`],
      ['Source', renderSources(workouts, 'workout')],
      ['Together', renderMinutes(total)],
      ['Where it comes from', html`<code>amy query "select * from activities_merged"</code>`],
    ],
  )}${listTable(['kind', 'workouts', 'time', 'distance'], kindsOf(workouts))}${listOf(workouts)}</figure>`;
}

function kindsOf(workouts: readonly Workout[]) {
  const kinds = Map.groupBy(workouts, ({ activity_name }) => activity_name ?? 'without a name');
  return [...kinds]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([name, ones]) => [
      name,
      String(ones.length),
      renderMinutes(sum(ones)),
      metres(ones.reduce((total, { distance }) => total + (distance ?? 0), 0)),
    ]);
}

function listOf(workouts: readonly Workout[]): Markup {
  const listed = workouts.toReversed().slice(0, WORKOUTS_LISTED);
  const which = listed.length < workouts.length ? `the latest ${WORKOUTS_LISTED}` : 'every one';
  return renderTable({
    summary: `Workouts: ${which} as a table`,
    heads: ['date', 'began', 'kind', 'time', 'distance', 'mean heart rate', 'energy', 'source'],
    rows: listed.map((one) => [
      renderDate(one.date),
      one.local_start?.slice(11, 16) ?? '–',
      one.activity_name ?? 'without a name',
      one.duration === null ? '–' : renderMinutes(one.duration / 60),
      metres(one.distance ?? 0),
      one.average_heart_rate === null ? '–' : `${Math.round(one.average_heart_rate)} beats/min`,
      one.calories === null ? '–' : `${Math.round(one.calories).toLocaleString('en-US')} kcal`,
      one.source,
    ]),
  });
}

function sum(workouts: readonly Workout[]): number {
  return workouts.reduce((total, { duration }) => total + (duration ?? 0) / 60, 0);
}

function metres(distance: number): string {
  if (distance <= 0) return '–';
  return distance < 1_000 ? `${Math.round(distance)} m` : `${renderNumber(distance / 1_000, 1)} km`;
}

function weeksOf(dates: readonly string[]): readonly string[] {
  return [...new Set(dates.map(mondayOf))];
}

function mondayOf(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}
