import { z } from 'zod';
import { dateOf } from '../../dates.ts';
import { AmyError } from '../../errors.ts';
import { MCP_RANGE_DAYS_MAX, MCP_SAMPLES_MAX } from '../../limits.ts';
import { KNOWN_VALUES_MIN } from '../../mirror/composites.ts';
import { readSampledMetrics, readSamples, type Sample } from '../../mirror/reading/samples.ts';
import { countDays } from '../coverage.ts';
import { figuresOf } from '../figures.ts';
import type { Found, Insufficient, Row } from '../found.ts';
import { defineTool } from '../tool.ts';

const DAY_MS = 86_400_000;

const time = (words: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], {
      error: 'must be a time with its offset, such as 2026-03-01T22:00:00Z, or a date, which begins in UTC',
    })
    .describe(words);

export const samples = defineTool({
  name: 'samples',
  title: 'Measured moment by moment',
  description:
    'Single measurements of a metric between two moments, such as heart_rate through a night: how many and their mean, lowest and highest of each source. The file has them only where the person keeps them. Use `rows` for the single ones.',
  view: 'summary',
  hasRows: true,
  input: z.object({
    metric: z
      .string({ error: 'must be the name of a sampled metric' })
      .describe('Such as heart_rate; `status` lists the sampled metrics that the file has.'),
    from: time('The first moment, as 2026-03-01T22:00:00Z.'),
    to: time('The moment before which to end.'),
  }),
  ask: (_scene, args, page) => {
    const [from, to] = [new Date(args.from), new Date(args.to)];
    if (to <= from) throw new AmyError('argument_wrong', 'samples: `to` must be later than `from`');
    if (to.getTime() - from.getTime() > MCP_RANGE_DAYS_MAX * DAY_MS)
      throw new AmyError('argument_wrong', `samples: more than ${MCP_RANGE_DAYS_MAX} days; ask for fewer`);
    const range = { from: from.toISOString(), to: to.toISOString() };
    // By UTC, as the times are. The last moment is left out, and with it a day that would only begin.
    const days = { from: range.from.slice(0, 10), to: dateOf(Math.floor((to.getTime() - 1) / DAY_MS)) };
    return ({ database }): Found => {
      const metrics = readSampledMetrics(database);
      const found = metrics === null ? [] : readSamples(database, args.metric, range, MCP_SAMPLES_MAX + 1);
      const read = found.slice(0, MCP_SAMPLES_MAX);
      return {
        ranges: [days],
        columns: [],
        units: Object.fromEntries(read.map(({ unit }) => [args.metric, unit])),
        coverage: [countDays(args.metric, days, new Set(read.map((one) => one.time.slice(0, 10))))],
        insufficient: lacking(args.metric, metrics, read),
        result: {
          metric: args.metric,
          ...range,
          by_source: bySource(read),
          ...(found.length > read.length ? { cut: `only the first ${MCP_SAMPLES_MAX} were read` } : {}),
        },
        ...(page === null ? {} : { rows: read, hasMoreRows: found.length > read.length }),
        notes: ['Times are UTC; utc_offset_minutes leads to the wall clock where it is known.'],
      };
    };
  },
});

function lacking(
  metric: string,
  metrics: readonly string[] | null,
  found: readonly Sample[],
): Insufficient | null {
  if (metrics === null) {
    return {
      reason: 'no_samples',
      message: 'The file has no samples: only days, nights, workouts and results.',
      remedy: 'The person can fetch them with `amy archive --samples`.',
    };
  }
  if (found.length > 0) return null;
  const has = metrics.includes(metric)
    ? `${metric} has samples, but none between these moments`
    : `The file has samples of ${metrics.join(', ')}, and none of ${metric}`;
  return {
    reason: 'no_samples',
    message: `${has}.`,
    remedy: '`amy archive --samples` fetches what is newer.',
  };
}

/** Of few samples only their number is told: each would show through. */
function bySource(found: readonly Sample[]): readonly Row[] {
  return [...Map.groupBy(found, ({ source, unit }) => JSON.stringify([source, unit])).values()].map(
    (group) => ({
      source: group[0]?.source,
      unit: group[0]?.unit,
      samples: group.length,
      first: group[0]?.time,
      last: group.at(-1)?.time,
      ...(group.length < KNOWN_VALUES_MIN ? {} : figuresOf(group.map(({ value }) => value))),
    }),
  );
}
