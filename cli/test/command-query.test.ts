import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, RAW } from './support/hostile.ts';
import { runHere } from './support/in-process.ts';
import { daily } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const ROWS = ['2026-02-26', '2026-02-27', '2026-02-28'].map((date, at) =>
  daily('oura', date, { steps: 8_000 + at }),
);

const query = (path: string, ...argv: string[]) => runHere(['query', ...argv, '--db', path], {});

describe('amy query', () => {
  it('answers as a table and as JSON, and says where there are more rows', async () => {
    const path = filledMirror({ daily_summary: ROWS });
    const sql = 'select datetime, steps, hrv_method from summary order by datetime -- newest last\n;';
    expect(await query(path, sql)).toEqual({
      code: 0,
      stdout: [
        'datetime    steps  hrv_method',
        '2026-02-26   8000  -',
        '2026-02-27   8001  -',
        '2026-02-28   8002  -',
        '',
      ].join('\n'),
      stderr: '',
    });
    const two = await query(path, 'select steps from summary order by steps', '--limit', '2');
    expect(two.stdout).toBe('steps\n 8000\n 8001\n');
    expect(two.stderr).toBe('amy: there are more rows than the 2 rows shown; --limit shows more\n');
    const machine = await query(path, 'select steps, steps from summary', '--limit', '1', '--json');
    expect(machine.stderr).toBe('');
    expect(JSON.parse(machine.stdout)).toEqual({
      columns: ['steps', 'steps_2'],
      rows: [{ steps: 8_000, steps_2: 8_000 }],
      has_more: true,
    });
  });

  it('shows every value without loss, and nothing that steers a terminal', async () => {
    const path = filledMirror({ daily_summary: [daily('oura', '2026-02-28', { hrv_method: HOSTILE })] });
    const sql = `select 9223372036854775807 as big, x'00ff' as bytes, 0.1 as part, null as none, '' as empty,
      'a "b",' || char(10) as quoted, hrv_method as method from daily_summary`;
    const plain = await query(path, sql);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).not.toMatch(RAW);
    expect(plain.stdout).toMatch(
      /^9223372036854775807 {2}x'00FF' {3}0\.1 {2}- {5}'' {5}a "b",\\n {2}a\\x1b\[2J/m,
    );
    const machine = await query(path, sql, '--json');
    expect(machine.stdout).not.toMatch(RAW);
    expect(JSON.parse(machine.stdout).rows).toEqual([
      {
        ...{ big: '9223372036854775807', bytes: { hex: '00FF' }, part: 0.1, none: null, empty: '' },
        ...{ quoted: 'a "b",\n', method: HOSTILE },
      },
    ]);
    const piped = await query(path, sql.replace('hrv_method', '1'), '--csv');
    expect(piped.stdout).toBe(
      `big,bytes,part,none,empty,quoted,method\r\n9223372036854775807,x'00FF',0.1,,"","a ""b"",\n",1\r\n`,
    );
    const csv = ['query', 'select hrv_method from daily_summary', '--csv', '--db', path];
    expect((await runHere(csv, {})).stdout).toContain(HOSTILE);
    expect((await runHere(csv, {}, { columns: 80 })).stdout).not.toMatch(RAW);
  });

  it('refuses whatever does not only read, and leaves the file and its folder as they are', async () => {
    const path = filledMirror({ daily_summary: ROWS });
    const before = readFileSync(path);
    const other = join(temporaryFolder(), 'other.sqlite');
    const refused: [sql: string, says: string][] = [
      ['delete from daily_summary', '"delete" does not'],
      [`/* a */ ; attach '${other}' as other`, '"attach" does not'],
      [`vacuum into '${other}'`, '"vacuum" does not'],
      ['create temp table t (a)', '"create" does not'],
      ['begin immediate', '"begin" does not'],
      ['pragma journal_mode = wal', '"pragma journal_mode" does not'],
      ['pragma main.user_version = 5', '"pragma user_version" does not'],
      ['pragma user_version(5)', '"pragma user_version(5)" does not'],
      ['pragma wal_checkpoint', '"pragma wal_checkpoint" does not'],
      ['with a as (select 1) delete from daily_summary', 'only reads'],
      ['select 1; delete from daily_summary', 'more than one statement'],
      ['select 1 -- ;\n; /* ; */ select 2', 'more than one statement'],
      [' -- nothing', 'there is no SQL in this'],
      ['"select"', 'does not begin as SQL does'],
    ];
    for (const [sql, says] of refused) {
      const printed = await query(path, sql);
      expect([sql, printed]).toEqual([sql, { code: 1, stdout: '', stderr: expect.stringContaining(says) }]);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['persona.sqlite']);
    expect(readdirSync(dirname(other))).toEqual([]);
    const told = await query(path, `pragma table_info('sync_state')`, '--limit', '1');
    expect(told.stdout).toMatch(/^cid {2}name/);
  });

  it('says in one sentence what is wrong in the SQL, with the part of it', async () => {
    const path = filledMirror({ daily_summary: ROWS });
    const wrong: [sql: string, says: string][] = [
      ['select * form summary', 'near "form": syntax error, in "select * form summary"'],
      ['select stps from summary', 'no such column: stps, in "select stps from summary"; `amy help columns`'],
      ['select 1 from nowhere', 'no such table: nowhere, in "select 1 from nowhere"; `amy help columns`'],
      ['select count(', 'incomplete input, in "select count("'],
      [`select json('{') from summary`, 'malformed JSON, in "select json('],
      [
        `select datetime, steps, sleep_minutes, max(stps) from summary where datetime > '2026-01-01' group by 1`,
        'in "…me, steps, sleep_minutes, max(stps) from summary where datetime …"',
      ],
    ];
    for (const [sql, says] of wrong) {
      const printed = await query(path, sql);
      expect(printed).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
      expect(printed.stderr).toMatch(/^amy: the SQL is wrong: .*\n$/);
    }
    expect((await query(path, 'select 1', '--csv', '--json')).code).toBe(2);
    for (const option of [
      ['--limit', '0'],
      ['--timeout', '0'],
      ['--timeout', '1e9'],
    ])
      expect((await query(path, 'select 1', ...option)).code).toBe(2);
    const absent = await query(join(temporaryFolder(), 'none.sqlite'), 'select 1');
    expect(absent.stderr).toContain('run `amy sync`');
  });

  it('ends a statement that would run for ever', async () => {
    const path = filledMirror({});
    const forever = 'with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r';
    const printed = await query(path, forever, '--timeout', '0.3', '--json');
    expect(printed).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(printed.stderr)).toEqual({
      error: {
        code: 'query_timeout',
        message: expect.stringContaining('ended after 0.3 s without an answer'),
      },
    });
    // One that has rows at once is not waited for to its end.
    const some = await query(path, forever.replace('count(*)', 'n'), '--limit', '2');
    expect(some.stdout).toBe('n\n1\n2\n');
  });
});
