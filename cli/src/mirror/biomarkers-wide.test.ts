import { expect, it } from 'vitest';
import { WIDE_BIOMARKERS } from '../../../cloud/src/contract/tables.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { row, T1, T2 } from '../../test/support/pages.ts';
import { rowsOf } from '../../test/support/temporary.ts';

it('shows one row per source and date, greatest value, canonical units only', () => {
  const result = (code: string, value: number, more = {}) =>
    row('biomarkers_raw', {
      source: 'terra_lab',
      draw_date: '2026-01-05',
      code,
      value,
      canonical: 1,
      ...more,
    });
  const path = filledMirror({
    biomarkers_raw: [
      result('ldl_cholesterol', 101),
      result('hdl_cholesterol', 3.1, { canonical: 0 }),
      result('tsh', 2.5, { updated_at: T2 }),
      result('ferritin', 80, { canonical: null }),
      result('systolic_bp', 121, { source: 'withings_body' }),
    ],
  });
  const nulls = Object.fromEntries(Object.keys(WIDE_BIOMARKERS).map((column) => [column, null]));
  const common = { ...nulls, draw_date: '2026-01-05' };
  expect(rowsOf(path, 'select * from biomarkers_wide order by source')).toEqual([
    { ...common, source: 'terra_lab', ldl: 101, tsh: 2.5, updated_at: T2 },
    { ...common, source: 'withings_body', systolic_bp: 121, updated_at: T1 },
  ]);
});
