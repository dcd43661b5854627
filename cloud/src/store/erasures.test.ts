import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { insertRow, rowWhere } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asTerraUploadId, type UserId } from '../ids.ts';
import { beginErasure, endErasureStatement, markSubjects, takeDeadErasures } from './erasures.ts';
import { runAll } from './statements.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));

beforeEach(() => env.DB.prepare('delete from erasures').run());

const erasing = async (leasedUntil: number): Promise<UserId> => {
  const subject = newUser();
  await insertRow('erasures', { subject, requested_at: at(0), next_attempt_at: at(leasedUntil) });
  return subject;
};

const leaseOf = async (user: UserId) =>
  (await rowWhere('erasures', 'subject', user))?.next_attempt_at ?? null;

const kindOf = async (id: string) =>
  (await rowWhere('erased_subjects', 'subject_hash', sha256Hex(id)))?.kind ?? null;

describe('an erasure that did not come to its end', () => {
  const take = (minute: number, limit: number) =>
    takeDeadErasures(env.DB, { now: at(minute), leaseUntil: at(59), limit });

  it('is taken once its lease is over, and leased anew', async () => {
    const [over, ends, runs] = [await erasing(4), await erasing(5), await erasing(6)];
    const taken = (await take(5, 10)).map(({ subject }) => subject);
    expect(taken.toSorted()).toEqual([over, ends].toSorted());
    expect([await leaseOf(over), await leaseOf(ends), await leaseOf(runs)]).toEqual([at(59), at(59), at(6)]);
    expect(await take(5, 10)).toEqual([]);
  });

  it('is taken before those whose leases ended later, so many at once', async () => {
    const [second, first, third] = [await erasing(2), await erasing(1), await erasing(3)];
    expect(await take(9, 1)).toEqual([{ subject: first, requested_at: at(0) }]);
    expect(await take(9, 1)).toEqual([{ subject: second, requested_at: at(0) }]);
    expect(await leaseOf(third)).toBe(at(3));
  });
});

describe('an erasure', () => {
  const begin = (user: UserId, requested: number, leased: number) =>
    beginErasure(env.DB, user, { requestedAt: at(requested), leaseUntil: at(leased) });

  it('marks its person and stands for the cron, and nobody else’s does', async () => {
    const [one, other] = [newUser(), await erasing(3)];
    await begin(one, 1, 10);
    expect(await kindOf(one)).toBe('user');
    expect(await rowWhere('erasures', 'subject', one)).toMatchObject({
      requested_at: at(1),
      next_attempt_at: at(10),
    });
    expect([await leaseOf(other), await kindOf(other)]).toEqual([at(3), null]);
  });

  it('that is begun again is of the later request and under the new lease', async () => {
    const one = newUser();
    await begin(one, 5, 10);
    await begin(one, 2, 20);
    expect(await rowWhere('erasures', 'subject', one)).toMatchObject({
      requested_at: at(5),
      next_attempt_at: at(20),
    });
  });

  it('ends under its own lease alone', async () => {
    const [one, other] = [await erasing(5), await erasing(5)];
    await runAll(env.DB, [endErasureStatement(one, at(4))]);
    expect(await leaseOf(one)).toBe(at(5));
    await runAll(env.DB, [endErasureStatement(one, at(5))]);
    expect([await leaseOf(one), await leaseOf(other)]).toEqual([null, at(5)]);
  });

  it('marks the other ids of its person, each as what it is', async () => {
    const [user, terraId, uploadId] = [newUser(), newTerraId(), asTerraUploadId(crypto.randomUUID())];
    const subjects = {
      userId: user,
      terraUserIds: [terraId],
      terraUploadIds: [uploadId],
      terraReportIds: [],
      unansweredSince: null,
    };
    await markSubjects(env.DB, subjects, at(0));
    expect([await kindOf(user), await kindOf(terraId), await kindOf(uploadId)]).toEqual([
      null,
      'terra_user',
      'upload',
    ]);
  });
});
