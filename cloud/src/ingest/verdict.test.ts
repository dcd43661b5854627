import { describe, expect, it } from 'vitest';
import type { ReportOutcome } from '../fold/lab-upload.ts';
import { asLabSessionId, asRawEventId, asTerraUploadId, asTerraUserId, type UserId } from '../ids.ts';
import type { Contribution, LabReportContribution } from '../normalize/types.ts';
import {
  ANA,
  BEN,
  connected,
  connectionsOf,
  labReport,
  labUpload,
  normalized,
  PROCESSED,
  preparedEvent,
  RING,
  snapshotOf,
  steps,
} from './prepared-event.fixture.ts';
import type { Snapshot } from './snapshot.ts';
import { judge, type NewConnections } from './verdict.ts';

const ANAS_RING = snapshotOf({ connections: connectionsOf({ [RING]: ANA }), clocks: new Map([[ANA, null]]) });
const NOBODY: NewConnections = new Map();
const DAY = steps(7_000);

/** The verdict on an event that is normalized without fault. */
function given(userId: string | null, ...contributions: readonly Contribution[]) {
  return { state: 'normalized', userId, contributions, refused: null, notices: [] };
}

const parked = (code: string) => ({ state: 'parked', code });

describe('an event', () => {
  it('whose row is gone is gone', () => {
    expect(judge(preparedEvent(1), snapshotOf({ progress: new Map() }), NOBODY)).toEqual({ state: 'gone' });
  });

  it('that was processed before is left alone, unless an operator wants it again', () => {
    const known = { ...ANAS_RING, progress: new Map([[asRawEventId(1), PROCESSED]]) };
    expect(judge(preparedEvent(1), known, NOBODY)).toEqual({ state: 'already_processed' });
    const again = preparedEvent(1, { contributions: [DAY], force: true });
    expect(judge(again, known, NOBODY)).toEqual(given(ANA, DAY));
  });

  const ERASED = { state: 'skipped', userId: null, reason: 'user_erased', contributions: [] };

  it('that names an erased person is skipped, whatever else it is', () => {
    const known = { ...ANAS_RING, erased: new Set(['h2']) };
    const named = { subjectHashes: ['h1', 'h2'] };
    expect(judge(preparedEvent(1, { ...named, contributions: [DAY] }), known, NOBODY)).toEqual(ERASED);
    const threw = preparedEvent(1, { ...named, result: { state: 'threw', error: 'x is not a function' } });
    expect(judge(threw, known, NOBODY)).toEqual(ERASED);
    const other = preparedEvent(1, { subjectHashes: ['h1'], contributions: [DAY] });
    expect(judge(other, known, NOBODY)).toEqual(given(ANA, DAY));
  });

  it('that was blanked stays skipped though it names nobody any more', () => {
    const progress = new Map([[asRawEventId(1), { ...PROCESSED, processError: 'skipped:user_erased' }]]);
    const replayed = preparedEvent(1, { contributions: [DAY], force: true });
    expect(judge(replayed, { ...ANAS_RING, progress }, NOBODY)).toEqual(ERASED);
  });

  it('that could not be read says why', () => {
    const judged = (result: Parameters<typeof preparedEvent>[1]) =>
      judge(preparedEvent(1, result), ANAS_RING, NOBODY);
    expect(judged({ result: { state: 'threw', error: 'x is not a function' } })).toEqual({
      state: 'failed',
      error: 'x is not a function',
    });
    expect(judged({ result: { state: 'payload_missing' } })).toEqual(parked('payload_missing'));
    expect(judged({ result: { state: 'parked', code: 'payload_invalid:data' } })).toEqual(
      parked('payload_invalid:data'),
    );
  });

  it('keeps what normalizing refused of it and did not believe', () => {
    const faults = {
      refused: 'data.1.metadata',
      notices: [{ path: 'data.0.steps', reason: 'out_of_range' }],
    } as const;
    const event = preparedEvent(1, { result: { ...normalized(DAY), ...faults } });
    expect(judge(event, ANAS_RING, NOBODY)).toEqual({ ...given(ANA, DAY), ...faults });
  });
});

