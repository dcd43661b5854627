import { describe, expect, it } from 'vitest';
import { isoText, isoTime } from '../clock.ts';
import { EMPTY_CONNECTION, foldConnection, shownConnection } from '../fold/connection.ts';
import { emptyPersonState, foldPerson } from '../fold/person.ts';
import { asLabSessionId, asTerraUploadId, asTerraUserId } from '../ids.ts';
import type { Contribution } from '../normalize/types.ts';
import { FIRST_CLOCK, foldPersonCommit, nextClock } from './person-commit.ts';
import {
  ANA,
  BEN,
  connected,
  labReport,
  labUpload,
  RING,
  snapshotOf,
  steps,
} from './prepared-event.fixture.ts';
import type { Snapshot } from './snapshot.ts';

const NOW_MS = Date.UTC(2026, 2, 9, 12);
const NOW = '2026-03-09T12:00:00.000Z';
const BEFORE = isoText('2026-03-09T11:00:00.000Z');
const KNOWN = { clocks: new Map([[ANA, BEFORE]]) };

const NOTHING = {
  userId: ANA,
  clock: BEFORE,
  isNewUser: false,
  isClockMoved: false,
  changes: { rows: [], deletions: [], biomarkerDays: [], homes: [], labSessions: [] },
  rowCounts: null,
  connections: [],
  labReports: [],
  labUploads: [],
};

/** What contributions change for Ana, who is known; of what is stored, what is said. */
function folded(contributions: readonly Contribution[], known: Partial<Snapshot> = {}) {
  return foldPersonCommit(ANA, contributions, snapshotOf({ ...KNOWN, ...known }), NOW_MS);
}

/** Ana's rows after these contributions. */
function stateAfter(...contributions: readonly Contribution[]): Snapshot['people'] {
  const state = emptyPersonState();
  foldPerson(state, contributions);
  return new Map([[ANA, state]]);
}

describe('a person', () => {
  it('of whom nothing changes keeps their clock', () => {
    expect(folded([])).toEqual(NOTHING);
  });

  it('who is new and of whom nothing is said begins at the first clock', () => {
    const commit = foldPersonCommit(ANA, [], snapshotOf(), NOW_MS);
    expect(commit).toEqual({ ...NOTHING, clock: FIRST_CLOCK, isNewUser: true, rowCounts: {} });
  });

  it('has a row more of what is new, and none more of what was there', () => {
    const known = { people: stateAfter(steps(7_000)) };
    const rowCounts = new Map([[ANA, { daily_summary: { oura: 3 }, lab_uploads: { '': 1 } }]]);
    expect(folded([steps(8_000)], { ...known, rowCounts }).rowCounts).toEqual(rowCounts.get(ANA));
    expect(folded([steps(8_000)], { rowCounts }).rowCounts).toEqual({
      daily_summary: { oura: 4 },
      lab_uploads: { '': 1 },
    });
    expect(folded([steps(8_000)]).rowCounts).toBeNull();
  });

  it('whose state changes gets a clock of now', () => {
    const { clock, isNewUser, isClockMoved, changes } = folded([steps(7_000)]);
    expect({ clock, isNewUser, isClockMoved }).toEqual({ clock: NOW, isNewUser: false, isClockMoved: true });
    expect(changes.rows).toMatchObject([
      {
        table: 'daily_summary',
        key: ['oura', '2026-03-08'],
        columns: { steps: 7_000, sleep_score: null },
        isNew: true,
        replace: false,
      },
    ]);
  });

  it('keeps what was known before, and the snapshot as it was', () => {
    const people = stateAfter(steps(7_000));
    const { changes } = folded([steps(8_000, 2_000)], { people });
    expect(changes.rows).toMatchObject([{ columns: { steps: 8_000 }, isNew: false }]);
    expect(people).toEqual(stateAfter(steps(7_000)));
  });

  it('who is told the same again keeps their clock; what is older is remembered, and changes no value', () => {
    const people = stateAfter(steps(7_000, 2_000));
    expect(folded([steps(7_000, 2_000)], { people })).toEqual(NOTHING);
    const { changes } = folded([steps(6_000, 1_000)], { people });
    expect(changes.rows).toMatchObject([{ columns: { steps: 7_000 }, isNew: false, replace: false }]);
    const both = stateAfter(steps(7_000, 2_000), steps(6_000, 1_000));
    expect(folded([steps(6_000, 1_000)], { people: both })).toEqual(NOTHING);
  });

  it('is not touched by what another person has', () => {
    const people = new Map([[BEN, stateAfter(steps(7_000)).get(ANA) ?? emptyPersonState()]]);
    expect(folded([steps(7_000)], { people }).changes.rows).toMatchObject([{ isNew: true }]);
  });
});

describe('a connection', () => {
  const AUTH = connected(RING);
  const row = foldConnection(EMPTY_CONNECTION, [AUTH]);
  const connections = new Map([[RING, { userId: ANA, row }]]);

  it('that is new is written with the clock', () => {
    const change = { terraUserId: RING, columns: shownConnection(row), cells: JSON.stringify(row) };
    expect(folded([AUTH])).toEqual({ ...NOTHING, clock: NOW, isClockMoved: true, connections: [change] });
  });

  it('that is told the same again is not written', () => {
    expect(folded([AUTH], { connections })).toEqual(NOTHING);
  });

  it('changes once, by all that is said of it, each connection for itself', () => {
    const events = [
      connected(RING, { state: 'deauthenticated' }, 2_000),
      connected(asTerraUserId('terra-watch')),
    ];
    const shown = folded([AUTH, ...events], { connections }).connections.map(({ terraUserId, columns }) => [
      terraUserId,
      columns.state,
      columns.deactivated_at,
    ]);
    expect(shown).toEqual([
      [RING, 'deauthenticated', '1970-01-01T00:00:02.000Z'],
      ['terra-watch', 'connected', null],
    ]);
  });
});

