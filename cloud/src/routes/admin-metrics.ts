import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { storedText, type UnixMs, unixMsOf } from '../clock.ts';
import { EVENT_OUTCOMES, SIGNATURE_REASONS, type SignatureReason } from '../contract/stats.ts';
import { countOf, type IngestFigures, readStats } from '../store/stats.ts';
import { documentedRouter } from './documented-router.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'How the ingest stands, for Prometheus',
  description: 'The figures of `/admin/stats`. What they cost does not grow with the events that are stored.',
  responses: {
    200: { description: 'the text format, version 0.0.4', content: { 'text/plain': { schema: z.string() } } },
  },
});

export const adminMetrics = documentedRouter<App>().serve(route, async (c) => {
  const nowMs = Date.now();
  const text = renderMetrics(await readStats(c.env.DB, nowMs), nowMs);
  return c.text(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
});

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Gauges, which say how it is now, but for counters, whose names end in `_total`. */
function renderMetrics(figures: IngestFigures, nowMs: UnixMs): string {
  const only = (value: number): Sample[] => [[{}, value]];
  const since = (time: string | null) => (time === null ? 0 : (nowMs - unixMsOf(storedText(time))) / 1_000);
  const metrics: readonly (readonly [name: string, help: string, samples: readonly Sample[]])[] = [
    ['backlog', 'Events on their way.', only(figures.backlog)],
    ['backlog_age_seconds', 'Age of the oldest of them.', only(since(figures.oldest_backlog))],
    ['parked', 'Events that an error keeps.', only(figures.parked)],
    ['parked_age_seconds', 'Age of the oldest of them.', only(since(figures.oldest_parked))],
    [
      'last_received_age_seconds',
      'Time since the newest event.',
      // Nothing ever received is not "just now".
      figures.last_received_at === null ? [] : only(since(figures.last_received_at)),
    ],
    [
      'events_total',
      'Events that became rows or were skipped, and attempts that parked or failed.',
      EVENT_OUTCOMES.map((outcome) => [{ outcome }, countOf(figures, outcome).ever]),
    ],
    ['dead_lettered', 'Events given up, neither processed nor resolved.', only(figures.dead_lettered)],
    [
      'errors',
      'Unresolved errors by code.',
      Object.entries(figures.errors).map(([code, n]) => [{ code }, n]),
    ],
    [
      'rejected_signatures_last_hour',
      'Refused deliveries by reason.',
      // A reason that did not occur is 0: of a series that is absent no rate and no alert is made.
      SIGNATURE_REASONS.map((reason) => [{ reason }, hourOf(figures, reason)]),
    ],
    ['outbox_pending', 'Requests to Terra that are not sent.', only(figures.outbox_pending)],
    ['outbox_waiting', 'Those that were put off.', only(figures.outbox_waiting)],
    [
      'outbound_paused',
      '1 while nothing is asked of Terra.',
      only(figures.outbound_paused_since === null ? 0 : 1),
    ],
    ['rebuilds_left', 'People whose rows are by older rules.', only(figures.rebuilds_left)],
    ['rebuilds_failed', 'Rebuilds given up.', only(figures.rebuilds_failed)],
    [
      'silent_connections',
      'Connections that are overdue by their own habit.',
      only(figures.silences.connections),
    ],
    [
      'silent_connections_last_day',
      'Those of which that was found within the last 24 hours.',
      only(figures.silences.connections_last_day),
    ],
    ['gaps', 'Gaps in histories that are not filled.', only(figures.silences.gaps)],
    [
      'silences_to_be_asked',
      'Silences whose days were not asked for yet.',
      only(figures.silences.to_be_asked),
    ],
    ['database_bytes', 'Size of the database.', only(figures.database_bytes)],
    [
      'cron_age_seconds',
      'Time since the last run of a cron began.',
      figures.crons.map(({ cron, started_at }) => [{ cron }, since(started_at)]),
    ],
    [
      'cron_failed',
      '1 where the last run of a cron failed.',
      figures.crons.map(({ cron, outcome }) => [{ cron }, outcome === 'failed' ? 1 : 0]),
    ],
  ];
  return metrics.map(([name, help, samples]) => renderMetric(`amy_${name}`, help, samples)).join('');
}

function hourOf({ rejections }: IngestFigures, reason: SignatureReason): number {
  return rejections.find((one) => one.reason === reason)?.hour ?? 0;
}

/** Values of labels are words of our own: what JSON puts before a quote or a backslash is what this format puts there. */
function renderMetric(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join()}}`} ${value}\n`;
  });
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
