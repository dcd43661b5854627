-- An erasure under way: written with the marks that end a person's tokens, and the last thing to go. What a
-- crash leaves undone the cron finishes from here, since the marks are hashes and name nobody.
create table erasures (
  subject text primary key,
  requested_at text not null,
  next_attempt_at text not null
) without rowid;

create index idx_erasures_due on erasures(next_attempt_at);