describe('an event that is skipped', () => {
  const skipped = (id: number, ...contributions: readonly Contribution[]) =>
    preparedEvent(id, { result: { state: 'skipped', reason: 'large_request_sending', contributions } });
  const verdict = (userId: string | null, ...contributions: readonly Contribution[]) => ({
    state: 'skipped',
    userId,
    reason: 'large_request_sending',
    contributions,
  });
  const PROGRESS = { kind: 'large_request', reference: 'q', expectedPayloads: 3 } as const;

  it('is its person’s, if there is one', () => {
    expect(judge(skipped(1), ANAS_RING, NOBODY)).toEqual(verdict(ANA));
    expect(judge(skipped(1), snapshotOf(), NOBODY)).toEqual(verdict(null));
  });

  it('makes nobody known', () => {
    const unseen = snapshotOf({ connections: connectionsOf({ [RING]: ANA }) });
    expect(judge(skipped(1), unseen, NOBODY)).toEqual(verdict(null));
  });

  it('and tells of progress belongs to its person, or waits for them', () => {
    const unseen = snapshotOf({ connections: connectionsOf({ [RING]: ANA }) });
    expect(judge(skipped(1, PROGRESS), unseen, NOBODY)).toEqual(verdict(ANA, PROGRESS));
    expect(judge(skipped(1, PROGRESS), snapshotOf(), NOBODY)).toEqual(parked('no_connection_for_terra_user'));
    expect(judge(skipped(1, PROGRESS), snapshotOf(), new Map([[RING, ANA]]))).toEqual({ state: 'deferred' });
  });
});

describe('a device event', () => {
  const day = (hints = {}) => preparedEvent(1, { contributions: [DAY], hints });

  it('is of whoever has its Terra id', () => {
    expect(judge(day(), ANAS_RING, NOBODY)).toEqual(given(ANA, DAY));
  });

  it('is of the person it names where nobody has its Terra id', () => {
    expect(judge(day({ referenceUser: ANA }), snapshotOf(), NOBODY)).toEqual(given(ANA, DAY));
  });

  it('that names another than has its Terra id waits for an operator', () => {
    expect(judge(day({ referenceUser: BEN }), ANAS_RING, NOBODY)).toEqual(parked('owner_conflict'));
    // An event of the same commit has just tied it.
    expect(judge(day({ referenceUser: BEN }), snapshotOf(), new Map([[RING, ANA]]))).toEqual(
      parked('owner_conflict'),
    );
  });

  it('of nobody waits for a connection', () => {
    expect(judge(day(), snapshotOf(), NOBODY)).toEqual(parked('no_connection_for_terra_user'));
  });

  it('whose connection is made in this commit waits for the next one', () => {
    expect(judge(day(), snapshotOf(), new Map([[RING, ANA]]))).toEqual({ state: 'deferred' });
    expect(judge(day(), snapshotOf(), new Map([[asTerraUserId('terra-other'), ANA]]))).toEqual(
      parked('no_connection_for_terra_user'),
    );
  });

  it('of a cancelled sign-in is nobody’s, and says nothing', () => {
    const event = preparedEvent(1, {
      type: 'auth_cancelled',
      contributions: [DAY],
      hints: { referenceUser: ANA },
    });
    expect(judge(event, ANAS_RING, NOBODY)).toEqual(given(null));
  });

  it('that makes a connection ties its Terra id for those after it; no other does', () => {
    const tied: NewConnections = new Map();
    judge(day({ referenceUser: ANA }), snapshotOf(), tied);
    expect([...tied]).toEqual([]);
    const auth = preparedEvent(2, {
      contributions: [connected(asTerraUserId('terra-new'))],
      hints: { referenceUser: ANA },
    });
    judge(auth, snapshotOf(), tied);
    expect([...tied]).toEqual([['terra-new', ANA]]);
  });

  it('that is parked ties nothing', () => {
    const tied: NewConnections = new Map();
    const hints = { referenceUser: BEN };
    judge(preparedEvent(1, { contributions: [connected(RING)], hints }), ANAS_RING, tied);
    expect([...tied]).toEqual([]);
  });
});

