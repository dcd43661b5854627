import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sendBackfill } from '../src/imports/send-backfill.ts';
import { terraUser } from './support/events.ts';
import { consume, deliver, envWithOutbox, ingest, newTerraId, newUser, rawEvent } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

describe('a large request', () => {
  it.each([
    ['after our own answer is recorded', ['answer', 'processing', 'sending']],
    ['before our own answer is recorded', ['processing', 'sending', 'answer']],
    ['in the wrong order', ['sending', 'answer', 'processing']],
  ])('is known by its reference, with its payloads, when it is told %s', async (_, order) => {
    const who = { user: newUser(), terraId: newTerraId() };
    const terra = newTerra();
    const reference = crypto.randomUUID();
    await terra.answers('/body', 200, { reference });
    await ingest({ type: 'auth', user: terraUser(who) });
    const steps: Record<string, () => Promise<unknown>> = {
      answer: async () => {
        const row = env.DB.prepare("select id from backfills where user_id = ? and resource = 'body'");
        await sendBackfill(terra.env, String(await row.bind(who.user).first('id')), Date.now());
      },
      processing: async () =>
        expect(
          await ingest({ type: 'large_request_processing', reference, user: terraUser(who) }),
        ).toMatchObject({ process_error: 'skipped:large_request_processing', user_id: who.user }),
      sending: async () =>
        expect(
          await ingest({
            type: 'large_request_sending',
            reference,
            expected_payloads: 43,
            user: terraUser(who),
          }),
        ).toMatchObject({ process_error: 'skipped:large_request_sending', user_id: who.user }),
    };
    for (const step of order) await steps[step]?.();
    const progress = await env.DB.prepare(
      `select b.resource, b.status, l.expected_payloads
from backfills b
join large_requests l on l.user_id = b.user_id and l.reference = b.terra_reference
where b.user_id = ?`,
    )
      .bind(who.user)
      .all();
    expect(progress.results).toEqual([{ resource: 'body', status: 'sent', expected_payloads: 43 }]);
  });

  it('of a connection that is not known yet waits for it, and counts then', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const reference = crypto.randomUUID();
    const sending = { type: 'large_request_sending', reference, expected_payloads: 7 };
    const { id, ...waiting } = await ingest({
      ...sending,
      user: { user_id: who.terraId, provider: 'OURA', reference_id: null },
    });
    expect(waiting).toMatchObject({
      processed_at: null,
      process_error: 'no_connection_for_terra_user',
      user_id: null,
    });
    expect(await progressOf(reference)).toEqual([]);
    const { env: used, outbox } = envWithOutbox();
    await ingest({ type: 'auth', user: terraUser(who) }, { env: used });
    expect(outbox.messages).toContainEqual({ rawEventId: id, bytes: expect.any(Number) });
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({
      process_error: 'skipped:large_request_sending',
      user_id: who.user,
    });
    expect(await progressOf(reference)).toEqual([{ user_id: who.user, reference, expected_payloads: 7 }]);
  });

  it('in one batch with the auth that makes its connection known counts at once', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const reference = crypto.randomUUID();
    const ids: number[] = [];
    for (const body of [
      { type: 'auth', user: terraUser(who) },
      { type: 'large_request_sending', reference, expected_payloads: 7, user: { user_id: who.terraId } },
    ]) {
      ids.push((await (await deliver(body)).json<{ raw_event_id: number }>()).raw_event_id);
    }
    const messages = ids.map((rawEventId) => ({ rawEventId }));
    expect(await consume(messages)).toEqual({ acked: [0, 1], retried: [] });
    expect(await progressOf(reference)).toEqual([{ user_id: who.user, reference, expected_payloads: 7 }]);
  });

  it('that names a person nobody has met makes them known', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const reference = crypto.randomUUID();
    const told = { type: 'large_request_sending', reference, expected_payloads: 7, user: terraUser(who) };
    expect(await ingest(told)).toMatchObject({ user_id: who.user });
    expect(await progressOf(reference)).toEqual([{ user_id: who.user, reference, expected_payloads: 7 }]);
  });

  it('without a reference tells nothing, and is skipped whoever it is of', async () => {
    const told = { type: 'large_request_sending', user: { user_id: newTerraId(), provider: 'OURA' } };
    expect(await ingest(told)).toMatchObject({
      process_error: 'skipped:large_request_sending',
      user_id: null,
    });
  });
});

async function progressOf(reference: string): Promise<unknown[]> {
  const rows = await env.DB.prepare(
    'select user_id, reference, expected_payloads from large_requests where reference = ?',
  )
    .bind(reference)
    .all();
  return rows.results;
}
