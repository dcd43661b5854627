import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { asUserId } from '../src/ids.ts';
import { readOwnEvents } from '../src/store/own-events.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asPerson, ingest, newTerraId, newUser } from './support/stack.ts';

async function bytesOf(response: Response): Promise<string> {
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('the list of one’s own events', () => {
  it('tells of each what came and what became of it, the newest first, a page at a time, of nobody else', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const other = { user: newUser(), terraId: newTerraId() };
    const body = JSON.stringify(event('daily', who, [day({ steps: 7 })]));
    const sentMs = Date.UTC(2015, 2, 1, 8);
    const whole = await ingest(body, { orderingMs: sentMs });
    await ingest(event('daily', other, [day({ steps: 8 })]));
    const skipped = await ingest(event('nutrition', who, []));
    const partial = await ingest(
      event('daily', who, [day({ steps: 9 }), { metadata: { start_time: 'no time' } }]),
    );
    const waiting = await ingest(event('daily', who, [day({ steps: 10 })]));
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(waiting.id).run();
    const pages: Record<string, unknown>[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = await (await asPerson(who.user, `/v1/events?limit=2${cursor}`)).json<{
        data: Record<string, unknown>[];
        next_cursor: string | null;
      }>();
      pages.push(...page.data);
      next = page.next_cursor;
    }
    expect(pages.map(({ id, outcome }) => [id, outcome])).toEqual([
      [waiting.id, 'waiting'],
      [partial.id, 'partial'],
      [skipped.id, 'skipped'],
      [whole.id, 'normalized'],
    ]);
    expect(pages[0]?.ordered_at).toBe(pages[0]?.received_at);
    expect(pages.at(-1)).toEqual({
      id: whole.id,
      type: 'daily',
      provider: 'oura',
      received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ordered_at: new Date(sentMs).toISOString(),
      bytes: Buffer.byteLength(body),
      sha256: sha256Hex(Buffer.from(body)),
      outcome: 'normalized',
    });
    expect((await asPerson(who.user, '/v1/events?cursor=of-another-list')).status).toBe(400);
  });

  it('reads a page, whatever else its person has', async () => {
    const user = newUser();
    await insertRaw(...Array.from({ length: 60 }, () => ({ user_id: user })));
    const { db, cost } = countingDatabase(env.DB);
    expect(await readOwnEvents(db, asUserId(user), Number.MAX_SAFE_INTEGER, 3)).toHaveLength(3);
    expect(cost.rowsRead).toBeLessThan(10);
  });
});

describe('the body of an event', () => {
  it('comes back byte for byte, from its row and from R2', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const text = JSON.stringify(event('daily', who, [day({ steps: 7 })]));
    const encode = (value: string) => new TextEncoder().encode(value);
    for (const body of [
      encode(`\ufeff${text} \n`),
      encode(text.replace('{', `{"filler":"${'x'.repeat(1_100_000)}",`)),
      // No valid UTF-8.
      new Uint8Array([...encode(text.slice(0, -1)), ...encode(',"odd":"'), 0xff, 0xfe, ...encode('"}')]),
    ]) {
      const { id } = await ingest(body);
      const response = await asPerson(who.user, `/v1/payloads/${id}`);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect((await bytesOf(response)) === latin1(body)).toBe(true);
    }
  });

  it('lies apart from the row that is written with each outcome, once', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const body = event('daily', who, [day({ steps: 7 })]);
    const { id } = await ingest(body);
    await ingest(body);
    const stored = await env.DB.prepare(
      `select r.payload, b.payload as body
from raw_events r
join raw_bodies b on b.raw_event_id = r.id
where r.user_id = ?`,
    )
      .bind(who.user)
      .all();
    expect(stored.results).toEqual([{ payload: '', body: JSON.stringify(body) }]);
    await env.DB.prepare('delete from raw_events where id = ?').bind(id).run();
    expect(
      await env.DB.prepare('select * from raw_bodies where raw_event_id = ?').bind(id).first(),
    ).toBeNull();
  });

  it('is called JSON only when it is', async () => {
    const user = newUser();
    const [id = 0] = await insertRaw({ user_id: user, payload: '<script>1</script>' });
    const response = await asPerson(user, `/v1/payloads/${id}`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(await response.text()).toBe('<script>1</script>');
  });

  it('of a link is what the link led to, or with fetched=false the link', async () => {
    const user = newUser();
    const link = '{"type":"s3_payload","url":"https://x.amazonaws.com/1"}';
    const key = `raw-events/${crypto.randomUUID()}.json`;
    await env.RAW_PAYLOADS.put(key, '{"fetched":1}');
    const [id = 0, unfetched = 0] = await insertRaw(
      { user_id: user, event_type: 's3_payload', payload: link, fetched_key: key },
      { user_id: user, event_type: 's3_payload', payload: link },
    );
    const bodyAt = async (path: string) => (await asPerson(user, `/v1/payloads/${path}`)).text();
    expect(await bodyAt(`${id}`)).toBe('{"fetched":1}');
    expect(await bodyAt(`${id}?fetched=true`)).toBe('{"fetched":1}');
    expect(await bodyAt(`${id}?fetched=false`)).toBe(link);
    expect(await bodyAt(`${unfetched}`)).toBe(link);
    expect((await asPerson(user, `/v1/payloads/${id}?fetched=1`)).status).toBe(400);
  });

  it('is for its owner alone: anything else is the same 404', async () => {
    const [user, other] = [newUser(), newUser()];
    const [theirs, unowned, lost] = await insertRaw(
      { user_id: other },
      { reference_id: user },
      { user_id: user, payload: '', payload_key: 'raw-events/gone.json' },
    );
    const unlike = [theirs, unowned, lost, 0, 987_654_321, -1, '1.0', '1e3', 'x', '%27', '9'.repeat(30)];
    const answers = new Set<string>();
    for (const id of unlike) {
      const response = await asPerson(user, `/v1/payloads/${id}`);
      const { error } = await response.json<{ error: { code: string; message: string } }>();
      answers.add(`${response.status} ${error.code} ${error.message}`);
    }
    expect([...answers]).toEqual(['404 not_found you have no event with this id, or its body is gone']);
  });
});
