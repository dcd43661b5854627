import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { LAB_LAYOUTS, type LabLayout } from './support/lab-layouts.ts';
import { ingest, known, newUser, rowsOf } from './support/stack.ts';
import { shuffled } from './support/year.ts';

/** The report as a person's own; its sessions are theirs alone. */
function bodyFor({ body }: LabLayout, user: string): Record<string, unknown> {
  const text = JSON.stringify({ ...body, reference_id: user });
  return JSON.parse(text.replaceAll(/"session_id":"/g, `"session_id":"${user}-`)) as Record<string, unknown>;
}

/** `[draw_date, code, the columns that are known]` of what a person has. */
async function storedRows(user: string): Promise<unknown[]> {
  const rows = await rowsOf('biomarkers_raw', user, [
    'user_id',
    'updated_at',
    'cells',
    'rules',
    'source',
    'raw',
  ]);
  return rows.map(known).map(({ draw_date, code, ...columns }) => [draw_date, code, columns]);
}

/** With the results of each report in another order. */
function reordered(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, found: unknown) =>
    key === 'results' && Array.isArray(found) ? shuffled(found, 5) : found,
  );
}

it.each(LAB_LAYOUTS)(
  'a report of a laboratory in the $lab becomes these rows, whatever their order',
  async (layout) => {
    const user = newUser();
    const body = bodyFor(layout, user);
    expect(await ingest(body)).toMatchObject({ process_error: null, user_id: user });
    expect(await storedRows(user)).toEqual(layout.rows);
    const wide = await env.DB.prepare('select * from biomarkers_wide where user_id = ?').bind(user).all();
    const shown = known(wide.results[0]);
    const { user_id: _user, source: _source, draw_date: _date, updated_at: _at, ...view } = shown;
    expect(view).toEqual(layout.view);
    await ingest(reordered(body));
    expect(await storedRows(user)).toEqual(layout.rows);
  },
);
