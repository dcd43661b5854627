import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { connectPage } from '../../../cloud/src/contract/connections.ts';
import { ask } from '../api/api.ts';
import { renderCounted } from '../terminal/counts.ts';
import { openAddress } from '../terminal/open-address.ts';
import { showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

type ConnectOptions = { readonly provider?: readonly string[]; readonly open?: boolean };

export function addConnectCommand(program: Command): void {
  program
    .command('connect')
    .description('get the page on which a device is connected')
    .option('--provider <name...>', 'offer only these, such as oura garmin')
    .option('--open', 'open it in the browser')
    .action((options: ConnectOptions, command: Command) => runConnect(contextOf(command), options));
}

async function runConnect(context: CommandContext, { provider, open }: ConnectOptions): Promise<void> {
  const page = await ask(
    await context.access(),
    (api) => api.v1.connect.$post({ json: provider === undefined ? {} : { providers: [...provider] } }),
    connectPage,
    { idempotencyKey: randomUUID() },
  );
  showAnswer(context.json, page, page.url);
  const isOpened = open === true && /^https?:/.test(page.url) && (await openAddress(page.url));
  context.notice(renderHint(page.expires_in, open === true, isOpened));
}

function renderHint(seconds: number, isAsked: boolean, isOpened: boolean): string {
  const minutes = renderCounted(Math.max(1, Math.floor(seconds / 60)), 'minute');
  const failed = isAsked && !isOpened ? 'No browser could be started here. ' : '';
  const what = isOpened ? 'Opened in the browser' : 'Open this page';
  return `${failed}${what}; it is there for ${minutes}. \`amy connections\` then shows the device.`;
}
