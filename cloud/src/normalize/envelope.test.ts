import { describe, expect, it } from 'vitest';
import { ownerHints, readEnvelope } from './envelope.ts';
import { storedEvent, USER } from './event.fixture.ts';

const NOBODY = { terraUserId: '', referenceId: null, provider: null, subjects: [] };
const NEW_USER = { user_id: 'terra-ana-2', provider: 'GARMIN', reference_id: 'user_ana' };
const OLD_USER = { user_id: 'terra-ana-1', provider: 'OURA', reference_id: 'user_before' };

describe('readEnvelope', () => {
  it('reads a data event', () => {
    expect(readEnvelope({ type: 'daily', user: USER, data: [] })).toEqual({
      eventType: 'daily',
      terraUserId: 'terra-ana-1',
      referenceId: 'user_ana',
      provider: 'oura',
      subjects: ['terra-ana-1', 'user_ana'],
    });
  });

  it('reads a re-authentication as the new user, and names both', () => {
    expect(readEnvelope({ type: 'user_reauth', new_user: NEW_USER, old_user: OLD_USER })).toEqual({
      eventType: 'user_reauth',
      terraUserId: 'terra-ana-2',
      referenceId: 'user_ana',
      provider: 'garmin',
      subjects: ['terra-ana-2', 'user_ana', 'terra-ana-1', 'user_before'],
    });
  });

  it('reads the reference of a cancelled authentication at the top', () => {
    expect(readEnvelope({ type: 'auth_cancelled', status: 'error', reference_id: 'user_ana' })).toEqual({
      ...NOBODY,
      eventType: 'auth_cancelled',
      referenceId: 'user_ana',
      subjects: ['user_ana'],
    });
  });

  it('reads a lab report without type by its shape', () => {
    const payload = { upload_id: 'upl-1', data: [{ reference_id: 'user_ana', results: [] }] };
    expect(readEnvelope(payload)).toEqual({
      ...NOBODY,
      eventType: 'lab_report',
      referenceId: 'upl-1',
      subjects: ['upl-1', 'user_ana'],
    });
    expect(readEnvelope({ ...payload, user: null })).toMatchObject({ eventType: 'lab_report' });
  });

  it.each(['lab_report', 'lab_report.completed', 'lab_report.failed'])(
    'takes the upload id for the reference of %s',
    (type) => {
      const payload = {
        type,
        upload_id: 'upl-1',
        reference_id: 'user_top',
        data: { reference_id: 'user_ana' },
      };
      expect(readEnvelope(payload)).toEqual({
        ...NOBODY,
        eventType: type,
        referenceId: 'upl-1',
        subjects: ['user_top', 'upl-1', 'user_ana'],
      });
      expect(readEnvelope({ type, reference_id: 'user_top' })).toMatchObject({
        referenceId: null,
        subjects: ['user_top'],
      });
    },
  );

  it.each([
    [{ upload_id: 'upl-1', data: {} }],
    [{ upload_id: '', data: [] }],
    [{ data: [] }],
    [{ upload_id: 'upl-1', data: [], user: USER }],
    [{ type: 7 }],
    [{ type: '' }],
    [{ type: 't'.repeat(101) }],
    [{}],
    [null],
    ['daily'],
    [[{ type: 'daily' }]],
  ])('knows no type of %j', (payload) => {
    expect(readEnvelope(payload).eventType).toBe('unknown');
  });

  it('keeps a type it does not know, up to 100 characters', () => {
    expect(readEnvelope({ type: 'telepathy' }).eventType).toBe('telepathy');
    expect(readEnvelope({ type: 't'.repeat(100) }).eventType).toBe('t'.repeat(100));
    expect(readEnvelope({ type: 'tele\u0000pathy' }).eventType).toBe('telepathy');
  });

  it('has no Terra id but an empty one where there is none', () => {
    expect(readEnvelope({ type: 'daily', user: { user_id: null } })).toEqual({
      ...NOBODY,
      eventType: 'daily',
    });
    expect(readEnvelope({ type: 's3_payload', url: 'https://x.example' })).toEqual({
      ...NOBODY,
      eventType: 's3_payload',
    });
  });

  it('names an id once', () => {
    const user = { user_id: 'user_ana', reference_id: 'user_ana' };
    expect(readEnvelope({ type: 'daily', user, reference_id: 'user_ana' }).subjects).toEqual(['user_ana']);
  });
});

