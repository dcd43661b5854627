-- The wide view shows only values in each code's canonical unit: numbers of two units never share a column.

update biomarkers_raw
set canonical = case
    when unit is null then 0
    when unit = 'mg/dL' and code in ('total_cholesterol', 'hdl_cholesterol', 'ldl_cholesterol', 'triglycerides', 'glucose', 'creatinine') then 1
    when unit = '%' and code in ('hba1c', 'hematocrit') then 1
    when unit = 'u[IU]/mL' and code in ('insulin') then 1
    when unit = 'mmol/L' and code in ('sodium', 'potassium') then 1
    when unit = '[IU]/L' and code in ('alt', 'ast') then 1
    when unit = 'mg/L' and code in ('crp') then 1
    when unit = '10*9/L' and code in ('white_blood_cell', 'platelet') then 1
    when unit = '10*12/L' and code in ('red_blood_cell') then 1
    when unit = 'g/dL' and code in ('hemoglobin') then 1
    when unit = 'fL' and code in ('mcv') then 1
    when unit = 'ng/dL' and code in ('total_testosterone') then 1
    when unit = 'm[IU]/L' and code in ('tsh') then 1
    when unit = 'mm[Hg]' and code in ('systolic_bp', 'diastolic_bp') then 1
    else 0
  end
where code in (
  'total_cholesterol', 'hdl_cholesterol', 'ldl_cholesterol', 'triglycerides', 'glucose', 'hba1c',
  'insulin', 'creatinine', 'sodium', 'potassium', 'alt', 'ast',
  'crp', 'white_blood_cell', 'red_blood_cell', 'platelet', 'hemoglobin', 'hematocrit',
  'mcv', 'total_testosterone', 'tsh', 'systolic_bp', 'diastolic_bp'
);

drop view biomarkers_wide;

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
