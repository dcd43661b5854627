import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sendBackfill } from '../src/ingest/send-backfill.ts';
import { terraUser } from './events.ts';
import { ingest, newTerraId, newUser } from './stack.ts';
import { newTerra } from './terra.ts';

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

  it('of a stranger is ignored', async () => {
    const terraId = newTerraId();
    const row = await ingest({
      type: 'large_request_sending',
      reference: 'r',
      expected_payloads: 1,
      user: { user_id: terraId, provider: 'OURA' },
    });
    expect(row).toMatchObject({ process_error: 'skipped:large_request_sending', user_id: null });
    const user = newUser();
    await ingest({ type: 'large_request_processing', reference: 'r', user: terraUser({ user, terraId }) });
    const rows = await env.DB.prepare('select * from large_requests where reference = ?').bind('r').all();
    expect(rows.results).toEqual([{ user_id: user, reference: 'r', expected_payloads: null }]);
  });
});
