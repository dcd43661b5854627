import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { day, event, terraUser } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, ingest, newTerraId, newUser, rawEvent } from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import {
  erase,
  everythingStored,
  personalColumns,
  placesOf,
  wholePerson,
  wipe,
} from './support/whole-person.ts';

describe('a wipe', () => {
  it('leaves nothing of the person anywhere, and counts what it deleted', async () => {
    const person = await wholePerson();
    const places = await placesOf(person.traces);
    const receipt = await wipe(person.user);
    expect(await placesOf(person.traces)).toEqual([]);
    expect(receipt).toEqual({
      ok: true,
      raw_events: 9,
      trace_events: expect.any(Number),
      raw_bodies: 8,
      body_packs: 1,
      daily_summary: 1,
      activities: 1,
      sleep_sessions: 1,
      biomarkers_raw: 1,
      biomarker_days: 1,
      lab_uploads: 1,
      terra_connections: 1,
      profiles: 1,
      sync_watermarks: 1,
      item_homes: 2,
      rebuild_events: 1,
      silences: 1,
      rebuilds: 3,
      tombstones: 1,
      backfills: 4,
      imports: 1,
      large_requests: 1,
      lab_reports: 1,
      lab_sessions: 1,
      earlier_lab_ids: 1,
      sessions: 1,
      device_logins: 1,
      idempotency_keys: 1,
      sweeps: 0,
      users: 1,
      r2_raw_payloads: 2,
      r2_lab_reports: 1,
      kv_keys: 2,
      terra_deauthenticated: 0,
      terra_lab_reports_deleted: 0,
      terra_failed: 0,
      remaining: 0,
    });
    expect(Number(receipt.trace_events)).toBeGreaterThan(1);
    const deletedFrom = Object.keys(receipt).filter((name) => Number(receipt[name]) > 0 && name !== 'ok');
    expect(deletedFrom).toEqual(expect.arrayContaining(places));
    expect(Object.keys(receipt).slice(1, 9)).toEqual([
      'raw_events',
      'trace_events',
      'daily_summary',
      'activities',
      'sleep_sessions',
      'biomarkers_raw',
      'lab_uploads',
      'terra_connections',
    ]);
  });

  it('knows every table that holds a person, and a new one is noticed until it does', async () => {
    const person = await wholePerson();
    const added = { late_notes: 'user_id', late_visits: 'terra_user_id' };
    for (const [table, column] of Object.entries(added)) {
      await env.DB.prepare(`create table ${table}(id integer primary key, ${column} text)`).run();
      const id = column === 'user_id' ? person.user : person.terraId;
      await env.DB.prepare(`insert into ${table}(${column}) values (?)`).bind(id).run();
    }
    try {
      // Else a table would seem to be wiped in which they never stood.
      expect((await personalColumns(person)).filter(({ rows }) => rows === 0)).toEqual([]);
      const receipt = await wipe(person.user);
      const missed = async (counted: object) =>
        (await personalColumns(person))
          .filter(({ table, rows }) => rows > 0 || !(table in counted))
          .map(({ table, column }) => `${table}.${column}`);
      expect(await missed(receipt)).toEqual(['late_notes.user_id', 'late_visits.terra_user_id']);
      // Deleting is not enough: the receipt counts it.
      for (const table of Object.keys(added)) await env.DB.prepare(`delete from ${table}`).run();
      expect(await missed(receipt)).toEqual(['late_notes.user_id', 'late_visits.terra_user_id']);
      expect(await missed({ ...receipt, late_notes: 1, late_visits: 1 })).toEqual([]);
    } finally {
      for (const table of Object.keys(added)) await env.DB.prepare(`drop table ${table}`).run();
    }
  });

  it('takes nothing of anybody else', async () => {
    const [person, other] = [await wholePerson(), await wholePerson()];
    const kept = await placesOf(other.traces);
    const before = await everythingStored();
    await wipe(person.user);
    expect(await placesOf(other.traces)).toEqual(kept);
    const after = await everythingStored();
    for (const table of [
      'daily_summary',
      'raw_events',
      'tombstones',
      'item_homes',
      'r2_raw_payloads',
      'kv_keys',
    ]) {
      const count = (text = '') =>
        text.split(other.user).length + text.split(other.terraId).length + text.split(other.secret).length;
      expect([table, count(after.get(table))]).toEqual([table, count(before.get(table))]);
    }
  });

  it('twice is a wipe and an empty receipt', async () => {
    const person = await wholePerson();
    await wipe(person.user);
    const { ok, ...counts } = await wipe(person.user);
    expect(ok).toBe(true);
    expect(new Set(Object.values(counts))).toEqual(new Set([0]));
  });

  it('leaves a trace with counts and without the person', async () => {
    const person = await wholePerson();
    const response = await asOperator(`/admin/user/${person.user}/wipe`, {
      method: 'POST',
      env: newTerra().env,
    });
    const traced = await env.DB.prepare('select event, user_id, data from trace_events where request_id = ?')
      .bind(response.headers.get('x-request-id'))
      .first<{ data: string }>();
    expect(traced).toMatchObject({ event: 'user_wiped', user_id: null });
    expect(JSON.parse(traced?.data ?? '')).toMatchObject({ daily_summary: 1, r2_lab_reports: 1 });
  });

  it('takes what was skipped before anybody knew whose it was', async () => {
    const person = await wholePerson();
    const skipped = { processed_at: '2026-03-01 10:00:00.000', process_error: 'skipped:unknown_type' };
    const ids = await insertRaw(
      { ...skipped, terra_user_id: person.terraId },
      { ...skipped, event_type: 'lab_report.other', reference_id: person.uploadId },
    );
    await wipe(person.user);
    for (const id of ids) await expect(rawEvent(id)).rejects.toThrow('there is no raw event');
  });

  it('takes what waits unowned and names the person only in its body, and no one whose id begins alike', async () => {
    const user = newUser();
    const [mine = 0, other = 0] = await insertRaw(
      { event_type: 'lab_report.failed', payload: JSON.stringify({ data: { reference_id: user } }) },
      { event_type: 'lab_report.failed', payload: JSON.stringify({ data: { reference_id: `${user}2` } }) },
    );
    await wipe(user);
    await expect(rawEvent(mine)).rejects.toThrow('there is no raw event');
    expect((await rawEvent(other)).id).toBe(other);
  });

  it('takes an event that an attempt under way settles as theirs meanwhile', async () => {
    const user = newUser();
    const [id = 0] = await insertRaw({ event_type: 'lab_report', payload: '{"unnamed":1}' });
    let batches = 0;
    const batch = async (statements: D1PreparedStatement[]) => {
      batches += 1;
      // The third batch deletes the rows of the person, the slices of events behind it.
      if (batches === 3) {
        await env.DB.prepare('update raw_events set user_id = ? where id = ?').bind(user, id).run();
      }
      return env.DB.batch(statements);
    };
    const DB = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    expect(await erase(user, { ...env, DB })).toMatchObject({ raw_events: 1 });
    await expect(rawEvent(id)).rejects.toThrow('there is no raw event');
  });

  it('keeps a trace whose event is gone for another reason', async () => {
    await env.DB.prepare(
      "insert into trace_events(level, event, raw_event_id) values ('warn', 'unowned_deleted', 987654321)",
    ).run();
    await wipe((await wholePerson()).user);
    const left = await env.DB.prepare(
      'select count(*) as n from trace_events where raw_event_id = 987654321',
    ).first();
    expect(left).toEqual({ n: 1 });
  });
});

