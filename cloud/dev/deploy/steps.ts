import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Plan } from './plan.ts';
import { readSecretsFile } from './secrets-file.ts';
import { type Deployment, done, failed, printedJson, type Step, type StepOutcome } from './step.ts';
import { missingSecretsWords, SIGN_IN_WORDS } from './words.ts';

/** The configuration of a deployment that knows ids which wrangler.toml does not name; written for as long as it takes. */
export const DEPLOYING_CONFIG = 'wrangler.deploying.json';

/** Everything a deployment does, in order. Each step leaves what exists, so that all may be run again at any time. */
export function stepsOf(plan: Plan, secretsFile: string | null): readonly Step[] {
  return [
    signedIn,
    secretsGiven,
    ...plan.queues.map(queueExists),
    databaseExists(plan.database),
    namespacesKnown(plan),
    migrated(plan.database),
    deployed(plan, secretsFile),
  ];
}

const WHOAMI = ['whoami', '--json'];
const account = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ name: z.string() })).optional(),
});

const signedIn: Step = {
  does: 'Asks who is signed in to Cloudflare',
  commands: [{ args: WHOAMI }],
  run: async ({ wrangler }) => {
    const ran = await wrangler(WHOAMI);
    const told = account.safeParse(printedJson(ran));
    if (told.success && !told.data.loggedIn) return { state: 'needs', lines: SIGN_IN_WORDS };
    if (ran.code !== 0 || !told.success) return failed(WHOAMI, ran);
    const names = (told.data.accounts ?? []).map(({ name }) => name);
    return done(names.length === 0 ? 'somebody is' : `somebody is, with the account ${names.join(' or ')}`);
  },
};

const SECRET_LIST = ['secret', 'list'];
const secretList = z.array(z.object({ name: z.string() }));

/** Before anything is made: wrangler deploys no Worker that lacks a secret. */
const secretsGiven: Step = {
  does: 'Looks which secrets the Worker has; their values are never shown',
  commands: [{ args: SECRET_LIST }],
  run: async ({ wrangler, plan, secretsFile }) => {
    const ran = await wrangler(SECRET_LIST);
    const isWorkerThere = !ran.words.includes(`Worker "${plan.worker}" not found`);
    const listed = secretList.safeParse(ran.code === 0 ? printedJson(ran) : []);
    if ((ran.code !== 0 && isWorkerThere) || !listed.success) return failed(SECRET_LIST, ran);
    const known = plan.secrets.map(({ name }) => name);
    const file = secretsFile === null ? null : readSecretsFile(secretsFile, known);
    if (file?.state === 'refused') {
      return {
        state: 'needs',
        lines: [`${secretsFile} is not taken:`, ...file.reasons.map((reason) => `  ${reason}`)],
      };
    }
    const brought = file?.names ?? [];
    const set = new Set([...listed.data.map(({ name }) => name), ...brought]);
    const missing = plan.secrets.filter(({ name }) => !set.has(name));
    if (missing.length > 0) return { state: 'needs', lines: missingSecretsWords(missing, isWorkerThere) };
    return done(
      brought.length === 0 ? 'all are set' : `all are set, ${brought.join(', ')} by ${secretsFile}`,
    );
  },
};

function queueExists(queue: string): Step {
  const info = ['queues', 'info', queue];
  const create = ['queues', 'create', queue];
  return {
    does: `Makes the queue ${queue} where it is not there`,
    commands: [{ args: info }, { args: create, where: 'where it is not there' }],
    run: async ({ wrangler }) => {
      const found = await wrangler(info);
      if (found.code === 0) return done('it is there');
      if (!found.words.includes(`Queue "${queue}" does not exist`)) return failed(info, found);
      const made = await wrangler(create);
      return made.code === 0 ? done('it was made') : failed(create, made);
    },
  };
}

const D1_LIST = ['d1', 'list', '--json'];
const databaseList = z.array(z.object({ name: z.string() }));

/** A deployment would make it too, but the tables have to be there before the Worker that reads them. */
function databaseExists(database: string): Step {
  const create = ['d1', 'create', database];
  return {
    does: `Makes the database ${database} where it is not there`,
    commands: [{ args: D1_LIST }, { args: create, where: 'where it is not there' }],
    run: async ({ wrangler }) => {
      const ran = await wrangler(D1_LIST);
      const listed = databaseList.safeParse(printedJson(ran));
      if (ran.code !== 0 || !listed.success) return failed(D1_LIST, ran);
      if (listed.data.some(({ name }) => name === database)) return done('it is there');
      const made = await wrangler(create);
      return made.code === 0 ? done('it was made') : failed(create, made);
    },
  };
}

