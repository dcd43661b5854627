import { WIDE_BIOMARKERS } from '../../../cloud/src/contract/tables.ts';

const columns = Object.entries(WIDE_BIOMARKERS).map(
  ([column, code]) => `  max(case when code = '${code}' and canonical = 1 then value end) as ${column},`,
);

/** One row per source and draw date. Only canonical units: numbers of two units never share a column. */
export const BIOMARKERS_WIDE_VIEW = `create view biomarkers_wide as
select
  source,
  draw_date,
${columns.join('\n')}
  max(updated_at) as updated_at
from biomarkers_raw
group by source, draw_date`;
