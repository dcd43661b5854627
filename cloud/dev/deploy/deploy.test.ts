import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { experimental_getWranglerCommands } from 'wrangler';
import { z } from 'zod';
import { deployAmy } from './deploy.ts';
import { readPlan } from './plan.ts';
import { readSecretsFile } from './secrets-file.ts';
import { stepsOf } from './steps.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const standIn = fileURLToPath(new URL('./wrangler-stand-in.fixture.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'amy-deploy-test-'));
const plan = await readPlan(root);
const names = plan.secrets.map(({ name }) => name);
const SECRET = 'e'.repeat(40);
const TARGETS = ['https://amy.clinic.workers.dev', 'schedule: */5 * * * *', 'Consumer for terra-events'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the stand-in keeps of an account. */
const EMPTY = {
  signedIn: true,
  worker: false,
  secrets: [] as string[],
  queues: [] as string[],
  databases: [] as string[],
  namespaces: [] as string[],
  failing: {} as Record<string, string>,
  targets: TARGETS,
  calls: [] as string[],
};

const account = z.object({
  calls: z.array(z.string()),
  namespaces: z.array(z.string()),
  toldNamespace: z.string().nullish(),
  sawKey: z.boolean().optional(),
});

let accounts = 0;

function newAccount(has: Partial<typeof EMPTY> = {}): string {
  accounts += 1;
  const path = join(folder, `account-${accounts}.json`);
  writeFileSync(path, JSON.stringify({ ...EMPTY, ...has }));
  return path;
}

function secretsFile(...lines: readonly string[]): string {
  const path = join(folder, `secrets-${accounts}`);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const allSecrets = () => secretsFile(...names.map((name) => `${name}=${SECRET}`));
const environmentOf = (path: string) => ({
  ...process.env,
  AMY_WRANGLER: standIn,
  AMY_STAND_IN: path,
  AMY_ADMIN_KEY: 'of the operator, whose shell this is',
});

async function deployTo(path: string, file: string | null = null) {
  const before = account.parse(JSON.parse(readFileSync(path, 'utf8'))).calls.length;
  const lines: string[] = [];
  const options = { root, environment: environmentOf(path), secretsFile: file, isDryRun: false };
  const code = await deployAmy({ ...options, tell: (line) => lines.push(line) });
  const after = account.parse(JSON.parse(readFileSync(path, 'utf8')));
  expect(existsSync(join(root, 'wrangler.deploying.json'))).toBe(false);
  expect(lines.join('\n')).not.toContain(SECRET);
  return { code, text: lines.join('\n'), ...after, calls: after.calls.slice(before) };
}

/** Changes what the account answers from now on. */
function change(path: string, to: Partial<typeof EMPTY>): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...to }));
}

const QUEUES = ['terra-events', 'terra-events-dlq'];
const MIGRATE = 'd1 migrations apply amy-db --remote';
const READY = {
  worker: true,
  secrets: names,
  queues: QUEUES,
  databases: ['amy-db'],
  namespaces: ['amy-cache'],
};

/** Each deployment starts a dozen programs: on a busy machine that takes a while. */
const TIMEOUT_MS = 120_000;