const KV_LIST = ['kv', 'namespace', 'list'];
const namespaceList = z.array(z.object({ id: z.string(), title: z.string() }));

/**
 * A namespace that no Worker is bound to yet is left over from a deployment that failed after it was made. Wrangler
 * would try to make it again and fail, so its id is told.
 */
function namespacesKnown({ namespaces }: Plan): Step {
  const titles = namespaces.map(({ title }) => title).join(', ');
  return {
    does: `Looks whether the KV namespace ${titles} is there already`,
    commands: [{ args: KV_LIST }],
    run: async ({ wrangler, namespaceIds }) => {
      const ran = await wrangler(KV_LIST);
      const listed = namespaceList.safeParse(printedJson(ran));
      if (ran.code !== 0 || !listed.success) return failed(KV_LIST, ran);
      for (const { binding, title } of namespaces) {
        const id = listed.data.find((one) => one.title === title)?.id;
        if (id !== undefined) namespaceIds.set(binding, id);
      }
      return done(namespaceIds.size > 0 ? 'it is there' : 'it is not: the deployment sees to it');
    },
  };
}

function migrated(database: string): Step {
  const apply = ['d1', 'migrations', 'apply', database, '--remote'];
  return {
    does: `Applies the migrations that ${database} does not have yet`,
    commands: [{ args: apply }],
    run: async ({ wrangler }) => {
      const ran = await wrangler(apply);
      return ran.code === 0 ? done('it has them all') : failed(apply, ran);
    },
  };
}

function deployed(plan: Plan, secretsFile: string | null): Step {
  const plain = ['deploy', ...(secretsFile === null ? [] : ['--secrets-file', secretsFile])];
  const withIds = [...plain, '--config', DEPLOYING_CONFIG];
  return {
    does: `Deploys the Worker ${plan.worker}; the buckets ${plan.buckets.join(' and ')} are made where they are not there`,
    commands: [{ args: plain }, { args: withIds, where: 'instead, where the KV namespace is there already' }],
    run: (deployment) => deploy(deployment, deployment.namespaceIds.size > 0 ? withIds : plain),
  };
}

async function deploy(deployment: Deployment, args: readonly string[]): Promise<StepOutcome> {
  const { root, plan, wrangler, namespaceIds } = deployment;
  const configPath = join(root, DEPLOYING_CONFIG);
  const folder = mkdtempSync(join(tmpdir(), 'amy-deploy-'));
  const outputPath = join(folder, 'output.ndjson');
  try {
    if (namespaceIds.size > 0) writeFileSync(configPath, configWithIds(plan, namespaceIds));
    const ran = await wrangler(args, { WRANGLER_OUTPUT_FILE_PATH: outputPath });
    if (ran.code !== 0) return failed(args, ran);
    deployment.origin = originOf(readFileSync(outputPath, 'utf8'));
    return done(deployment.origin === null ? 'it runs' : `it runs at ${deployment.origin}`);
  } finally {
    rmSync(configPath, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

const withNamespaces = z.looseObject({ kv_namespaces: z.array(z.looseObject({ binding: z.string() })) });

function configWithIds({ config }: Plan, ids: ReadonlyMap<string, string>): string {
  const parsed = withNamespaces.parse(config);
  const kv_namespaces = parsed.kv_namespaces.map((one) => ({ id: ids.get(one.binding), ...one }));
  return JSON.stringify({ ...parsed, kv_namespaces });
}

const deployEntry = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).optional() });

/** The Worker's own domain where it has one, else its workers.dev address; what else it is bound to is no address. */
function originOf(output: string): string | null {
  const entries = output.split('\n').filter((line) => line !== '');
  const targets = entries.flatMap((line) => deployEntry.safeParse(JSON.parse(line)).data?.targets ?? []);
  const domain = targets.find((target) => target.includes(' (custom domain'))?.split(' ')[0];
  return domain === undefined
    ? (targets.find((target) => target.startsWith('https://')) ?? null)
    : `https://${domain}`;
}