describe('a lab event', () => {
  const FAILED = { state: 'failed', code: 'unreadable' } as const;
  const lab = (hints: object, ...contributions: readonly Contribution[]) =>
    preparedEvent(1, { type: 'lab_report_processed', hints: { terraUserIds: [], ...hints }, contributions });
  const REPORT: ReportOutcome = {
    labSessionId: asLabSessionId('session-1'),
    terraUploadId: asTerraUploadId('upload-1'),
    parsedMs: null,
    failedMs: null,
    failedCode: null,
  };
  const sessions = (userId: UserId, report = REPORT): Snapshot['labReports'] =>
    new Map([[userId, new Map([['session:session-1', report]])]]);

  it.each([
    ['has its upload', { uploadId: asTerraUploadId('upload-1') }],
    ['had its upload under an earlier id', { uploadId: asTerraUploadId('upload-0') }],
    ['had a report of its session', { labSessionIds: ['session-1'] }],
    ['it names', { referenceUser: ANA }],
  ])('is of whoever %s', (_, hints) => {
    const known = snapshotOf({
      uploads: [labUpload({ earlierIds: [asTerraUploadId('upload-0')] })],
      labReports: sessions(ANA),
    });
    const report = labReport({ uploadId: asTerraUploadId('upload-1') });
    expect(judge(lab(hints, report), known, NOBODY)).toEqual(given(ANA, report));
  });

  it('of nobody waits for an upload, and never for a connection', () => {
    const event = lab(
      { uploadId: asTerraUploadId('upload-1'), terraUserIds: [RING] },
      labReport({ uploadId: asTerraUploadId('upload-1') }),
    );
    expect(judge(event, snapshotOf(), new Map([[RING, ANA]]))).toEqual(parked('no_lab_upload_for_upload_id'));
  });

  it('that names two people waits for an operator', () => {
    const event = lab(
      { referenceUser: BEN, uploadId: asTerraUploadId('upload-1') },
      labReport({ uploadId: asTerraUploadId('upload-1') }),
    );
    expect(judge(event, snapshotOf({ uploads: [labUpload()] }), NOBODY)).toEqual(parked('owner_conflict'));
  });

  const settled = (report: LabReportContribution, known: Partial<Snapshot>) =>
    judge(lab({ referenceUser: ANA }, report), snapshotOf(known), NOBODY);

  it('without an upload takes the one an earlier report of its session named', () => {
    const report = labReport({ labSessionId: asLabSessionId('session-1') });
    const named = { ...report, uploadId: asTerraUploadId('upload-1') };
    expect(settled(report, { labReports: sessions(ANA) })).toEqual(given(ANA, named));
    const unnamed = sessions(ANA, { ...REPORT, terraUploadId: null });
    expect(settled(report, { labReports: unnamed })).toEqual(given(ANA, report));
  });

  it('without a session is not taken for one of another report without a session', () => {
    const report = labReport({});
    const labReports = sessions(ANA, { ...REPORT, labSessionId: null });
    expect(settled(report, { labReports })).toEqual(given(ANA, report));
  });

  it('of a result is kept without an upload, and never guessed to be of one', () => {
    const report = labReport({ labSessionId: asLabSessionId('session-2') });
    expect(settled(report, { uploads: [labUpload()] })).toEqual(given(ANA, report));
  });

  it.each([
    ['submitted', [labUpload()]],
    ['pending', [labUpload({ terraStatus: 'pending' })]],
    [
      'beside one that ended',
      [labUpload({ id: 'lab-0', terraUploadId: asTerraUploadId('u'), terraStatus: 'parsed' }), labUpload()],
    ],
    [
      'beside another person’s',
      [labUpload({ id: 'lab-0', terraUploadId: asTerraUploadId('u'), userId: BEN }), labUpload()],
    ],
  ])('of a failure is of the person’s only unfinished upload: %s', (_, uploads) => {
    const report = labReport({}, FAILED);
    expect(settled(report, { uploads })).toEqual(
      given(ANA, { ...report, uploadId: asTerraUploadId('upload-1') }),
    );
  });

  it.each([
    ['there is none', []],
    ['there are two', [labUpload(), labUpload({ id: 'lab-2', terraUploadId: asTerraUploadId('upload-2') })]],
    [
      'one has no name yet',
      [labUpload(), labUpload({ id: 'lab-2', terraUploadId: null, terraStatus: 'pending' })],
    ],
    ['the only one has no name yet', [labUpload({ terraUploadId: null, terraStatus: 'pending' })]],
  ])('of a failure waits where no upload is the only one: %s', (_, uploads) => {
    expect(settled(labReport({}, FAILED), { uploads })).toEqual(parked('no_lab_upload_for_upload_id'));
  });
});
