import type { Secret } from './plan.ts';

/** What a deployment needs of Cloudflare, for somebody who is not signed in. */
export const SIGN_IN_WORDS: readonly string[] = [
  'Nobody is signed in to Cloudflare. One of the two is needed:',
  '  npm run wrangler -- login        on a machine with a browser',
  '  CLOUDFLARE_API_TOKEN=...         in the environment: a token made at https://dash.cloudflare.com/profile/api-tokens',
  '                                   with the permissions Workers Scripts, D1, Workers KV Storage, Workers R2 Storage and',
  '                                   Queues, each to edit, and Account Settings to read; and CLOUDFLARE_ACCOUNT_ID beside',
  '                                   it, where the token is good for more than one account',
  'Then run it again. Nothing was changed.',
];

/** What to do about secrets that are set nowhere. */
export function missingSecretsWords(missing: readonly Secret[], isWorkerThere: boolean): readonly string[] {
  const width = Math.max(...missing.map(({ name }) => name.length));
  return [
    'These secrets are not set:',
    ...missing.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`),
    'Copy .dev.vars.example to .deploy.vars, let nobody but you read it (chmod 600 .deploy.vars), leave these names in it,',
    'give each its value, and run:',
    '  npm run deploy -- --secrets-file .deploy.vars',
    ...(isWorkerThere
      ? [
          'Or set one by one, and then run it again:',
          ...missing.map(({ name }) => `  npm run wrangler -- secret put ${name}`),
        ]
      : []),
    'Nothing was changed.',
  ];
}

/** What is left to do, once the Worker runs. `origin` is null where it has no address that could be told. */
export function deployedWords(origin: string | null): readonly string[] {
  const url = origin ?? 'https://<the address of your Worker>';
  return [
    '',
    ...(origin === null
      ? ['The Worker has no address yet: give it a route or a workers.dev address in wrangler.toml.']
      : []),
    `Webhook URL: ${url}/webhook/terra`,
    '',
    "In Terra's dashboard (https://dashboard.tryterra.co), in the destination for webhooks:",
    `  paste as its URL   ${url}/webhook/terra`,
    '  its signing secret is what TERRA_SIGNING_SECRET must be; where it is another one:',
    '                     npm run wrangler -- secret put TERRA_SIGNING_SECRET',
    '',
    'To see that it serves:',
    `  curl ${url}/healthz`,
    `  curl -H "x-admin-key: $AMY_ADMIN_KEY" ${url}/admin/stats`,
  ];
}
