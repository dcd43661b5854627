import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asTerraUploadId, asTerraUserId } from '../ids.ts';
import {
  releaseForConnectionsStatements,
  releaseForErasedStatements,
  releaseForLabUploadsStatements,
} from './releases.ts';
import { runAll, type Statement } from './statements.ts';

const NOW = isoTime(Date.UTC(2026, 2, 1, 12));
const NEXT = isoTime(Date.UTC(2026, 2, 1, 12, 5));
const PROCESSED = { processed_at: '2026-03-01 10:00:00.000' };
const UNCONNECTED = { process_error: 'no_connection_for_terra_user', attempts: 3 };
const WITHOUT_UPLOAD = {
  event_type: 'lab_report',
  process_error: 'no_lab_upload_for_upload_id',
  attempts: 3,
};

/** Runs the statements over these rows; answers the places of those that changed, and the ids that were told. */
async function release(statements: readonly Statement[], rows: readonly RawColumns[]) {
  const ids = await insertRaw(...rows);
  const before = await Promise.all(ids.map(rawEvent));
  const answers = await runAll<{ id: number }>(env.DB, statements);
  const after = await Promise.all(ids.map(rawEvent));
  const places = ids.flatMap((_, place) =>
    JSON.stringify(before[place]) === JSON.stringify(after[place]) ? [] : [place],
  );
  const told = answers.flatMap(({ results }) => results.map(({ id }) => ids.indexOf(id)));
  return { places, told: told.toSorted((a, b) => a - b), after };
}

const swapOf = (terraId: string) => ({
  event_type: 'user_reauth',
  payload: JSON.stringify({ old_user: { user_id: terraId } }),
});

describe('who connects', () => {
  const connects = (...terraIds: readonly string[]) =>
    releaseForConnectionsStatements(terraIds.map(asTerraUserId), NOW, NEXT);

  it('lets go of what waited for their Terra id, with no attempts and to be tried soon', async () => {
    const [one, two] = [newTerraId(), newTerraId()];
    const { places, told, after } = await release(connects(one, two), [
      { terra_user_id: one, ...UNCONNECTED },
      { terra_user_id: two, ...UNCONNECTED },
      { terra_user_id: newTerraId(), ...UNCONNECTED },
      { terra_user_id: one, ...UNCONNECTED, process_error: 'owner_conflict' },
      { terra_user_id: one, ...UNCONNECTED, process_error: null },
      { terra_user_id: one, ...UNCONNECTED, ...PROCESSED },
    ]);
    expect([places, told]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const released = { process_error: null, attempts: 0, next_attempt_at: NEXT, released_at: NOW };
    expect(after[0]).toMatchObject(released);
    expect(after[1]).toMatchObject(released);
  });

  it('lets go of a swap of ids that names theirs inside, and of nothing else that does', async () => {
    const [old, other, swapped] = [newTerraId(), newTerraId(), newTerraId()];
    const waits = { terra_user_id: swapped, ...UNCONNECTED };
    const { places, told } = await release(connects(old), [
      { ...waits, ...swapOf(old) },
      { ...waits, ...swapOf(other) },
      { ...waits, ...swapOf(old), event_type: 'daily' },
      { ...waits, ...swapOf(old), process_error: 'owner_conflict' },
      { ...waits, ...swapOf(old), ...PROCESSED },
    ]);
    expect([places, told]).toEqual([[0], [0]]);
  });
});

it('an upload that records Terra’s id lets go of what waited for that', async () => {
  const [id, other] = ['one', 'other'].map((name) => `${name}-${crypto.randomUUID()}`);
  const { places, told, after } = await release(
    releaseForLabUploadsStatements([asTerraUploadId(id ?? '')], NOW, NEXT),
    [
      { reference_id: id ?? '', ...WITHOUT_UPLOAD },
      { reference_id: other ?? '', ...WITHOUT_UPLOAD },
      { reference_id: id ?? '', ...WITHOUT_UPLOAD, process_error: 'owner_conflict' },
      { reference_id: id ?? '', ...WITHOUT_UPLOAD, ...PROCESSED },
    ],
  );
  expect([places, told]).toEqual([[0], [0]]);
  expect(after[0]).toMatchObject({
    process_error: null,
    attempts: 0,
    next_attempt_at: NEXT,
    released_at: NOW,
  });
});

describe('a Terra id that is found to be an erased person’s', () => {
  async function erasedId(): Promise<string> {
    const id = newTerraId();
    await env.DB.prepare("insert into erased_subjects values (?, 'terra', ?)").bind(sha256Hex(id), NOW).run();
    return id;
  }
  const erase = (terraId: string) => releaseForErasedStatements(asTerraUserId(terraId), NOW, NEXT);
  const WAITS = { process_error: 'owner_conflict', attempts: 1 };
  const SKIPPED = { process_error: 'skipped:nutrition', attempts: 1, ...PROCESSED };

  it('has what waits under it tried again, and nothing that is owned, on its way or another’s', async () => {
    const [id, other] = [await erasedId(), newTerraId()];
    const { places, told, after } = await release(erase(id), [
      { terra_user_id: id, ...WAITS },
      { terra_user_id: other, ...WAITS, ...swapOf(id) },
      { terra_user_id: other, ...WAITS },
      { terra_user_id: other, ...WAITS, ...swapOf(id), event_type: 'daily' },
      { terra_user_id: other, ...WAITS, ...swapOf(other) },
      { terra_user_id: id, ...WAITS, user_id: newUser() },
      { terra_user_id: id, ...WAITS, process_error: null },
    ]);
    expect([places, told]).toEqual([[0, 1], []]);
    expect(after[0]).toMatchObject({ process_error: null, attempts: 0, released_at: NOW });
  });

  it('has what ended under it opened again, unless that was blanked already', async () => {
    const [id, other] = [await erasedId(), newTerraId()];
    const { places, told, after } = await release(erase(id), [
      { terra_user_id: id, ...SKIPPED },
      { terra_user_id: id, ...SKIPPED, process_error: null },
      { terra_user_id: other, ...SKIPPED },
      { terra_user_id: '', ...SKIPPED },
      { terra_user_id: id, ...SKIPPED, user_id: newUser() },
      { terra_user_id: id, ...SKIPPED, process_error: 'skipped:user_erased' },
    ]);
    expect([places, told]).toEqual([[0, 1], []]);
    expect(after[0]).toMatchObject({ processed_at: null, process_error: null, released_at: NOW });
  });

  it('and one of the living leaves all as it is', async () => {
    const id = newTerraId();
    const { places } = await release(erase(id), [
      { terra_user_id: id, ...WAITS },
      { terra_user_id: id, ...SKIPPED },
    ]);
    expect(places).toEqual([]);
  });
});
