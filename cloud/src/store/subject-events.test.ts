import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { asTerraUploadId, asTerraUserId, asUserId } from '../ids.ts';
import { allRows } from './statements.ts';
import { namingEventsStatement, ownedEventsStatement } from './subject-events.ts';
import type { Subjects } from './subjects.ts';

const PROCESSED = { processed_at: '2026-03-01 12:00:00.000' };
const MANY = 100;

/** A person with one Terra id and one upload id. */
function person() {
  const [user, terraId, uploadId] = [newUser(), newTerraId(), `upload-${crypto.randomUUID()}`];
  const subjects: Subjects = {
    userId: asUserId(user),
    terraUserIds: [asTerraUserId(terraId)],
    terraUploadIds: [asTerraUploadId(uploadId)],
    terraReportIds: [],
    unansweredSince: null,
  };
  return { user, terraId, uploadId, subjects };
}

const naming = async (subjects: Subjects, limit = MANY) =>
  (await allRows<{ id: number }>(env.DB, namingEventsStatement(subjects, limit))).map(({ id }) => id);

/** Puts these rows there: all of those wanted are found for the person, and nothing else. */
async function expectFound(
  { subjects }: { readonly subjects: Subjects },
  wanted: readonly RawColumns[],
  others: readonly RawColumns[],
): Promise<void> {
  const ids = await insertRaw(...wanted, ...others);
  expect((await naming(subjects)).toSorted((a, b) => a - b)).toEqual(ids.slice(0, wanted.length));
}

it('the events that a person owns are theirs alone, at most so many, with the objects they name', async () => {
  const [who, other] = [person(), person()];
  const [first] = await insertRaw(
    { user_id: who.user, payload_key: 'payloads/a', fetched_key: 'fetched/a', ...PROCESSED },
    { user_id: who.user },
    { user_id: other.user, ...PROCESSED },
    { reference_id: who.user, ...PROCESSED },
  );
  const owned = await allRows(env.DB, ownedEventsStatement(who.subjects, MANY));
  expect(owned).toHaveLength(2);
  expect(owned[0]).toEqual({ id: first, payload_key: 'payloads/a', fetched_key: 'fetched/a' });
  expect(await allRows(env.DB, ownedEventsStatement(who.subjects, 1))).toHaveLength(1);
});

describe('events that are nobody’s and were processed', () => {
  it('are the person’s where they refer to them', async () => {
    const [who, other] = [person(), person()];
    await expectFound(
      who,
      [{ reference_id: who.user, ...PROCESSED }],
      [{ reference_id: other.user, ...PROCESSED }],
    );
  });

  it('or to an upload of theirs, and are of a report', async () => {
    const [who, other] = [person(), person()];
    const lab = { event_type: 'lab_report.completed', ...PROCESSED };
    await expectFound(
      who,
      [{ reference_id: who.uploadId, ...lab }],
      [
        { reference_id: other.uploadId, ...lab },
        { reference_id: who.uploadId, ...PROCESSED },
      ],
    );
  });

  it('or came under a Terra id of theirs', async () => {
    const [who, other] = [person(), person()];
    await expectFound(
      who,
      [{ terra_user_id: who.terraId, ...PROCESSED }],
      [
        { terra_user_id: other.terraId, ...PROCESSED },
        { terra_user_id: '', ...PROCESSED },
      ],
    );
  });

  it('and their bodies are not looked at', async () => {
    const who = person();
    await expectFound(who, [], [{ payload: JSON.stringify({ reference_id: who.user }), ...PROCESSED }]);
  });
});

it('an event that another owns is the person’s where it refers to them, and in no other way', async () => {
  const [who, other] = [person(), person()];
  const owned = { user_id: other.user, ...PROCESSED };
  await expectFound(
    who,
    [
      { ...owned, reference_id: who.user },
      { ...owned, reference_id: who.user, processed_at: null },
    ],
    [
      { ...owned, reference_id: other.user },
      { ...owned, reference_id: other.uploadId },
      { ...owned, reference_id: who.uploadId, event_type: 'lab_report' },
      { ...owned, terra_user_id: who.terraId },
    ],
  );
});

it('what the person owns themselves is not found a second time', async () => {
  const who = person();
  const own = { user_id: who.user, reference_id: who.user, terra_user_id: who.terraId };
  await expectFound(who, [], [{ ...own, ...PROCESSED }, own]);
});

describe('events that wait', () => {
  it('are the person’s where they name an id of theirs', async () => {
    const [who, other] = [person(), person()];
    await expectFound(
      who,
      [
        { reference_id: who.user },
        { terra_user_id: who.terraId },
        { reference_id: who.uploadId, event_type: 'lab_report' },
      ],
      [
        { reference_id: other.user },
        { terra_user_id: other.terraId },
        { reference_id: other.uploadId, event_type: 'lab_report' },
        { reference_id: who.uploadId },
      ],
    );
  });

  it('or name one inside their body, in the row or apart, as a whole', async () => {
    const [who, other] = [person(), person()];
    const body = (id: string) => ({ payload: JSON.stringify({ user: { id } }) });
    const ids = await insertRaw(
      ...[who.user, who.terraId, who.uploadId].map(body),
      { payload: '' },
      ...[`${who.user}2`, other.user].map(body),
    );
    const [, , , apart = 0] = ids;
    await env.DB.prepare('insert into raw_bodies(raw_event_id, payload) values (?, ?)')
      .bind(apart, body(who.user).payload)
      .run();
    expect((await naming(who.subjects)).toSorted((a, b) => a - b)).toEqual(ids.slice(0, 4));
  });

  it('and are not, once somebody else owns them', async () => {
    const [who, other] = [person(), person()];
    await expectFound(
      who,
      [],
      [
        { terra_user_id: who.terraId, user_id: other.user },
        { payload: JSON.stringify(who.user), user_id: other.user },
      ],
    );
  });
});

it('at most so many events are found at once', async () => {
  const who = person();
  await insertRaw({ reference_id: who.user, ...PROCESSED }, { reference_id: who.user });
  expect(await naming(who.subjects, 1)).toHaveLength(1);
  expect(await naming(who.subjects, 2)).toHaveLength(2);
});
