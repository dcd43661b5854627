import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { machineTimeZone } from '../dates.ts';
import { MCP_LOG_LINES_SHOWN } from '../limits.ts';
import { type AccessEntry, readAccessLog } from '../mcp/access-log.ts';
import { isView, VIEW_WORDS, VIEWS, type View } from '../mcp/views.ts';
import { accessLogFolder } from '../settings.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { type Lines, showAnswer, writeNotice } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';

type McpOptions = { readonly view: View; readonly demo?: boolean; readonly printConfig?: boolean };

export function addMcpCommand(program: Command): void {
  const command = program
    .command('mcp')
    .description('let an agent ask the local file: a read-only Model Context Protocol server')
    .option('--view <name>', `what it may see: ${VIEWS.join(', ')}`, parseView, 'structured')
    .option('--demo', 'made-up numbers instead of yours, to try it')
    .option('--print-config', 'print what an agent’s settings need, and serve nothing')
    .addHelpText(
      'after',
      () => `\nViews:\n${VIEWS.map((view) => `  ${view}: ${VIEW_WORDS[view]}`).join('\n')}`,
    )
    .action((options: McpOptions, command: Command) => runMcp(contextOf(command), options, command));
  command
    .command('log')
    .description('which agent read what, the latest last')
    .option('--limit <calls>', 'show so many calls at most', parseCount, MCP_LOG_LINES_SHOWN)
    .action(({ limit }: { readonly limit: number }, command: Command) => showLog(contextOf(command), limit));
}

async function runMcp(
  context: CommandContext,
  { view, demo = false, printConfig = false }: McpOptions,
  command: Command,
): Promise<void> {
  const isNamed = command.optsWithGlobals<{ readonly db?: string }>().db !== undefined;
  if (printConfig) {
    const args = [
      'mcp',
      '--view',
      view,
      ...(demo ? ['--demo'] : isNamed ? ['--db', context.databasePath] : []),
    ];
    showAnswer(true, clientConfiguration(args), []);
    return;
  }
  if (process.stdin.isTTY) {
    context.notice(
      'amy: an agent is waited for on stdin; `amy mcp --print-config` prints what its settings need',
    );
  }
  // What the protocol and its schemas need is read only here: every other command starts without it.
  const { serveDemo, serveMcp } = await import('../mcp/serve.ts');
  const folder = accessLogFolder(process.env);
  const scene = {
    path: context.databasePath,
    view,
    isDemo: false,
    now: Date.now,
    timeZone: machineTimeZone(),
  };
  await (demo ? serveDemo(scene, folder, writeNotice) : serveMcp(scene, folder, writeNotice));
}

/** As Claude Desktop, Claude Code, Cursor and others read it. Agents start programs elsewhere: every path is whole. */
function clientConfiguration(args: readonly string[]): unknown {
  const { AMY_HOME } = process.env;
  const amy = {
    command: process.execPath,
    args: [resolve(process.argv[1] ?? ''), ...args],
    ...(AMY_HOME ? { env: { AMY_HOME: resolve(AMY_HOME) } } : {}),
  };
  return { mcpServers: { amy } };
}

function showLog(context: CommandContext, limit: number): void {
  const folder = accessLogFolder(process.env);
  const all = readAccessLog(folder);
  const shown = all.slice(-limit);
  showAnswer(
    context.json,
    { folder, calls_in_all: all.length, calls: shown },
    renderLog(folder, all.length, shown, context.time),
  );
}

function renderLog(folder: string, inAll: number, shown: readonly AccessEntry[], time: ShowTime): Lines {
  if (inAll === 0) return [`No agent has asked yet, so there is nothing in ${folder}.`];
  const rows = shown.map((call) => [
    time(call.at),
    call.client,
    call.demo ? 'demo' : call.view,
    call.tool,
    call.arguments,
    call.outcome.replaceAll('_', ' '),
    renderCount(call.rows),
    renderCount(call.bytes),
  ]);
  const head = ['when', 'client', 'view', 'tool', 'asked with', 'outcome', 'rows', 'bytes'];
  return [
    ...renderTable(head, rows, ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'right']),
    '',
    `${renderCounted(inAll, 'call')} in ${folder}${inAll > shown.length ? '; --limit shows more' : ''}.`,
  ];
}

function parseView(text: string): View {
  if (isView(text)) return text;
  throw new InvalidArgumentError(`It must be ${VIEWS.slice(0, -1).join(', ')} or ${VIEWS.at(-1)}.`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0 && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
