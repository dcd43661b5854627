import { env } from 'cloudflare:test';
import { expect } from 'vitest';
import { type ImportProgress, importProgress } from '../../src/contract/import.ts';
import { terraUser, type Who } from './events.ts';
import { asPerson, consume, ingest, newTerraId, newUser } from './stack.ts';
import { type FarTerra, newTerra } from './terra.ts';

export const RESOURCES = ['activity', 'body', 'daily', 'sleep'] as const;
export type Resource = (typeof RESOURCES)[number];

export type Importing = {
  readonly who: Who;
  readonly id: string;
  readonly terra: FarTerra;
  readonly references: Readonly<Record<Resource, string>>;
  /** Terra takes a request, and we record its answer. */
  readonly send: (resource: Resource) => Promise<unknown>;
  readonly progress: () => Promise<ImportProgress>;
};

/** An import of one connection, of which nothing was sent yet. */
export async function importing(
  days: number,
  who: Who = { user: newUser(), terraId: newTerraId() },
): Promise<Importing> {
  const terra = newTerra();
  await ingest({ type: 'auth', user: terraUser(who) });
  const references = Object.fromEntries(
    RESOURCES.map((resource) => [resource, crypto.randomUUID()]),
  ) as Record<Resource, string>;
  for (const resource of RESOURCES)
    await terra.answers(`/${resource}`, 200, { status: 'success', reference: references[resource] });
  const response = await asPerson(who.user, '/v1/import', {
    method: 'POST',
    body: JSON.stringify({ days }),
    env: terra.env,
  });
  const { import_id: id } = await response.json<{ import_id: string }>();
  return {
    who,
    id,
    terra,
    references,
    async send(resource) {
      const row = env.DB.prepare('select id from backfills where import_id = ? and resource = ?');
      await consume([{ backfillId: String(await row.bind(id, resource).first('id')) }], terra.env);
    },
    progress: () => progressOf(who.user, id),
  };
}

export async function progressOf(user: string, id: string): Promise<ImportProgress> {
  const response = await asPerson(user, `/v1/imports/${id}`);
  expect(response.status).toBe(200);
  return importProgress.parse(await response.json());
}

export function stateOf(progress: ImportProgress, resource: Resource) {
  return progress.connections.find((one) => one.resource === resource);
}

/** So long ago everything of the import was sent and processed. */
export async function elapse({ id, who }: Importing, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms).toISOString();
  await env.DB.batch([
    env.DB.prepare("update backfills set sent_at = ?2 where import_id = ?1 and status = 'sent'").bind(
      id,
      then,
    ),
    env.DB.prepare('update raw_events set processed_at = ?2 where user_id = ?1').bind(
      who.user,
      then.replace('T', ' ').slice(0, -1),
    ),
  ]);
}
