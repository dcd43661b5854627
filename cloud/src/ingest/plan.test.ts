import { describe, expect, it } from 'vitest';
import { isoText } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { EMPTY_CONNECTION, foldConnection, shownConnection } from '../fold/connection.ts';
import { encodeRowCounts, NO_ROWS } from '../fold/row-counts.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import {
  asRawEventId,
  asTerraUploadId,
  asTerraUserId,
  type TerraUploadId,
  type TerraUserId,
} from '../ids.ts';
import { FIRST_CLOCK } from './person-commit.ts';
import { planCommit } from './plan.ts';
import {
  ANA,
  BEN,
  connected,
  connectionsOf,
  type EventWish,
  labReport,
  labUpload,
  PROCESSED,
  preparedEvent,
  RING,
  snapshotOf,
  steps,
} from './prepared-event.fixture.ts';
import type { PreparedEvent } from './prepared-event.ts';
import type { Snapshot } from './snapshot.ts';

const NOW_MS = Date.UTC(2026, 2, 9, 12);
const NOW = '2026-03-09T12:00:00.000Z';
const NOW_STORED = '2026-03-09 12:00:00.000';
const BEFORE = isoText('2026-03-09T11:00:00.000Z');

function planned(events: readonly PreparedEvent[], known: Partial<Snapshot> = {}) {
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const plan = planCommit(
    events,
    snapshotOf(known),
    { nowMs: NOW_MS, startedMs: NOW_MS - 5, lostRaces: 0, halvings: 0 },
    newId,
  );
  return {
    judged: plan.judged.map(({ event, verdict }) => [event.row.id, verdict.state]),
    rows: rowsOf(plan),
  };
}

/** Every row that some statement of the commit gets, whichever. */
function rowsOf({ statements }: ReturnType<typeof planCommit>): unknown[] {
  return statements.flatMap(({ parameters }) =>
    parameters.flatMap((parameter) =>
      typeof parameter === 'string' && parameter.startsWith('[') ? (JSON.parse(parameter) as unknown[]) : [],
    ),
  );
}

/** The row that tells how an event ended. */
const ended = (id: number, error: string | null, userId: string | null, attempts = 1) => [
  id,
  NOW_STORED,
  error,
  attempts,
  null,
  userId,
  5,
  null,
  null,
];

const auth = (id: number, wish: EventWish = {}) =>
  preparedEvent(id, {
    type: 'auth',
    hints: { referenceUser: ANA },
    contributions: [connected(RING)],
    ...wish,
  });

describe('a commit', () => {
  it('of events that say nothing new writes nothing', () => {
    const progress = new Map([[asRawEventId(1), PROCESSED]]);
    const { judged, rows } = planned([preparedEvent(1), preparedEvent(2)], { progress });
    expect(judged).toEqual([
      [1, 'already_processed'],
      [2, 'gone'],
    ]);
    expect(rows).toEqual([]);
  });

  it('judges events in the order they were received, whatever order they came in', () => {
    const day = (id: number) => preparedEvent(id, { contributions: [steps(7_000)] });
    expect(planned([day(3), auth(2), day(1)]).judged).toEqual([
      [1, 'parked'],
      [2, 'normalized'],
      [3, 'deferred'],
    ]);
  });

  it('writes nothing of an event that is deferred', () => {
    const { rows } = planned([auth(1), preparedEvent(2, { contributions: [steps(7_000)] })]);
    expect(rows).toContainEqual(ended(1, null, ANA));
    expect(rows.filter((row) => Array.isArray(row) && row[0] === 2)).toEqual([]);
  });

  it('folds the events of a person together, and each person for themselves', () => {
    const known = {
      connections: connectionsOf({ [RING]: ANA, 'terra-ben': BEN }),
      clocks: new Map([
        [ANA, BEFORE],
        [BEN, null],
      ]),
    };
    const day = (id: number, terraId: TerraUserId, count: number) =>
      preparedEvent(id, { hints: { terraUserIds: [terraId] }, contributions: [steps(count, id)] });
    const { rows } = planned(
      [day(1, RING, 1), day(2, asTerraUserId('terra-ben'), 2), day(3, RING, 3)],
      known,
    );
    const days = rows.filter((row) => Array.isArray(row) && row.includes('2026-03-08'));
    expect(days).toHaveLength(2);
    expect(days).toEqual([
      expect.arrayContaining([ANA, 'oura', '2026-03-08', 3, NOW]),
      expect.arrayContaining([BEN, 'oura', '2026-03-08', 2, NOW]),
    ]);
    // Ana's rows were not counted yet; Ben has no other.
    expect(rows).toContainEqual([ANA, NOW, RULES_VERSION, null]);
    const counted = encodeRowCounts({ daily_summary: { oura: 1 } }, isoText(NOW));
    expect(rows).toContainEqual([BEN, NOW, RULES_VERSION, counted]);
  });

  it('moves no clock of a person of whom nothing changes', () => {
    const known = { connections: connectionsOf({ [RING]: ANA }), clocks: new Map([[ANA, BEFORE]]) };
    const { rows } = planned([preparedEvent(1)], known);
    expect(rows).toContainEqual(ended(1, null, ANA));
    // What it relies on is told, and only that: the clock, whose the Terra id is, that the event is unprocessed, and
    // that the person is not erased.
    // What became of it is counted.
    const counted = ['normalized'];
    expect(rows).toEqual([
      [ANA, BEFORE],
      [RING, ANA],
      [1, null],
      sha256Hex(ANA),
      counted,
      ended(1, null, ANA),
    ]);
  });

  it('makes a new person even where nothing of them changes', () => {
    const { rows } = planned([preparedEvent(1, { hints: { referenceUser: ANA } })]);
    expect(rows).toContainEqual([ANA, FIRST_CLOCK, RULES_VERSION, encodeRowCounts(NO_ROWS, FIRST_CLOCK)]);
  });

  it('relies on what it saw of uploads, those that are not there included', () => {
    const lab = (id: number, uploadId: TerraUploadId) =>
      preparedEvent(id, {
        type: 'lab_report_processed',
        hints: { referenceUser: ANA, terraUserIds: [], uploadId },
        contributions: [labReport({ uploadId })],
      });
    const { rows } = planned([lab(1, asTerraUploadId('upload-1')), lab(2, asTerraUploadId('upload-9'))], {
      uploads: [labUpload()],
    });
    expect(rows).toContainEqual(['upload-1', `${ANA} ${ANA}`]);
    expect(rows).toContainEqual(['upload-9', null]);
    expect(rows).toContainEqual(['lab-1', 'parsed', '1970-01-01T00:00:01.000Z', NOW]);
  });
});

