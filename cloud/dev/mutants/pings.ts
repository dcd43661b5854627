import { mutants } from './mutant.ts';

const PING = 's3-payload.test.ts';
const FETCH = 'ingest/fetch-ping.ts';
const URL_RULES = 'normalize/payload-url.ts';
const URL_TEST = 'normalize/payload-url.test.ts';

/** What a ping points at. */
export const PING_MUTANTS = mutants('ping', [
  ['https only', URL_RULES, "protocol !== 'https:' || ", '', URL_TEST],
  ['no credentials in the URL', URL_RULES, "|| username !== '' || password !== ''", '', URL_TEST],
  ['the default port only', URL_RULES, "|| port !== ''", '', URL_TEST],
  [
    'a host is allowed by whole labels',
    URL_RULES,
    `host.endsWith(\`.\${domain}\`)`,
    'host.endsWith(domain)',
    URL_TEST,
  ],
  [
    'only an allowed URL is asked',
    FETCH,
    'if (url === null || !payloadUrlAllowed(url, context.allowedHosts))',
    'if (url === null)',
    PING,
  ],
  ['a redirect is not followed', 'terra/fetch-payload.ts', "redirect: 'manual'", "redirect: 'follow'", PING],
  [
    'what it points at has a largest size',
    'queue/consumer.ts',
    "bytesMax: numberSetting(env, 'MAX_WEBHOOK_BYTES')",
    'bytesMax: Number.MAX_VALUE',
    PING,
  ],
  ['a URL that died is not asked', FETCH, 'if (lifeMs <= 0) return failure;', '', PING],
  [
    'an answer has a time to end in',
    'terra/fetch-payload.ts',
    ', signal: AbortSignal.timeout(timeoutMs)',
    '',
    PING,
  ],
  [
    'what is no event is not kept',
    FETCH,
    "if (!isJsonObject(json)) return { state: 'parked'",
    "if (json === null) return { state: 'parked'",
    PING,
  ],
  [
    'the owner is whom the fetched body names',
    'ingest/prepared-event.ts',
    'const event = deliveredEvent(row, envelope);',
    'const event = storedEvent(row);',
    PING,
  ],
  [
    'the row names whom the fetched body names, for the release and the erasure',
    'store/fetched-payload.ts',
    'terra_user_id = ?5,\n',
    '',
    PING,
  ],
  [
    'what was fetched before a crash is not fetched again',
    FETCH,
    'if (there !== null)',
    'if (there === undefined)',
    PING,
  ],
  [
    'what was fetched and recorded is not fetched again',
    FETCH,
    'if (row.fetched_key !== null)',
    'if (row.fetched_key === undefined)',
    PING,
  ],
]);
