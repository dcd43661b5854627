import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { SyncPage } from '../../cloud/src/contract/sync.ts';
import { syncMirror } from '../src/mirror/sync.ts';
import { farEnd, type Step } from './support/far-end.ts';
import { daily, page, pageReply, row, T1, T2, tokenOf } from './support/pages.ts';
import { mirrorPath, steps, sync, TOKEN } from './support/synced.ts';
import { contentsOf } from './support/temporary.ts';

describe('a sync that fails', () => {
  const answers: [string, Step, string][] = [
    [
      'an error of the server',
      { status: 500, body: { error: { code: 'internal', message: 'm', request_id: 'r' } } },
      'internal',
    ],
    ['no JSON', { body: '<html>' }, 'unexpected_answer'],
    ['an answer without a table', { body: withoutTable(page(T2, {})) }, 'unexpected_answer'],
    ['a page without its cursor', { body: { ...page(T2, {}), has_more: true } }, 'unexpected_answer'],
    ['the same cursor again', pageReply(T2, {}, 'c1'), 'unexpected_answer'],
    [
      'text for a number',
      pageReply(T2, { daily_summary: [daily('oura', '2026-01-01', { steps: 'many' })] }),
      'unexpected_answer',
    ],
    [
      'a fraction for an integer',
      pageReply(T2, { daily_summary: [daily('oura', '2026-01-01', { utc_offset_minutes: 1.5 })] }),
      'unexpected_answer',
    ],
    [
      'a number for text',
      pageReply(T2, { daily_summary: [daily('oura', '2026-01-01', { bed_time: 5 })] }),
      'unexpected_answer',
    ],
    [
      'a row without its key',
      pageReply(T2, { sleep_sessions: [row('sleep_sessions', { source: 'oura', end_time: T1 })] }),
      'unexpected_answer',
    ],
    ...Object.entries({
      'a list for a page': [page(T2, {})],
      'a page without a clock': { ...page(T2, {}), now: undefined },
      'a cursor that is a number': { ...page(T2, {}), has_more: true, next_cursor: 5 },
      'no word whether more comes': { ...page(T2, {}), has_more: 'no' },
      'rows that are none': { ...page(T2, {}), data: { ...page(T2, {}).data, activities: [[1]] } },
      'deletions that are no list': { ...page(T2, {}), data: { ...page(T2, {}).data, deleted: {} } },
      'a range of days of no known state': { ...page(T2, {}), asked: [{ source: 'oura', state: 'lost' }] },
    }).map(([name, body]): [string, Step, string] => [name, { body }, 'unexpected_answer']),
    [
      'a deletion without its key',
      pageReply(T2, { deleted: [{ table: 'activities', key: { source: 'oura' } }] }),
      'unexpected_answer',
    ],
  ];

  it.each(answers)('leaves the earlier state on %s', async (_name, answer, code) => {
    const path = mirrorPath();
    await sync(path, [pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] })]);
    const before = contentsOf(path);
    const first = pageReply(T2, { daily_summary: [daily('oura', '2026-02-28', { steps: 2 })] }, 'c1');
    await expect(sync(path, [first, answer])).rejects.toMatchObject({ code });
    expect(contentsOf(path)).toEqual(before);
    expect(readdirSync(join(path, '..'))).toEqual(['persona.sqlite']);
  });

  function withoutTable(whole: SyncPage): unknown {
    const { activities: _left, ...data } = whole.data;
    return { ...whole, data };
  }

  it('lets readers read the earlier state while pages come in', async () => {
    const path = mirrorPath();
    await sync(path, [pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] })]);
    const many = Array.from({ length: 20_000 }, (_, index) =>
      daily(`source${index}`, '2026-02-28', { steps: 2 }),
    );
    let seen: unknown;
    await sync(path, [
      pageReply(T2, { daily_summary: many }, 'c1'),
      () => {
        seen = steps(path);
        return pageReply(T2, {});
      },
    ]);
    expect(seen).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 1 }]);
    expect(steps(path)).toHaveLength(20_001);
  });

  it('says so when another process holds the file, and asks the server nothing', async () => {
    const path = mirrorPath();
    await sync(path, [pageReply(T1, {})]);
    const holder = new DatabaseSync(path);
    try {
      holder.exec('begin immediate');
      const server = await farEnd(pageReply(T2, {}));
      const attempt = syncMirror({ url: server.url, token: TOKEN, databasePath: path, busyTimeoutMs: 20 });
      await expect(attempt).rejects.toMatchObject({
        code: 'database_busy',
        message: expect.stringContaining(path),
      });
      expect(server.asked).toEqual([]);
    } finally {
      holder.close();
    }
  });
});

describe('whose file it is', () => {
  it('refuses another server, and another person, before asking', async () => {
    const path = mirrorPath();
    const server = await farEnd(pageReply(T1, {}), pageReply(T1, {}));
    const options = { url: server.url, token: TOKEN, databasePath: path };
    await syncMirror(options);
    const elsewhere = await farEnd();
    await expect(syncMirror({ ...options, url: elsewhere.url })).rejects.toMatchObject({
      code: 'other_server',
      message: expect.stringMatching(/amy reset.*|--db/),
    });
    await expect(syncMirror({ ...options, token: tokenOf('user_2') })).rejects.toMatchObject({
      code: 'other_person',
    });
    expect([...elsewhere.asked, ...server.asked]).toHaveLength(1);
    await syncMirror({ ...options, url: `${server.url}/`, token: tokenOf('user_1') });
    expect(server.asked).toHaveLength(2);
  });

  it('remembers the person when a token does not tell whose it is', async () => {
    const path = mirrorPath();
    const server = await farEnd(pageReply(T1, {}), pageReply(T1, {}));
    const options = { url: server.url, databasePath: path };
    await syncMirror({ ...options, token: TOKEN });
    await syncMirror({ ...options, token: 'opaque' });
    await expect(syncMirror({ ...options, token: tokenOf('user_2') })).rejects.toMatchObject({
      code: 'other_person',
    });
  });

  it('keeps the file from other people of the machine', async () => {
    const path = mirrorPath();
    await sync(path, [pageReply(T1, {})]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(join(path, '..')).mode & 0o077).toBe(0);
  });
});