describe('a wipe of somebody in an ownership conflict', () => {
  it('neither erases nor refuses the other person’s Terra id', async () => {
    const [owner, other] = [
      { user: newUser(), terraId: newTerraId() },
      { user: newUser(), terraId: newTerraId() },
    ];
    await ingest({ type: 'auth', status: 'success', user: terraUser(owner) });
    const theirs = await ingest(event('daily', owner, [day({ steps: 5 })]));
    const conflict = await ingest(event('daily', { ...other, terraId: owner.terraId }, [day({ steps: 6 })]));
    expect(conflict.process_error).toBe('owner_conflict');
    await wipe(other.user);
    await expect(rawEvent(conflict.id)).rejects.toThrow('there is no raw event');
    expect((await rawEvent(theirs.id)).user_id).toBe(owner.user);
    const later = await ingest(event('daily', owner, [day({ steps: 7 })]));
    expect(later.process_error).toBeNull();
    expect(await placesOf([other.user])).toEqual([]);
  });

  it('leaves the Terra id of an event of another person that nobody has looked at yet', async () => {
    const [person, other] = [newUser(), { user: newUser(), terraId: newTerraId() }];
    await ingest(event('daily', { user: person, terraId: newTerraId() }, [day({ steps: 6 })]));
    await insertRaw({ terra_user_id: other.terraId, reference_id: other.user });
    await wipe(person);
    const later = await ingest(event('daily', other, [day({ steps: 7 })]));
    expect([later.user_id, later.process_error]).toEqual([other.user, null]);
  });

  it('leaves the Terra id under which another person has events, though no connection', async () => {
    const [owner, other] = [newUser(), newUser()];
    const terraId = newTerraId();
    await env.DB.prepare('insert into users(id) values (?)').bind(owner).run();
    await insertRaw({
      terra_user_id: terraId,
      reference_id: owner,
      user_id: owner,
      processed_at: '2026-01-01 00:00:00',
    });
    await insertRaw({ terra_user_id: terraId, reference_id: other, process_error: 'owner_conflict' });
    await wipe(other);
    const later = await ingest(event('daily', { user: owner, terraId }, [day({ steps: 7 })]));
    expect(later.process_error).toBeNull();
    expect(await placesOf([other])).toEqual([]);
  });

  it('leaves the connection of another person who has no event yet', async () => {
    const [owner, other] = [newUser(), newUser()];
    const terraId = newTerraId();
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(owner),
      env.DB.prepare(
        "insert into terra_connections(id, user_id, terra_user_id, provider, reference_id) values (?1, ?2, ?3, 'oura', ?2)",
      ).bind(crypto.randomUUID(), owner, terraId),
    ]);
    await insertRaw({ terra_user_id: terraId, reference_id: other, process_error: 'owner_conflict' });
    await wipe(other);
    const first = await ingest(event('daily', { user: owner, terraId }, [day({ steps: 7 })]));
    expect(first.process_error).toBeNull();
    expect(await placesOf([other])).toEqual([]);
  });

  it('leaves an event that another person owns under the same Terra id', async () => {
    const [one, other] = [newUser(), newUser()];
    const terraId = newTerraId();
    const [theirs = 0, mine = 0] = await insertRaw(
      { terra_user_id: terraId, user_id: one, reference_id: one },
      { terra_user_id: terraId, user_id: other, reference_id: other },
    );
    await wipe(other, true);
    expect((await rawEvent(theirs)).user_id).toBe(one);
    await expect(rawEvent(mine)).rejects.toThrow('there is no raw event');
  });
});