describe('what an event ends with', () => {
  const known = { connections: connectionsOf({ [RING]: ANA }), clocks: new Map([[ANA, BEFORE]]) };

  it('counts the attempts before it', () => {
    const progress = new Map([
      [asRawEventId(1), { processedAt: null, attempts: 4, processError: 'TypeError', hadOutcome: false }],
    ]);
    expect(planned([preparedEvent(1)], { ...known, progress }).rows).toContainEqual(ended(1, null, ANA, 5));
  });

  it('says what was refused, once', () => {
    const result = { state: 'normalized', contributions: [], refused: 'data.0', notices: [] } as const;
    const refused = preparedEvent(1, { result });
    const trace = expect.arrayContaining(['warn', 'normalize_refused', 1, 'payload_invalid:data.0']);
    const first = planned([refused], known).rows;
    expect(first).toContainEqual(ended(1, 'payload_invalid:data.0', ANA));
    expect(first).toContainEqual(trace);
    const told = {
      processedAt: null,
      attempts: 1,
      processError: 'payload_invalid:data.0',
      hadOutcome: false,
    };
    expect(
      planned([refused], { ...known, progress: new Map([[asRawEventId(1), told]]) }).rows,
    ).not.toContainEqual(trace);
  });

  it('of an erased person is blank', () => {
    const { rows } = planned([preparedEvent(7, { subjectHashes: ['h'] })], { erased: new Set(['h']) });
    expect(rows).toContainEqual(ended(7, 'skipped:user_erased', null));
    expect(rows).toContainEqual(7);
    expect(planned([preparedEvent(7)], known).rows).not.toContainEqual(7);
  });

  it('keeps the progress of a large request, which is no change of the person', () => {
    const large = { kind: 'large_request', reference: 'q', expectedPayloads: 3 } as const;
    const result = { state: 'skipped', reason: 'large_request_sending', contributions: [large] } as const;
    const { rows } = planned([preparedEvent(1, { result })], known);
    expect(rows).toContainEqual([ANA, 'q', 3, NOW]);
    expect(rows).not.toContainEqual([ANA, NOW, RULES_VERSION, null]);
  });
});

describe('an auth', () => {
  const ASKED = {
    kind: 'backfill',
    terraUserId: RING,
    startDate: '2026-02-07',
    endDate: '2026-03-09',
  } as const;
  const asking = (wish: EventWish = {}) => auth(1, { contributions: [connected(RING), ASKED], ...wish });
  const requested = (rows: unknown[]) =>
    rows.flatMap((row) =>
      Array.isArray(row) && String(row[0]).startsWith('auth:') ? [row.slice(0, 8)] : [],
    );

  it('writes its connection under a new id', () => {
    const row = foldConnection(EMPTY_CONNECTION, [connected(RING)]);
    const { id, ...columns } = { id: 'id-1', ...shownConnection(row) };
    expect(planned([auth(1)]).rows).toContainEqual([
      id,
      ANA,
      RING,
      columns.provider,
      columns.reference_id,
      columns.scopes,
      columns.connected_at,
      columns.deactivated_at,
      columns.state,
      columns.state_message,
      columns.state_at,
      JSON.stringify(row),
      null,
      null,
    ]);
  });

  it('lets go of what waited for its Terra id; what connects nothing does not', () => {
    expect(planned([auth(1)]).rows).toContainEqual(RING);
    const known = { connections: connectionsOf({ [RING]: ANA }), clocks: new Map([[ANA, BEFORE]]) };
    expect(planned([preparedEvent(1)], known).rows).not.toContainEqual(RING);
  });

  it('asks for the recent history of each kind, under ids that are the same every time', () => {
    const resources = ['activity', 'sleep', 'daily', 'body'];
    expect(requested(planned([asking()]).rows)).toEqual(
      resources.map((resource) => [
        `auth:d1:${resource}`,
        ANA,
        RING,
        resource,
        '2026-02-07',
        '2026-03-09',
        null,
        1,
      ]),
    );
  });

  it('asks for nothing where the connection has ended meanwhile', () => {
    const end = preparedEvent(2, {
      type: 'deauth',
      hints: { referenceUser: ANA },
      contributions: [connected(RING, { state: 'deauthenticated' }, 2_000)],
    });
    expect(requested(planned([asking(), end]).rows)).toEqual([]);
  });

  it('asks for nothing when it is replayed', () => {
    const progress = new Map([[asRawEventId(1), PROCESSED]]);
    expect(requested(planned([asking({ force: true })], { progress }).rows)).toEqual([]);
  });
});
