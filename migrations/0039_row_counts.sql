-- How many rows a person has, by table and source, as of a moment of their clock: `{"clock":..., "counts":{...}}`. It stands
-- beside the clock, whose row is written anyway. Where it is of another moment, or of none, rows are counted.
alter table users add column row_counts text;
