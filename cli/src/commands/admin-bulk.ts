import type { EventFilter } from '../../../cloud/src/contract/event-filter.ts';
import { type BulkDone, bulkDone } from '../../../cloud/src/contract/operator.ts';
import { pageWalk } from '../api/every-page.ts';
import { AmyError, asAmyError } from '../errors.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { noticeScreen, showAnswer } from '../terminal/output.ts';
import { endingWith } from '../under-way.ts';
import { tellUnsearched } from './admin-events.ts';
import { operatorOf } from './admin-operator.ts';
import type { CommandContext } from './context.ts';

/** What is done about everything that a search finds. */
export type BulkAct = {
  readonly what: 'replay' | 'resolve';
  readonly verb: string;
  /** Tells what was done, of `3 events are`. */
  readonly done: (events: string) => string;
};

type BulkOptions = {
  readonly note?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly cursor?: string;
};

type Counts = { matched: number; done: number; unsearched: number };

/** Counts what a search finds, asks, and acts on it in steps until nothing is left. */
export async function actOnFound(
  context: CommandContext,
  act: BulkAct,
  filter: EventFilter,
  options: BulkOptions,
): Promise<void> {
  const operator = operatorOf(context);
  const note = options.note === undefined ? {} : { note: options.note };
  const step: Step = (cursor, dry_run) =>
    operator.ask(
      { method: 'POST', path: `/admin/events/${act.what}`, body: { ...filter, ...note, dry_run, cursor } },
      bulkDone,
    );
  const found = await walk(
    context,
    step,
    true,
    options.cursor,
    (counts) => `${renderCounted(counts.matched, 'event')} found so far ...`,
  );
  tellUnsearched(context, found.unsearched);
  if (options.dryRun === true || found.matched === 0) {
    const document = { ok: true, dry_run: true, matched: found.matched, done: 0 };
    return showAnswer(context.json, document, renderFound(act, found.matched));
  }
  if (options.yes !== true && !(await isAgreed(question(act, found.matched), instead(act))))
    throw new AmyError('not_confirmed', 'nothing was done');
  const done = await walk(
    context,
    step,
    false,
    options.cursor,
    (counts) => `${renderCount(counts.done)} of ${renderCounted(found.matched, 'event')} done ...`,
  );
  const events = `${renderCounted(done.done, 'event')} ${done.done === 1 ? 'is' : 'are'}`;
  showAnswer(
    context.json,
    { ok: true, dry_run: false, matched: done.matched, done: done.done },
    act.done(events),
  );
}

type Step = (cursor: string | undefined, isDryRun: boolean) => Promise<BulkDone>;

/** Step after step, until the server says that nothing is left. What cuts it short tells how to go on. */
async function walk(
  context: CommandContext,
  step: Step,
  isDryRun: boolean,
  from: string | undefined,
  progress: (counts: Counts) => string,
): Promise<Counts> {
  const screen = context.json ? null : noticeScreen();
  const show = (line: string) => (screen?.isTerminal ? screen.draw(line) : screen?.keep(line));
  const counts: Counts = { matched: 0, done: 0, unsearched: 0 };
  const nextCursor = pageWalk();
  let cursor = from;
  const left = () => {
    const how = cursor === undefined ? 'call it again' : `\`--cursor ${cursor}\` goes on from there`;
    return isDryRun ? 'nothing has changed' : `${renderCounted(counts.done, 'event')} done; ${how}`;
  };
  const run = async () => {
    for (;;) {
      const answer = await step(cursor, isDryRun);
      counts.matched += answer.matched;
      counts.done += answer.done;
      counts.unsearched += answer.bodies_not_searched ?? 0;
      const next = nextCursor({ has_more: answer.next_cursor !== null, next_cursor: answer.next_cursor });
      if (next === null) return counts;
      cursor = next;
      show(progress(counts));
    }
  };
  try {
    return await endingWith(() => `interrupted: ${left()}`, run);
  } catch (thrown) {
    const error = asAmyError(thrown);
    if (isDryRun || cursor === from) throw error;
    throw new AmyError(error.code, `${error.message}; ${left()}`, {
      requestId: error.requestId,
      cause: error,
    });
  } finally {
    screen?.draw('');
  }
}

function renderFound({ verb }: BulkAct, matched: number): string {
  if (matched === 0) return 'No event is found by this.';
  return `${renderCounted(matched, 'event')} found. ${verb} ${matched === 1 ? 'it' : 'them'} without --dry-run.`;
}

function question({ verb }: BulkAct, matched: number): string {
  return `${verb} ${renderCounted(matched, 'event')}?`;
}

function instead({ what }: BulkAct): string {
  return `to ${what} all of them, add --yes; --dry-run only counts`;
}