describe('a lab report', () => {
  const FAILED = { state: 'failed', code: 'unreadable' } as const;
  const REPORT = {
    labSessionId: asLabSessionId('s'),
    terraUploadId: asTerraUploadId('upload-1'),
    parsedMs: null,
    failedMs: null,
    failedCode: null,
  };
  const uploads = [labUpload()];
  const moved = { ...NOTHING, clock: NOW, isClockMoved: true };
  const read = { newest: [1, 1_000, 'd', 0], keys: [] };
  /** A read report without results: its session is remembered, so that no older event gives it any. */
  const remembered = (session: string) => ({
    ...NOTHING.changes,
    labSessions: [{ session, known: read }],
  });

  it('that was read makes its upload parsed', () => {
    const parsed = { ...REPORT, parsedMs: 1_000 };
    expect(
      folded([labReport({ uploadId: asTerraUploadId('upload-1'), labSessionId: asLabSessionId('s') })], {
        uploads,
      }),
    ).toEqual({
      ...moved,
      changes: remembered('session:s'),
      labReports: [['session:s', parsed]],
      labUploads: [labUpload({ terraStatus: 'parsed', parsedAt: isoTime(1_000) })],
    });
  });

  it('that failed makes its upload failed', () => {
    expect(
      folded([labReport({ uploadId: asTerraUploadId('upload-1') }, FAILED)], { uploads }).labUploads,
    ).toEqual([labUpload({ terraStatus: 'failed:terra_unreadable' })]);
  });

  it('that names no upload and no session tells of none, and is a session of its own', () => {
    expect(folded([labReport({})], { uploads })).toEqual({ ...moved, changes: remembered('event:d') });
  });

  it('that is told the same again changes nothing', () => {
    const labReports = new Map([[ANA, new Map([['session:s', { ...REPORT, parsedMs: 1_000 }]])]]);
    const report = labReport({ uploadId: asTerraUploadId('upload-1'), labSessionId: asLabSessionId('s') });
    const known = {
      labReports,
      uploads: [labUpload({ terraStatus: 'parsed', parsedAt: isoTime(1_000) })],
      people: stateAfter(report),
    };
    expect(folded([report], known)).toEqual(NOTHING);
  });

  it('changes no upload of another person, nor another upload', () => {
    const others = [
      labUpload({ userId: BEN }),
      labUpload({ id: 'lab-2', terraUploadId: asTerraUploadId('upload-2') }),
    ];
    const parsed = { ...REPORT, labSessionId: null, parsedMs: 1_000 };
    expect(folded([labReport({ uploadId: asTerraUploadId('upload-1') })], { uploads: others })).toEqual({
      ...moved,
      changes: remembered('upload:upload-1'),
      labReports: [['upload:upload-1', parsed]],
    });
  });

  it('leaves an upload alone that it does not name, whatever is known of that', () => {
    const other = labUpload({ id: 'lab-2', terraUploadId: asTerraUploadId('upload-2') });
    const parsed = {
      ...REPORT,
      labSessionId: null,
      terraUploadId: asTerraUploadId('upload-2'),
      parsedMs: 1_000,
    };
    const labReports = new Map([[ANA, new Map([['upload:upload-2', parsed]])]]);
    const failed = labReport({ uploadId: asTerraUploadId('upload-1') }, FAILED);
    expect(folded([failed], { uploads: [...uploads, other], labReports }).labUploads).toEqual([
      labUpload({ terraStatus: 'failed:terra_unreadable' }),
    ]);
  });

  it('of the time before an upload was sent again counts if it was read, not if it failed', () => {
    const again = labUpload({
      terraUploadId: asTerraUploadId('upload-2'),
      earlierIds: [asTerraUploadId('upload-1')],
    });
    const late = (outcome?: typeof FAILED) =>
      folded([labReport({ uploadId: asTerraUploadId('upload-1') }, outcome)], { uploads: [again] })
        .labUploads;
    expect(late(FAILED)).toEqual([]);
    expect(late()).toEqual([{ ...again, terraStatus: 'parsed', parsedAt: isoTime(1_000) }]);
  });

  it('of another session leaves an upload parsed that one report was read of', () => {
    const labReports = new Map([[ANA, new Map([['session:s', { ...REPORT, parsedMs: 1_000 }]])]]);
    const known = {
      labReports,
      uploads: [labUpload({ terraStatus: 'parsed', parsedAt: isoTime(1_000) })],
    };
    const failed = labReport(
      { uploadId: asTerraUploadId('upload-1'), labSessionId: asLabSessionId('t') },
      FAILED,
      2_000,
    );
    expect(folded([failed], known).labUploads).toEqual([]);
  });
});

describe('the clock', () => {
  it.each([
    ['is now', BEFORE, NOW],
    ['is now for who has none', null, NOW],
    ['moves by a millisecond where it is now already', NOW, '2026-03-09T12:00:00.001Z'],
    ['moves forward where this machine is late', '2026-03-09T13:00:00.000Z', '2026-03-09T13:00:00.001Z'],
  ])('%s', (_, clock, next) => {
    expect(nextClock(clock === null ? null : isoText(clock), NOW_MS)).toBe(next);
  });
});
