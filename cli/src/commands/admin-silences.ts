import { type Command, Option } from 'commander';
import { silenceInWords } from '../../../cloud/src/contract/silence-words.ts';
import { SILENCE_KINDS, type SilenceRow, silenceList } from '../../../cloud/src/contract/silences.ts';
import { SILENCE_PAGE_ROWS } from '../limits.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { operatorOf } from './admin-operator.ts';
import { addPageOptions, type PageOptions, readRows, tellMore } from './admin-pages.ts';
import { type CommandContext, contextOf } from './context.ts';

type Options = PageOptions & {
  readonly user?: string;
  readonly provider?: string;
  readonly kind?: SilenceRow['kind'];
};

export function addAdminSilencesCommand(admin: Command): void {
  const command = admin
    .command('silences')
    .description('connections whose data is overdue, and days that are missing, the latest found first')
    .option('--user <user>', 'of this person')
    .option('--provider <provider>', 'of this provider')
    .addOption(
      new Option('--kind <kind>', 'overdue by their own habit, or a gap between days').choices(SILENCE_KINDS),
    );
  addPageOptions(command).action((options: Options, command: Command) =>
    listSilences(contextOf(command), options),
  );
}

async function listSilences(context: CommandContext, options: Options): Promise<void> {
  const operator = operatorOf(context);
  const filter = { user_id: options.user, provider: options.provider, kind: options.kind };
  const found = await readRows(context, options, SILENCE_PAGE_ROWS, (page) =>
    operator.ask({ path: '/admin/silences', query: { ...filter, ...page } }, silenceList),
  );
  showAnswer(context.json, found, renderSilences(found.rows, context.time));
  tellMore(context, found.next_cursor);
}

function renderSilences(silences: readonly SilenceRow[], time: ShowTime): Lines {
  if (silences.length === 0) return ['No connection is silent, and no days are missing.'];
  const rows = silences.map((one) => [one.user_id, one.provider, silenceInWords(one, time)]);
  return renderTable(['user', 'provider', 'silence'], rows);
}
