-- A body's day of 14 codes cost 45 rows: each code was a row, an entry in the key's index and one in the index that
-- sync read. Now the key is the table, and sync finds what changed by days: a day costs two rows, whatever it holds.

-- `updated_at`: not before that of any of the day's rows. `cells`: of a body's day, which events measured its codes,
-- `[[order, [code, ...]], ...]`, latest first, so that an order which moves without a value writes this row alone.
create table biomarker_days (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  draw_date text not null,
  updated_at text not null,
  cells text,
  primary key (user_id, source, draw_date)
) without rowid;

insert into biomarker_days(user_id, source, draw_date, updated_at)
select user_id, source, draw_date, max(updated_at)
from biomarkers_raw
group by user_id, source, draw_date;

-- Unique, so that SQLite knows that days come in this order and sorts nothing.
create unique index idx_biomarker_days_updated on biomarker_days(user_id, updated_at, source, draw_date);

drop view biomarkers_wide;

create table biomarkers_by_key (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  draw_date text not null,
  code text not null,
  value real,
  unit text,
  ref_low real,
  ref_high real,
  status text,
  raw text,
  updated_at text not null default (datetime('now')),
  canonical integer,
  cells text,
  value_text text,
  operator text,
  specimen text,
  loinc text,
  measured_at text,
  rules integer,
  primary key (user_id, source, draw_date, code)
) without rowid;

insert into biomarkers_by_key(
  user_id, source, draw_date, code, value, unit, ref_low, ref_high, status, raw, updated_at, canonical, cells,
  value_text, operator, specimen, loinc, measured_at, rules
)
select
  user_id, source, draw_date, code, value, unit, ref_low, ref_high, status, raw, updated_at, canonical, cells,
  value_text, operator, specimen, loinc, measured_at, rules
from biomarkers_raw
order by user_id, source, draw_date, code;

-- With it goes idx_biomarkers_user_updated.
drop table biomarkers_raw;
alter table biomarkers_by_key rename to biomarkers_raw;

create view biomarkers_wide as
select
  user_id,
  source,
  draw_date,
  max(case when code = 'total_cholesterol' and canonical = 1 then value end) as total_cholesterol,
  max(case when code = 'hdl_cholesterol' and canonical = 1 then value end) as hdl,
  max(case when code = 'ldl_cholesterol' and canonical = 1 then value end) as ldl,
  max(case when code = 'triglycerides' and canonical = 1 then value end) as triglycerides,
  max(case when code = 'glucose' and canonical = 1 then value end) as glucose,
  max(case when code = 'hba1c' and canonical = 1 then value end) as hba1c,
  max(case when code = 'insulin' and canonical = 1 then value end) as insulin,
  max(case when code = 'creatinine' and canonical = 1 then value end) as creatinine,
  max(case when code = 'sodium' and canonical = 1 then value end) as sodium,
  max(case when code = 'potassium' and canonical = 1 then value end) as potassium,
  max(case when code = 'alt' and canonical = 1 then value end) as alt,
  max(case when code = 'ast' and canonical = 1 then value end) as ast,
  max(case when code = 'crp' and canonical = 1 then value end) as crp,
  max(case when code = 'white_blood_cell' and canonical = 1 then value end) as white_blood_cell,
  max(case when code = 'red_blood_cell' and canonical = 1 then value end) as red_blood_cell,
  max(case when code = 'platelet' and canonical = 1 then value end) as platelet,
  max(case when code = 'hemoglobin' and canonical = 1 then value end) as hemoglobin,
  max(case when code = 'hematocrit' and canonical = 1 then value end) as hematocrit,
  max(case when code = 'mcv' and canonical = 1 then value end) as mcv,
  max(case when code = 'total_testosterone' and canonical = 1 then value end) as total_testosterone,
  max(case when code = 'tsh' and canonical = 1 then value end) as tsh,
  max(case when code = 'systolic_bp' and canonical = 1 then value end) as systolic_bp,
  max(case when code = 'diastolic_bp' and canonical = 1 then value end) as diastolic_bp,
  max(updated_at) as updated_at
from biomarkers_raw
group by user_id, source, draw_date;
