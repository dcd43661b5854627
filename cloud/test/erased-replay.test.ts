import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { day, event } from './support/events.ts';
import { consume, deliver, newTerraId, newUser, rawEvent } from './support/stack.ts';

it('keeps a blanked event of an erased person as it is when it is replayed', async () => {
  const who = { user: newUser(), terraId: newTerraId() };
  const response = await deliver(event('daily', who, [day({ steps: 1 })]));
  const { raw_event_id: id } = await response.json<{ raw_event_id: number }>();
  // A wipe that has left its marks and not yet looked for events.
  await env.DB.prepare(
    "insert into erased_subjects(subject_hash, kind, erased_at) values (?, 'user', '2026-03-01T00:00:00.000Z')",
  )
    .bind(sha256Hex(who.user))
    .run();
  await consume([{ rawEventId: id }]);
  const blank = { payload: '', reference_id: null, user_id: null, process_error: 'skipped:user_erased' };
  expect(await rawEvent(id)).toMatchObject(blank);
  await consume([{ rawEventId: id, force: true }]);
  expect(await rawEvent(id)).toMatchObject({ ...blank, processed_at: expect.any(String) });
});
