-- How many traces of refused deliveries there are of the last hour is asked before another one is written: anybody may
-- send such deliveries. Only rows of this kind pay for the index.
create index idx_trace_rejected on trace_events(ts) where event = 'webhook_rejected';