describe('ownerHints', () => {
  const NO_HINTS = {
    referenceUser: null,
    otherReferenceUsers: [],
    terraUserIds: [],
    uploadId: null,
    labSessionIds: [],
  };
  const unnamed = (type: string): ReturnType<typeof storedEvent> =>
    storedEvent(type, { terraUserId: '', referenceId: null, provider: null });

  it('hints a data event for its reference, then by its Terra id', () => {
    expect(ownerHints(unnamed('daily'), { user: USER })).toEqual({
      ...NO_HINTS,
      referenceUser: 'user_ana',
      terraUserIds: ['terra-ana-1'],
    });
  });

  it('hints nothing for a reference that is not ours', () => {
    expect(ownerHints(unnamed('daily'), { user: { ...USER, reference_id: 'customer-7' } })).toMatchObject({
      referenceUser: null,
    });
  });

  it('takes the stored Terra id where the body has none', () => {
    expect(ownerHints(storedEvent('daily'), {})).toEqual({ ...NO_HINTS, terraUserIds: ['terra-ana-1'] });
    expect(ownerHints(unnamed('daily'), {})).toEqual(NO_HINTS);
  });

  it('hints a re-authentication by the new id, then by the old one', () => {
    const payload = { new_user: NEW_USER, old_user: OLD_USER };
    expect(ownerHints(unnamed('user_reauth'), payload)).toEqual({
      ...NO_HINTS,
      referenceUser: 'user_ana',
      terraUserIds: ['terra-ana-2', 'terra-ana-1'],
    });
    expect(ownerHints(unnamed('user_reauth'), { ...payload, old_user: null })).toMatchObject({
      terraUserIds: ['terra-ana-2'],
    });
    expect(ownerHints(unnamed('user_reauth'), { ...payload, old_user: NEW_USER })).toMatchObject({
      terraUserIds: ['terra-ana-2'],
    });
  });

  it.each([
    [
      { upload_id: 'upl-1', data: [{ session_id: 's1' }, { session_id: 's2' }, { session_id: 's1' }] },
      null,
      ['s1', 's2'],
    ],
    [{ upload_id: 'upl-1', reference_id: 'user_ana', data: [{ reference_id: 'user_ana' }] }, 'user_ana', []],
    [
      { upload_id: 'upl-1', reference_id: 'user_top', data: [{ reference_id: 'user_ana' }] },
      'user_top',
      [],
      ['user_ana'],
    ],
    [
      { upload_id: 'upl-1', session_id: 's1', reference_id: 'user_top', data: { reference_id: 'user_ana' } },
      'user_top',
      ['s1'],
      ['user_ana'],
    ],
    [{ upload_id: 'upl-1', data: { session_id: 's1', reference_id: 'user_ana' } }, 'user_ana', ['s1']],
    [{ upload_id: 'upl-1', reference_id: 'patient-7', data: { reference_id: 'user_ana' } }, 'user_ana', []],
    [{ upload_id: 'upl-1' }, null, []],
  ])(
    'hints the lab event %j',
    (payload, referenceUser, labSessionIds, otherReferenceUsers: string[] = []) => {
      expect(ownerHints(unnamed('lab_report.completed'), payload)).toEqual({
        referenceUser,
        otherReferenceUsers,
        terraUserIds: [],
        uploadId: 'upl-1',
        labSessionIds,
      });
    },
  );

  it('takes the stored upload id where the lab event has none', () => {
    const event = storedEvent('lab_report', { terraUserId: '', referenceId: 'upl-9' });
    expect(ownerHints(event, { results: [] })).toMatchObject({ uploadId: 'upl-9' });
    expect(ownerHints(unnamed('lab_report'), { results: [] })).toEqual(NO_HINTS);
  });

  it('hints uploads, sessions and loose references for lab events only', () => {
    const payload = { upload_id: 'upl-1', session_id: 's1', reference_id: 'user_ana' };
    expect(ownerHints(unnamed('daily'), payload)).toEqual(NO_HINTS);
  });
});
