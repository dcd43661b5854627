import { mutants } from './mutant.ts';

const TEST = 'retention.test.ts';
const STORE = 'store/retention.ts';
const RUN = 'operator/retention.ts';

/** What ends with age, and what does not. */
export const RETENTION_MUTANTS = mutants('retention', [
  ['what is not sent stays', STORE, `"status <> 'pending' and created_at < ?1"`, "'created_at < ?1'", TEST],
  ['what names somebody stays', STORE, `substr(reference_id, 1, 5) <> 'user_'`, 'true', TEST],
  [
    'what comes of a known connection stays',
    STORE,
    '\n  and not exists (select 1 from terra_connections c where c.terra_user_id = raw_events.terra_user_id)',
    '',
    TEST,
  ],
  [
    'a night has an end',
    RUN,
    'for (let batch = 0; batch < batches; batch += 1) {\n    const gone',
    'for (;;) {\n    const gone',
    TEST,
  ],
  [
    'old events that stay hide none',
    RUN,
    'let after = Number(await readSweep(env.DB, place));',
    'let after = 0;',
    TEST,
  ],
  ['the objects go too', RUN, 'await env.RAW_PAYLOADS.delete(objects);', 'await Promise.resolve();', TEST],
  ['the deletion leaves a trace', RUN, 'ids.length === 0 ? [] : [trace]', '[]', TEST],
  ['a mirror that missed a tombstone is told', STORE, 'return [told, deletion];', 'return [deletion];', TEST],
  [
    'a mirror that missed nothing is not',
    'routes/sync.ts',
    'stands < page.fullSyncBefore',
    'stands <= page.fullSyncBefore',
    TEST,
  ],
]);
