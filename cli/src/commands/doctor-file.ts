import { AmyError } from '../errors.ts';
import { DOCTOR_BUSY_TIMEOUT_MS, SYNC_AGE_MAX_DAYS, VERIFY_AGE_MAX_DAYS } from '../limits.ts';
import { type CheckUp, checkUp, mendMirror } from '../mirror/check-up.ts';
import { foreignFileError } from '../mirror/file.ts';
import type { LayoutAge } from '../mirror/layout.ts';
import type { ShowTime } from '../terminal/times.ts';
import type { CommandContext } from './context.ts';
import { type Check, type Finding, skipped, well, wrong, wrongBy } from './doctor-finding.ts';

const DAY_MS = 86_400_000;

/** What only a mirror that can be read tells. */
const OF_A_MIRROR: readonly Check[] = ['person', 'soundness', 'last sync', 'last verify'];

/** What was found of the mirror, whose token there is given. */
export function checkFile(context: CommandContext, person: string | null, nowMs: number): readonly Finding[] {
  const path = context.databasePath;
  const alone = (finding: Finding) => [
    finding,
    ...OF_A_MIRROR.map((check) => skipped(check, 'no file to read')),
  ];
  let found: ReturnType<typeof checkUp>;
  try {
    found = checkUp(path, DOCTOR_BUSY_TIMEOUT_MS);
  } catch (thrown) {
    return alone(wrongBy('file', thrown));
  }
  switch (found.kind) {
    case 'absent':
      return alone(wrong('file', `nothing at ${path} yet`, '`amy sync` fills it'));
    case 'earlier':
      return alone(wrong('file', `${path} is of an earlier amy`, '`amy sync` keeps it aside and fills anew'));
    case 'foreign':
      return alone(wrongBy('file', foreignFileError(path)));
    case 'mirror':
      return [
        checkLayout(path, found.layout),
        checkPerson(context, found, person),
        checkSoundness(path, found.isSound),
        checkAge('last sync', found.lastSyncAt, SYNC_AGE_MAX_DAYS, nowMs, context.time),
        checkAge('last verify', found.lastVerifyAt, VERIFY_AGE_MAX_DAYS, nowMs, context.time),
      ];
  }
}

const LAYOUTS: Readonly<Record<Exclude<LayoutAge, 'current'>, readonly [is: string, remedy: string]>> = {
  older: ['of an older amy', '`amy sync` brings it up to date'],
  newer: ['of a newer amy', 'update amy; this one leaves the file as it is'],
  other: ['of another version of amy', '`amy sync` brings it to this one’s'],
};

function checkLayout(path: string, layout: LayoutAge): Finding {
  if (layout === 'current') return well('file', `${path}, in the layout of this amy`);
  const [is, remedy] = LAYOUTS[layout];
  return wrong('file', `${path} has the layout ${is}`, remedy);
}

function checkPerson(
  context: CommandContext,
  { server, person: owner }: CheckUp,
  person: string | null,
): Finding {
  const remedy = 'use another file with --db, or delete this one with `amy reset`';
  const address = serverOf(context);
  if (server !== null && address !== null && server !== address)
    return wrong('person', `the file mirrors ${server}, and ${address} is the server asked`, remedy);
  if (owner !== null && person !== null && owner !== person)
    return wrong('person', `the file is ${owner}’s, and the token ${person}’s`, remedy);
  if (owner === null) return well('person', 'the file is nobody’s yet');
  return well('person', person === null ? `the file is ${owner}’s` : `file and token are ${owner}’s`);
}

function serverOf(context: CommandContext): string | null {
  try {
    return context.server();
  } catch (thrown) {
    // Told under `line` and `sign-in file`.
    if (thrown instanceof AmyError) return null;
    throw thrown;
  }
}

function checkSoundness(path: string, isSound: boolean): Finding {
  if (isSound) return well('soundness', 'every page and index of the file is as it should be');
  return wrong(
    'soundness',
    'SQLite finds damage in the file',
    '`amy doctor --fix` makes its indexes anew; where that is not enough, `amy reset` and `amy sync` make the file anew',
    async () => {
      await mendMirror(path, DOCTOR_BUSY_TIMEOUT_MS);
      return 'the indexes of the file did not fit its rows, and were made anew';
    },
  );
}

function checkAge(
  check: 'last sync' | 'last verify',
  at: string | null,
  daysMax: number,
  nowMs: number,
  time: ShowTime,
): Finding {
  const command = check === 'last sync' ? 'amy sync' : 'amy verify';
  if (at === null) {
    if (check === 'last sync') return wrong(check, 'the file was never filled', `run \`${command}\``);
    return well(check, `none yet; \`${command}\` proves that the file equals the server`);
  }
  const days = Math.floor((nowMs - Date.parse(at)) / DAY_MS);
  if (days <= daysMax) return well(check, time(at));
  return wrong(check, `${time(at)}, ${days} days ago`, `run \`${command}\``);
}
