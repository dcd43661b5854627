import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Archived, archiveEverything, type Gone } from '../archive/archive.ts';
import type { AmyError } from '../errors.ts';
import { GONE_UNASKED } from '../limits.ts';
import type { Filled } from '../samples/fill.ts';
import { archiveDisplay } from '../terminal/archive-progress.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { type Lines, noticeScreen, showAnswer, showNotice } from '../terminal/output.ts';
import { renderSilence } from '../terminal/silence.ts';
import { endingWith } from '../under-way.ts';
import { renderFilled } from './archive-samples.ts';
import { type CommandContext, contextOf } from './context.ts';
import { fetchReports } from './labs-list.ts';

type ArchiveFlags = { readonly to?: string; readonly yes?: boolean; readonly samples?: boolean };

export function addArchiveCommand(program: Command): void {
  program
    .command('archive')
    .description('keep everything that came, byte for byte, in a folder of your own')
    .option('--to <folder>', 'an empty one, or the archive to go on with (default: beside the local file)')
    .option(
      '--samples',
      'fill the table samples of the local file from it: heart rate, glucose, sleep stages',
    )
    .option('--yes', 'erase here what is erased on the server, and do not ask')
    .action((flags: ArchiveFlags, command: Command) => runArchive(contextOf(command), flags));
}

async function runArchive(
  context: CommandContext,
  { to, yes = false, samples = false }: ArchiveFlags,
): Promise<void> {
  const access = await context.access();
  const owner = { server: access.server, person: access.userId };
  const folder =
    to === undefined ? join(dirname(context.databasePath), 'archive') : resolve(context.folder, to);
  const filling = samples ? await import('../samples/fill.ts') : null;
  // Before an archive is fetched for a file that cannot take it.
  filling?.refuseStrangeMirror(context.databasePath, owner);
  const filled: Filled[] = [];
  const notNoted: AmyError[] = [];
  // With --json stderr is for documents of errors and warnings alone; the answer tells the rest.
  const display = context.json ? null : archiveDisplay(noticeScreen(), Date.now);
  const patient = {
    ...access,
    onWait: (seconds: number) => display?.say(`the server is busy; waiting ${seconds} s`),
    onSilence: (address: string, seconds: number) => display?.say(renderSilence(address, seconds)),
  };
  const archived = await endingWith(
    () => `interrupted; ${folder} is whole, and the next \`amy archive\` goes on from there`,
    () =>
      archiveEverything({
        access: patient,
        folder,
        owner,
        listReports: () => fetchReports(patient),
        mayErase: async (gone) => (yes && !isMost(gone)) || askToErase(gone, yes),
        onEvent: (done, total) => display?.show(done, total),
        whileAlone: async () => {
          const { databasePath } = context;
          // It reads events as the server does, by code that no other command needs.
          const { noteDevices } = await import('./archive-devices.ts');
          const failure = await noteDevices(databasePath, folder, owner);
          if (failure !== null) notNoted.push(failure);
          const onMonth = (file: string, done: number, total: number) =>
            display?.showMonth(file, done, total);
          if (filling !== null)
            filled.push(await filling.fillSamples({ databasePath, folder, owner, onMonth }));
        },
      }),
  ).finally(() => display?.end());
  const [samplesFilled] = filled;
  showAnswer(context.json, { folder, ...archived, ...(samplesFilled && { samples: samplesFilled }) }, [
    ...renderArchived(folder, archived),
    ...(samplesFilled ? ['', ...renderFilled(context.databasePath, samplesFilled)] : []),
  ]);
  for (const failure of notNoted) warnOfDevices(context.json, failure);
}

/** Exit code 0 stays: what was asked for is done. */
function warnOfDevices(json: boolean, { code, message }: AmyError): void {
  const told = `the archive is whole, but the local file could not take which devices its events name: ${message}`;
  showNotice(json, { warning: { code, message: told } }, `amy: ${told}`);
}

/** A server that was put back to an earlier day lists less, and the archive is then the only place of the rest. */
function isMost({ events, here }: Gone): boolean {
  return events > GONE_UNASKED && events > here / 2;
}

function askToErase(gone: Gone, yes: boolean): Promise<boolean> {
  return isAgreed(
    `No longer on the server: ${renderThings(gone)}. Erase here too?`,
    yes
      ? 'what is new is in the archive; more than half of it is no longer on the server, so that --yes is not enough: run it at a terminal'
      : 'what is new is in the archive; to erase here what is no longer on the server, add --yes',
  );
}

function renderThings({ events, labs }: Omit<Gone, 'here'>): string {
  return [
    ...(events > 0 ? [renderCounted(events, 'event')] : []),
    ...(labs > 0 ? [renderCounted(labs, 'lab report')] : []),
  ].join(', ');
}

function renderArchived(folder: string, { events, labs }: Archived): Lines {
  const of = (name: keyof Archived['events']) => ({ events: events[name], labs: labs[name] });
  const line = (name: keyof Archived['events'], what: string) =>
    renderThings(of(name)) === '' ? [] : [`  ${renderThings(of(name))} ${what}`];
  const count = events.fetched + labs.fetched;
  return [
    count === 0 ? `Nothing new for ${folder}:` : `${renderCount(count)} new in ${folder}:`,
    ...line('listed', 'on the server'),
    ...line('fetched', 'fetched, each checked by its SHA-256'),
    ...line('unavailable', 'of which the server has nothing but the name'),
    ...line('erased', 'erased here too'),
    ...line('kept', 'erased on the server, still here'),
  ];
}
