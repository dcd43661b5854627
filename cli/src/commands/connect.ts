import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { connectPage } from '../../../cloud/src/contract/connections.ts';
import type { ConnectionShown } from '../../../cloud/src/contract/me.ts';
import { PHONE_PROVIDERS, PROVIDERS } from '../../../cloud/src/contract/providers.ts';
import { type Access, ask } from '../api/api.ts';
import { AmyError, asAmyError } from '../errors.ts';
import { CONNECT_POLL_MS, TERRA_TIMEOUT_MS } from '../limits.ts';
import { renderCounted } from '../terminal/counts.ts';
import { openAddress } from '../terminal/open-address.ts';
import { isAnswerShown, showAnswer, showNotice, writeAnswer } from '../terminal/output.ts';
import { endingWith } from '../under-way.ts';
import { fetchConnections } from './connections.ts';
import { type CommandContext, contextOf } from './context.ts';
import { listenForReturn, type Return } from './return-page.ts';

type ConnectOptions = {
  readonly provider?: readonly string[] | true;
  readonly open?: boolean;
  readonly wait?: boolean;
};

export function addConnectCommand(program: Command): void {
  program
    .command('connect')
    .description('get the web page on which you connect a device')
    .option('--provider [name...]', 'offer only these makers, such as oura garmin; without a name, list all')
    .option('--open', 'open it in the browser')
    .option('--wait', 'wait until a device is connected, as is usual on a terminal')
    .option('--no-wait', 'do not wait for it')
    .action((options: ConnectOptions, command: Command) => runConnect(contextOf(command), options));
}

async function runConnect(context: CommandContext, options: ConnectOptions): Promise<void> {
  const { provider, open = false, wait = isAnswerShown() && !context.json } = options;
  if (provider === true) return listProviders(context);
  const access = await context.access();
  const before = wait ? await fetchConnections(access) : [];
  // Elsewhere than in this machine's browser nobody could come back to it.
  const returned = wait && open ? await listenForReturn() : null;
  try {
    const page = await fetchPage(access, provider, returned?.url);
    // With --json stdout is for the device that is waited for.
    if (wait && context.json) showNotice(true, page, []);
    else showAnswer(context.json, page, page.url);
    const isOpened = open && /^https?:/.test(page.url) && (await openAddress(page.url));
    context.notice(renderHint(page.expires_in, open, isOpened, wait));
    if (wait) await showNewDevice(context, access, before, page.expires_in, returned);
  } finally {
    returned?.close();
  }
}

function listProviders(context: CommandContext): void {
  const data = PROVIDERS.filter((one) => !PHONE_PROVIDERS.includes(one));
  showAnswer(context.json, { data, complete: false }, [
    ...data,
    'Not all of them: Terra has more, and any name of its own may be given.',
  ]);
}

async function fetchPage(
  access: Access,
  names: readonly string[] | undefined,
  redirectUrl: string | undefined,
) {
  const json = {
    ...(names !== undefined && { providers: [...names] }),
    ...(redirectUrl !== undefined && { redirect_url: redirectUrl }),
  };
  try {
    return await ask(access, (api) => api.v1.connect.$post({ json }), connectPage, {
      idempotencyKey: randomUUID(),
      timeoutMs: TERRA_TIMEOUT_MS,
    });
  } catch (error) {
    throw withUnknownNames(asAmyError(error), names ?? []);
  }
}

/** Terra knows more names than Amy and does not say which it refuses: one that Amy does not know may be mistyped. */
function withUnknownNames(error: AmyError, names: readonly string[]): AmyError {
  const unknown = names.filter((name) => !PROVIDERS.some((known) => known === name.toLowerCase()));
  if (unknown.length === 0 || error.code !== 'terra_failed') return error;
  const which = `${unknown.join(', ')}: Amy does not know this name, \`amy connect --provider\` lists those it knows`;
  return new AmyError(error.code, `${error.message}. ${which}`, { requestId: error.requestId, cause: error });
}

/** Waits for a connection that was not active before. Throws `not_connected` where the page ends before. */
async function showNewDevice(
  context: CommandContext,
  access: Access,
  before: readonly ConnectionShown[],
  seconds: number,
  returned: Return | null,
): Promise<void> {
  const active = new Set(before.filter(({ deactivated_at }) => deactivated_at === null).map(({ id }) => id));
  const ending = () => 'no longer waiting; the page goes on, and `amy connections` shows the device';
  const made = await endingWith(ending, async () => {
    for (const endMs = Date.now() + seconds * 1_000; Date.now() < endMs; ) {
      await pause(returned);
      const found = (await fetchConnections(access)).find(
        ({ id, deactivated_at }) => deactivated_at === null && !active.has(id),
      );
      if (found !== undefined) return found;
    }
    throw new AmyError(
      'not_connected',
      'nothing was connected before the page ran out; `amy connect` gets another',
    );
  });
  if (context.json) return showAnswer(true, made, []);
  writeAnswer(
    `${made.provider} is connected. Its last 90 days come by themselves; \`amy import --days 365\` asks for more.`,
  );
}

/** Until the next look: a while, or until the browser comes back. A timer that is left would keep the process alive. */
async function pause(returned: Return | null): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, CONNECT_POLL_MS);
  await Promise.race([over, ...(returned === null ? [] : [returned.next()])]);
  clearTimeout(timer);
}

function renderHint(seconds: number, isAsked: boolean, isOpened: boolean, isWaited: boolean): string {
  const minutes = renderCounted(Math.max(1, Math.floor(seconds / 60)), 'minute');
  const failed = isAsked && !isOpened ? 'No browser could be started here. ' : '';
  const what = isOpened ? 'Opened in the browser' : 'Open this page';
  const then = isWaited
    ? 'Waiting for the device; Ctrl-C leaves it be.'
    : '`amy connections` then shows the device.';
  return `${failed}${what}; it is there for ${minutes}. ${then}`;
}