describe('npm run deploy', { timeout: TIMEOUT_MS }, () => {
  it('makes everything on an account that has nothing, then says what to paste at Terra', async () => {
    const path = newAccount();
    const file = allSecrets();
    const ran = spawnSync('npm', ['run', '--silent', 'deploy', '--', '--secrets-file', file], {
      cwd: root,
      env: environmentOf(path),
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });
    expect(ran.stderr).toBe('');
    const { calls, sawKey } = account.parse(JSON.parse(readFileSync(path, 'utf8')));
    expect(calls).toEqual([
      'whoami --json',
      'secret list',
      'queues info terra-events',
      'queues create terra-events',
      'queues info terra-events-dlq',
      'queues create terra-events-dlq',
      'd1 list --json',
      'd1 create amy-db',
      'kv namespace list',
      MIGRATE,
      `deploy --secrets-file ${file}`,
    ]);
    expect(sawKey).toBe(false);
    expect(ran.stdout).toContain('Webhook URL: https://amy.clinic.workers.dev/webhook/terra\n');
    expect(ran.stdout).not.toContain(SECRET);
    expect(ran.status).toBe(0);
  });

  it('leaves what is there, a second time', async () => {
    const second = await deployTo(newAccount(READY));
    expect(second.code).toBe(0);
    expect(second.calls).toEqual([
      'whoami --json',
      'secret list',
      'queues info terra-events',
      'queues info terra-events-dlq',
      'd1 list --json',
      'kv namespace list',
      MIGRATE,
      'deploy --config wrangler.deploying.json',
    ]);
    expect(second.toldNamespace).toBe('id-of-amy-cache');
    expect(second.namespaces).toEqual(['amy-cache']);
  });

  it("leaves a Worker's KV namespace of another title, and names its own domain before its workers.dev address", async () => {
    const targets = [...TARGETS, 'amy.example.com (custom domain)'];
    const ran = await deployTo(newAccount({ ...READY, namespaces: ['CACHE'], targets }));
    expect([ran.code, ran.calls.at(-1), ran.namespaces]).toEqual([0, 'deploy', ['CACHE']]);
    expect(ran.text).toContain('Webhook URL: https://amy.example.com/webhook/terra\n');
  });

  it('says which step failed, in the words of wrangler, and goes on there when it runs again', async () => {
    const words = 'Please enable R2 through the Cloudflare Dashboard. [code: 10042]';
    const path = newAccount({ queues: QUEUES, databases: ['amy-db'], failing: { upload: words } });
    const file = allSecrets();
    const broken = await deployTo(path, file);
    expect(broken.code).toBe(1);
    expect(broken.text).toContain(`FAILED at step 8: wrangler deploy --secrets-file ${file}\n`);
    expect(broken.text).toContain(words);
    expect(broken.text).toContain('run it again');
    expect(broken.text).not.toContain('Webhook URL');
    // The namespace was made already: wrangler could not make it again.
    change(path, { failing: {} });
    const again = await deployTo(path, file);
    expect([again.code, again.toldNamespace]).toEqual([0, 'id-of-amy-cache']);
  });

  it.each(['secret list', 'queues info terra-events', MIGRATE])(
    'does nothing more after a failure of: %s',
    async (call) => {
      const path = newAccount({ ...READY, failing: { [call]: 'A request to the Cloudflare API failed.' } });
      const ran = await deployTo(path);
      expect([ran.code, ran.calls.at(-1)]).toEqual([1, call]);
      expect(ran.text).toContain(`wrangler ${call}\n    ✘ [ERROR] A request to the Cloudflare API failed.\n`);
    },
  );

  it('names the secrets that are missing before it makes anything', async () => {
    const first = await deployTo(newAccount());
    expect([first.code, first.calls]).toEqual([1, ['whoami --json', 'secret list']]);
    for (const { name, description } of plan.secrets)
      expect(first.text).toMatch(new RegExp(`^  ${name} +${description.replace(/[().]/g, '\\$&')}$`, 'm'));
    expect(first.text).toContain('npm run deploy -- --secrets-file .deploy.vars');
    // A Worker that does not exist yet takes none by `secret put`.
    expect(first.text).not.toContain('secret put');
    const one = await deployTo(
      newAccount({ ...READY, secrets: names.filter((name) => name !== 'AMY_JWT_SECRET') }),
    );
    expect(one.text).toContain('npm run wrangler -- secret put AMY_JWT_SECRET');
    expect(one.text).not.toContain('AMY_ADMIN_KEY');
    expect(one.code).toBe(1);
  });

  it('takes no file that could not be meant so', async () => {
    const ran = await deployTo(newAccount(READY), secretsFile('AMY_ADMIN_KEY=short'));
    expect(ran.text).toContain('AMY_ADMIN_KEY is shorter than 32 bytes');
    expect([ran.code, ran.calls]).toEqual([1, ['whoami --json', 'secret list']]);
  });

  it('says what is needed where nobody is signed in', async () => {
    const ran = await deployTo(newAccount({ signedIn: false }));
    expect([ran.code, ran.calls]).toEqual([1, ['whoami --json']]);
    expect(ran.text).toContain('CLOUDFLARE_API_TOKEN');
    expect(ran.text).toContain('npm run wrangler -- login');
  });
});

