import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { sha256Hex } from '../src/digest.ts';
import { asTerraUserId, asUserId } from '../src/ids.ts';
import {
  namedConnectionsStatement,
  readActiveConnections,
  readActiveTerraIds,
} from '../src/store/connections.ts';
import { releaseForErasedStatements } from '../src/store/releases.ts';
import { allRows, runAll } from '../src/store/statements.ts';
import { insertRaw } from './support/raw-rows.ts';
import { newTerraId, newUser, rawEvent } from './support/stack.ts';

const NOW = isoTime(Date.UTC(2026, 2, 1, 12));
const PROCESSED = '2026-02-01 10:00:00.000';

/** Connections of one person, `ended` of them not active any more; answers Terra's ids, in the order of connecting. */
async function connections(user: string, ...ended: readonly boolean[]): Promise<readonly string[]> {
  const ids = ended.map(newTerraId);
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?)').bind(user),
    ...ids.map((id, place) =>
      env.DB.prepare(
        `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, connected_at, deactivated_at)
values (?2, ?1, ?2, 'oura', ?1, ?3, ?4)`,
      ).bind(user, id, isoTime(Date.UTC(2026, 0, 1 + place)), ended[place] === true ? NOW : null),
    ),
  ]);
  return ids;
}

it('the active connections of a person are theirs and stand, the oldest first', async () => {
  const [user, other] = [newUser(), newUser()];
  const [first = '', , third = ''] = await connections(user, false, true, false);
  await connections(other, false);
  expect(await readActiveTerraIds(env.DB, asUserId(user))).toEqual([first, third]);
});

it('everybody’s active connections come page by page, each once', async () => {
  await connections(newUser(), false, true, false, false);
  const all = await readActiveConnections(env.DB, '', 1_000);
  const [first] = all;
  const after = await readActiveConnections(env.DB, first?.terraUserId ?? '', 1_000);
  expect(after).toEqual(all.slice(1));
  expect((await readActiveConnections(env.DB, '', 1)).length).toBe(1);
});

it('connections are found by Terra’s id and by their person, and none of somebody who is being erased', async () => {
  const [whole, one, erased] = [newUser(), newUser(), newUser()];
  const ofWhole = await connections(whole, false, true);
  const [named = ''] = await connections(one, false, false);
  const [gone = ''] = await connections(erased, false);
  await env.DB.prepare('insert into erasures(subject, requested_at, next_attempt_at) values (?1, ?2, ?2)')
    .bind(erased, NOW)
    .run();
  const found = await allRows<{ terra_user_id: string }>(
    env.DB,
    namedConnectionsStatement({
      terraUserIds: [named, gone].map(asTerraUserId),
      userIds: [],
      wholeUserIds: [whole, erased].map(asUserId),
    }),
  );
  expect(found.map(({ terra_user_id }) => terra_user_id).toSorted()).toEqual([...ofWhole, named].toSorted());
});

it('what came under an erased person’s Terra id is looked at again, and nothing that is another’s', async () => {
  const [terraId, other] = [newTerraId(), newTerraId()];
  await env.DB.prepare("insert into erased_subjects values (?, 'terra', ?)")
    .bind(sha256Hex(terraId), NOW)
    .run();
  const waits = { process_error: 'owner_conflict', attempts: 1 };
  const skipped = { process_error: 'skipped:nutrition', processed_at: PROCESSED, attempts: 1 };
  const ids = await insertRaw(
    { terra_user_id: terraId, ...waits },
    { terra_user_id: terraId, user_id: newUser(), ...waits },
    { terra_user_id: other, ...waits },
    { terra_user_id: terraId, ...skipped },
    { terra_user_id: terraId, user_id: newUser(), ...skipped },
    { terra_user_id: other, ...skipped },
    { terra_user_id: '', ...skipped },
    { terra_user_id: terraId, ...skipped, process_error: 'skipped:user_erased' },
  );
  await runAll(env.DB, releaseForErasedStatements(asTerraUserId(terraId), NOW, NOW));
  const rows = await Promise.all(ids.map((id) => rawEvent(id)));
  expect(rows.map(({ process_error, processed_at }) => [process_error, processed_at])).toEqual([
    [null, null],
    ['owner_conflict', null],
    ['owner_conflict', null],
    [null, null],
    ['skipped:nutrition', PROCESSED],
    ['skipped:nutrition', PROCESSED],
    ['skipped:nutrition', PROCESSED],
    ['skipped:user_erased', PROCESSED],
  ]);
  // Of somebody living nothing is.
  await runAll(env.DB, releaseForErasedStatements(asTerraUserId(other), NOW, NOW));
  expect(await rawEvent(ids[5] ?? 0)).toMatchObject({ processed_at: PROCESSED });
});
