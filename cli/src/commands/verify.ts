import type { Command } from 'commander';
import { AmyError } from '../errors.ts';
import { type Difference, type VerifyResult, verifyMirror } from '../mirror/verify.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { renderRows } from '../terminal/nouns.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { syncDisplay } from '../terminal/sync-progress.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('compare the local file with the server, and mend what differs')
    .action((_options: unknown, command: Command) => runVerify(contextOf(command)));
}

async function runVerify(context: CommandContext): Promise<void> {
  const { server, insecure, token, remedy } = await context.access();
  // With --json stderr is for the error document alone; the answer tells the rest.
  const display = context.json ? null : syncDisplay(noticeScreen());
  const result = await verifyMirror({
    url: server,
    insecure,
    token,
    remedy,
    databasePath: context.databasePath,
    onProgress: display ? display.show : () => {},
  }).finally(() => display?.end());
  showAnswer(context.json, verifyDocument(result), renderVerify(result, context.time));
  const left = result.differences.filter(({ mended }) => !mended);
  if (left.length === 0) return;
  throw new AmyError(
    'not_equal',
    `${renderCounted(left.length, 'month')} could not be mended; \`amy sync --full\` fetches everything again`,
  );
}

function verifyDocument(result: VerifyResult): Record<string, unknown> {
  const { databasePath, server, now, tables, months, rows, differences, indexesMended, synced } = result;
  return {
    database: databasePath,
    server,
    now,
    equal: differences.every(({ mended }) => mended),
    tables,
    months,
    rows,
    differences: differences.map(({ table, month, serverRows, fileRows, mended }) => ({
      table,
      month,
      server_rows: serverRows,
      file_rows: fileRows,
      mended,
    })),
    indexes_mended: indexesMended,
    synced: { received: synced.received, deleted: synced.deleted + synced.removed },
  };
}

function renderVerify(result: VerifyResult, time: ShowTime): Lines {
  const { tables, months, rows, differences, now, synced, indexesMended } = result;
  const news = renderRows(synced.received);
  const size = [
    renderCounted(tables, 'table'),
    renderCounted(months, 'month'),
    renderCounted(rows, 'row'),
  ].join(', ');
  const isEqual = differences.every(({ mended }) => mended);
  return [
    ...(news === '' ? [] : [`New since the last sync, and fetched first: ${news}.`]),
    ...(indexesMended ? ['The indexes of the file did not fit its rows; they were made anew.'] : []),
    ...(differences.length === 0 ? [] : renderDifferences(differences)),
    `${size}: ${isEqual ? 'equal' : 'not equal'} as of ${time(now)}.`,
  ];
}

function renderDifferences(differences: readonly Difference[]): Lines {
  const rows = differences.map(({ table, month, serverRows, fileRows, mended }) => [
    table,
    month,
    renderCount(serverRows),
    renderCount(fileRows),
    mended ? 'mended' : 'still differs',
  ]);
  const head = ['differed', 'month', 'rows there', 'rows here', 'now'];
  return [...renderTable(head, rows, ['left', 'left', 'right', 'right']), ''];
}