it('prints each step and runs nothing, on a dry run', async () => {
  const path = newAccount();
  const lines: string[] = [];
  const options = { root, environment: environmentOf(path), secretsFile: null, isDryRun: true };
  expect(await deployAmy({ ...options, tell: (line) => lines.push(line) })).toBe(0);
  expect(account.parse(JSON.parse(readFileSync(path, 'utf8'))).calls).toEqual([]);
  for (const { args } of stepsOf(plan, null).flatMap(({ commands }) => commands))
    expect(lines.some((line) => line.startsWith(`    wrangler ${args.join(' ')}`))).toBe(true);
});

it.each([
  [`AMY_ADMIN_KEY=${SECRET},short`, 'AMY_ADMIN_KEY is shorter than 32 bytes'],
  ['TERRA_API_KEY=a$b', 'TERRA_API_KEY has a $ in it'],
  ['TERRA_API_URL=http://elsewhere', "TERRA_API_URL is no secret of Amy's"],
  ['TERRA_DEV_ID=', 'TERRA_DEV_ID has no value'],
])('refuses a file of secrets with %s', (line, reason) => {
  const read = readSecretsFile(secretsFile(line), names);
  expect(read.state === 'refused' && read.reasons.join()).toContain(reason);
});

describe('the installed wrangler', () => {
  const { registry, globalFlags } = experimental_getWranglerCommands();

  /** What wrangler would refuse in a call: a command or an option that it does not have, or an argument too many. */
  function unknownIn(args: readonly string[]): readonly string[] {
    const words = args.filter((arg) => !arg.startsWith('-'));
    let node = registry;
    while (words[0] !== undefined && node.subtree.has(words[0]))
      node = node.subtree.get(words.shift() ?? '') ?? node;
    const definition = node.definition;
    if (definition?.type !== 'command') return [args.join(' ')];
    const known = new Set([...Object.keys(globalFlags), ...Object.keys(definition.args ?? {})]);
    const options = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).split('=')[0] ?? '');
    const withValue = args.filter(
      (_, index) => args[index - 1] === '--config' || args[index - 1] === '--secrets-file',
    );
    const positional = words.filter((word) => !withValue.includes(word));
    const fits = positional.length <= (definition.positionalArgs ?? []).length;
    return [...options.filter((option) => !known.has(option)), ...(fits ? [] : positional)];
  }

  it('knows every command of a deployment, and every one that the documents name', () => {
    const steps = stepsOf(plan, 'secrets').flatMap(({ commands }) => commands.map(({ args }) => args));
    const documents = [
      'README.md',
      ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
    ];
    const texts = documents
      .filter((path) => path.endsWith('.md'))
      .map((path) => readFileSync(join(root, path), 'utf8'));
    const told = texts.flatMap((text) =>
      [...text.matchAll(/npm run wrangler -- ([^`\n|]+)/g)].map(([, args = '']) => args.trim().split(/ +/)),
    );
    expect(told.length).toBeGreaterThan(5);
    expect(
      [...steps, ...told].flatMap((args) => unknownIn(args).map((what) => `${args.join(' ')}: ${what}`)),
    ).toEqual([]);
    expect(unknownIn(['d1', 'migrations', 'apply', 'amy-db', '--far'])).toEqual(['far']);
    expect(unknownIn(['queues', 'make', 'x'])).toEqual(['queues make x']);
  });
});

describe('a deploy button', () => {
  const packageFile = z
    .object({
      cloudflare: z.object({ bindings: z.record(z.string(), z.object({ description: z.string() })) }),
    })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

  it('finds a description of every binding, variable and secret, and of nothing else', () => {
    const declared = readFileSync(join(root, 'cloud/bindings.d.ts'), 'utf8');
    const body = /interface __BaseEnv_Env \{([^}]*)\}/.exec(declared)?.[1] ?? '';
    const bindings = [...body.matchAll(/^\t(\w+)/gm)].map(([, name]) => name);
    expect(Object.keys(packageFile.cloudflare.bindings).toSorted()).toEqual(bindings.toSorted());
  });

  it('finds every secret in .dev.vars.example, with a sentence and without a value', () => {
    const text = readFileSync(join(root, '.dev.vars.example'), 'utf8');
    expect([...text.matchAll(/^# .+\.$\n(\w+)=$/gm)].map(([, name]) => name)).toEqual(names);
    expect(text.match(/^[^#\n].*/gm)).toHaveLength(names.length);
  });

  it('finds no id in wrangler.toml, which would be of another account', () => {
    expect(JSON.stringify(plan.config)).not.toMatch(/"(database_id|id|account_id|preview_id)":/);
  });
});
