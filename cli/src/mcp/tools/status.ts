import { z } from 'zod';
import { DAILY_SUMMARY_COLUMNS } from '../../../../cloud/src/contract/tables.ts';
import { readKnownMetrics } from '../../mirror/reading/missing-days.ts';
import { readSampledMetrics } from '../../mirror/reading/samples.ts';
import { readSourceOrder } from '../../mirror/source-order.ts';
import { readRowCounts } from '../../mirror/status.ts';
import { outsideTheData } from '../coverage.ts';
import type { Found } from '../found.ts';
import { measure, unfinishedNotes } from '../metric.ts';
import { asColumn, checkedRange, dateField, defineTool, metricField } from '../tool.ts';

export const status = defineTool({
  name: 'status',
  title: 'What the file knows, and how fresh it is',
  description:
    'Start here: today’s date, when the file was last synced, from when to when there are days, which sources and metrics there are and on how many days. With `metric`, which days of a range are missing and why.',
  view: 'summary',
  hasRows: false,
  input: z.object({
    metric: metricField.optional(),
    from: dateField('The first day; without it the oldest of the file.').optional(),
    to: dateField('The last day; without it the newest of the file.').optional(),
  }),
  ask: (_scene, { metric, ...asked }) => {
    const column = metric === undefined ? null : asColumn(metric);
    return (known): Found => {
      const { oldestDay, newestDay } = known.extent;
      const range = checkedRange('status', {
        from: asked.from ?? oldestDay ?? known.today,
        to: asked.to ?? newestDay ?? known.today,
      });
      const measured = column === null ? null : measure(known, column, range);
      const { database } = known;
      return {
        ranges: [range],
        columns: column === null ? [] : [column],
        coverage: measured === null ? [] : [measured.coverage],
        insufficient: outsideTheData(known, range),
        result: {
          today: known.today,
          last_sync_date: known.lastSyncDate,
          rows: readRowCounts(database),
          metrics: readKnownMetrics(
            database,
            column === null ? Object.keys(DAILY_SUMMARY_COLUMNS) : [column],
            range,
          ),
          sampled_metrics: readSampledMetrics(database) ?? [],
          source_order: readSourceOrder(database),
        },
        notes: measured === null ? [] : unfinishedNotes(measured),
      };
    };
  },
});
