/**
 * The least that a Worker can do which keeps the same promises, or fewer, written as one would write it in an hour: what
 * Amy's own cost is compared with, in the same runtime, in the same run.
 */

type Statement = {
  readonly bind: (...values: unknown[]) => Statement;
  readonly run: () => Promise<unknown>;
  readonly first: <Row>() => Promise<Row | null>;
  readonly all: <Row>() => Promise<{ results: Row[] }>;
};

type Bindings = {
  readonly DB: {
    readonly prepare: (sql: string) => Statement;
    readonly batch: (statements: Statement[]) => Promise<unknown>;
  };
  readonly TERRA_EVENTS: { readonly send: (message: unknown) => Promise<unknown> };
  readonly TERRA_SIGNING_SECRET: string;
};

type Message = { readonly body: { readonly rawEventId: number } };

type Batch = { readonly queue: string; readonly messages: readonly Message[]; readonly ackAll: () => void };

type Item = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

type Body = {
  readonly type: string;
  readonly user: { readonly user_id: string; readonly reference_id: string; readonly provider: string };
  readonly data: readonly Item[];
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let key: ReturnType<typeof importKey> | null = null;

export default {
  async fetch(request: Request, env: Bindings, context: { waitUntil: (work: Promise<unknown>) => void }) {
    const { pathname } = new URL(request.url);
    if (pathname === '/hello') return new Response('hello');
    if (pathname === '/sync') return new Response(await changesOf(new URL(request.url).searchParams, env));
    const bytes = await verified(request, env);
    if (bytes === null) return new Response('no', { status: 401 });
    const text = decoder.decode(bytes);
    const type = pathname === '/parse' ? (JSON.parse(text) as Body).type : 'daily';
    const id = await insert(env, text, await sha256(bytes), type);
    context.waitUntil(env.TERRA_EVENTS.send({ rawEventId: id }));
    if (pathname === '/parse') console.log(JSON.stringify({ level: 'info', event: 'received', id, type }));
    return Response.json({ ok: true, raw_event_id: id });
  },

  async queue(batch: Batch, env: Bindings): Promise<void> {
    if (batch.queue === 'plain') await consumePlainly(batch, env);
    else await consumeInBulk(batch, env);
    batch.ackAll();
  },
};

/** All rows of a person that changed since, as they stand in their tables: no pages, no deletions, no token. */
async function changesOf(query: URLSearchParams, env: Bindings): Promise<string> {
  const tables = Object.keys(COLUMNS) as Table[];
  const read = tables.map(async (table) => {
    const { results } = await env.DB.prepare(
      `select ${[...COLUMNS[table], 'updated_at'].filter((name) => name !== 'raw').join(', ')} from ${table}
where user_id = ?1 and updated_at > ?2`,
    )
      .bind(query.get('user'), query.get('since') ?? '')
      .all();
    return [table, results] as const;
  });
  return JSON.stringify(Object.fromEntries(await Promise.all(read)));
}

async function verified(request: Request, env: Bindings): Promise<ArrayBuffer | null> {
  const bytes = await request.arrayBuffer();
  const [, time = '', given = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers.get('terra-signature') ?? '') ?? [];
  key ??= importKey(env.TERRA_SIGNING_SECRET);
  const head = encoder.encode(`${time}.`);
  const signed = new Uint8Array(head.byteLength + bytes.byteLength);
  signed.set(head);
  signed.set(new Uint8Array(bytes), head.byteLength);
  const mac = Uint8Array.from(given.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return (await crypto.subtle.verify('HMAC', await key, mac, signed)) ? bytes : null;
}

function importKey(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']);
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function insert(env: Bindings, text: string, hash: string, type: string): Promise<number> {
  const row = await env.DB.prepare(
    `insert into raw_events(event_type, terra_user_id, payload, signature_verified, dedup_key)
values (?1, '', ?2, 1, ?3)
on conflict do update set dedup_key = excluded.dedup_key
returning id`,
  )
    .bind(type, text, hash)
    .first<{ id: number }>();
  return row?.id ?? 0;
}

/** One row of one table, by its key: what both ways below make of an item. */
type Row = { readonly table: Table; readonly values: readonly unknown[] };

type Table = keyof typeof COLUMNS;

const COLUMNS = {
  daily_summary: [
    'user_id',
    'source',
    'datetime',
    'steps',
    'calories_total',
    'distance',
    'resting_heart_rate',
  ],
  activities: ['user_id', 'source', 'start_time', 'end_time', 'activity_name', 'distance', 'calories', 'raw'],
  sleep_sessions: ['user_id', 'source', 'start_time', 'end_time', 'raw'],
  biomarkers_raw: ['user_id', 'source', 'draw_date', 'code', 'value'],
} as const;

const KEY_COLUMNS: Readonly<Record<Table, number>> = {
  daily_summary: 3,
  activities: 3,
  sleep_sessions: 3,
  biomarkers_raw: 4,
};

function rowsOf({ type, user, data }: Body): readonly Row[] {
  const owner = [user.reference_id, user.provider.toLowerCase()];
  return data.flatMap((item): Row[] => {
    const [start, end] = [String(item.metadata?.start_time), String(item.metadata?.end_time)];
    const day = [...owner, start.slice(0, 10)];
    const { distance_data: distance, calories_data: calories, heart_rate_data: heart } = item;
    const summary = (distance?.summary ?? distance) as Readonly<Record<string, unknown>> | undefined;
    switch (type) {
      case 'daily':
        return [
          {
            table: 'daily_summary',
            values: [
              ...day,
              distance?.steps ?? null,
              calories?.total_burned_calories ?? null,
              distance?.distance_meters ?? null,
              (heart?.summary as Readonly<Record<string, unknown>> | undefined)?.resting_hr_bpm ?? null,
            ],
          },
        ];
      case 'activity':
        return [
          {
            table: 'activities',
            values: [
              ...owner,
              start,
              end,
              item.metadata?.name ?? null,
              summary?.distance_meters ?? null,
              calories?.total_burned_calories ?? null,
              JSON.stringify(item),
            ],
          },
        ];
      case 'sleep':
        return [{ table: 'sleep_sessions', values: [...owner, start, end, JSON.stringify(item)] }];
      default:
        return numbersOf(item).map(([code, value]) => ({
          table: 'biomarkers_raw',
          values: [user.reference_id, `${owner[1]}_body`, start.slice(0, 10), code, value],
        }));
    }
  });
}

/** The numbers of a body measurement, named by where they stand. */
function numbersOf(item: Item): readonly (readonly [string, number])[] {
  const found: [string, number][] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') found.push([path, value]);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`);
  };
  walk(item, '');
  return found.slice(0, 14);
}

/** Reads, parses, keeps cells, writes a table at a time and ends the events, in one transaction a batch. */
async function consumeInBulk(batch: Batch, env: Bindings): Promise<void> {
  const ids = JSON.stringify(batch.messages.map(({ body }) => body.rawEventId));
  const { results } = await env.DB.prepare(
    'select id, payload from raw_events where id in (select value from json_each(?1)) and processed_at is null',
  )
    .bind(ids)
    .all<{ id: number; payload: string }>();
  const bodies = results.map(({ payload }) => JSON.parse(payload) as Body);
  const now = new Date().toISOString();
  const rows = bodies.flatMap(rowsOf);
  const users = [...new Set(bodies.map(({ user }) => user.reference_id))];
  const tables = [...new Set(rows.map(({ table }) => table))];
  await env.DB.batch([
    env.DB.prepare('insert or ignore into users(id) select value from json_each(?1)').bind(
      JSON.stringify(users),
    ),
    ...tables.map((table) =>
      env.DB.prepare(bulkUpsert(table)).bind(
        JSON.stringify(
          rows
            .filter((row) => row.table === table)
            .map(({ values }) => [...values, JSON.stringify([[now, values]]), now]),
        ),
      ),
    ),
    env.DB.prepare(
      'update raw_events set processed_at = ?2 where id in (select value from json_each(?1))',
    ).bind(ids, now),
  ]);
}

function bulkUpsert(table: Table): string {
  const columns = [...COLUMNS[table], 'cells', 'updated_at'];
  const [keys, others] = [columns.slice(0, KEY_COLUMNS[table]), columns.slice(KEY_COLUMNS[table])];
  return `with r as materialized (select jsonb(value) v from json_each(?1))
insert into ${table}(${columns.join(', ')})
select ${columns.map((_, index) => `v->>${index}`).join(', ')}
from r
where true
on conflict (${keys.join(', ')}) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}

/** A message at a time, a statement an item, two traces an event: no transaction, and nothing is known of what was there. */
async function consumePlainly(batch: Batch, env: Bindings): Promise<void> {
  for (const { body } of batch.messages) {
    const { rawEventId } = body;
    const trace = (event: string) =>
      env.DB.prepare(
        "insert into trace_events(request_id, raw_event_id, level, event) values (?1, ?2, 'info', ?3)",
      )
        .bind(crypto.randomUUID(), rawEventId, event)
        .run();
    await trace('webhook_received');
    const row = await env.DB.prepare('select payload from raw_events where id = ?1')
      .bind(rawEventId)
      .first<{ payload: string }>();
    const parsed = JSON.parse(row?.payload ?? '{}') as Body;
    await env.DB.prepare('insert or ignore into users(id) values (?1)').bind(parsed.user.reference_id).run();
    for (const { table, values } of rowsOf(parsed))
      await env.DB.prepare(plainUpsert(table))
        .bind(...values)
        .run();
    await env.DB.prepare("update raw_events set processed_at = datetime('now') where id = ?1")
      .bind(rawEventId)
      .run();
    await trace('normalize_complete');
  }
}

function plainUpsert(table: Table): string {
  const columns = COLUMNS[table];
  const [keys, others] = [columns.slice(0, KEY_COLUMNS[table]), columns.slice(KEY_COLUMNS[table])];
  const set = [...others.map((name) => `${name} = excluded.${name}`), "updated_at = datetime('now')"];
  return `insert into ${table}(${columns.join(', ')})
values (${columns.map((_, index) => `?${index + 1}`).join(', ')})
on conflict (${keys.join(', ')}) do update set ${set.join(', ')}`;
}
