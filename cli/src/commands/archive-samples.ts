import type { Filled } from '../samples/fill.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';

/** How many samples of which metrics the file has. */
export function renderFilled(path: string, { months, anew, events, disbelieved, metrics }: Filled): Lines {
  const total = metrics.reduce((sum, { samples }) => sum + samples, 0);
  const rows = metrics.map(({ metric, unit, samples, sources, first, last }) => [
    ...[metric, renderCount(samples), unit, sources.join(', ')],
    ...[first.slice(0, 10), last.slice(0, 10)],
  ]);
  const read =
    months === 0
      ? '  nothing new in the archive'
      : `  ${renderCounted(events, 'event')} of ${renderCounted(months, 'month')} read${anew ? ', all of it anew' : ''}`;
  return [
    `${renderCounted(total, 'sample')} in the table samples of ${path}:`,
    read,
    ...(disbelieved > 0 ? [`  ${renderCounted(disbelieved, 'value')} that cannot be true left out`] : []),
    ...(rows.length > 0
      ? [
          '',
          ...renderTable(['metric', 'samples', 'unit', 'sources', 'first', 'last'], rows, ['left', 'right']),
        ]
      : []),
  ];
}
