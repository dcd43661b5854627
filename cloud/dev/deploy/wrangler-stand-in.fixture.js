// Stands in wrangler's place (AMY_WRANGLER): an account that is a JSON file, AMY_STAND_IN in the environment, with every
// call written down in it. It says what wrangler 4.155 says where the deployment reads its words. Plain JavaScript: it
// starts a dozen times a test.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const path = process.env.AMY_STAND_IN;
const account = JSON.parse(readFileSync(path, 'utf8'));
const args = process.argv.slice(2);
const call = args.join(' ');
const flag = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

account.calls.push(call);
// What must not reach wrangler: it would take the place of the file's.
account.sawKey ||= process.env.AMY_ADMIN_KEY !== undefined;
const answer = account.failing[call] === undefined ? answerTo(call) : refused(account.failing[call]);
writeFileSync(path, JSON.stringify(account));
if (answer.output !== undefined) console.log(answer.output);
if (answer.error !== undefined) console.error(`✘ [ERROR] ${answer.error}\n`);
process.exitCode = answer.error === undefined && answer.code === undefined ? 0 : 1;

function refused(error) {
  return { error };
}

function json(value) {
  return { output: JSON.stringify(value, null, 2) };
}

function answerTo(command) {
  if (command === 'whoami --json')
    return account.signedIn
      ? json({ loggedIn: true, authType: 'User API Token', accounts: [{ id: '1', name: 'Clinic' }] })
      : { ...json({ loggedIn: false }), code: 1 };
  if (command === 'secret list')
    return account.worker
      ? json(account.secrets.map((name) => ({ name, type: 'secret_text' })))
      : refused(
          'Worker "amy" not found.\n\nIf this is a new Worker, run `wrangler deploy` first to create it.',
        );
  if (command === 'd1 list --json') return json(account.databases.map((name) => ({ uuid: name, name })));
  if (command === 'kv namespace list')
    return json(account.namespaces.map((title) => ({ id: `id-of-${title}`, title })));
  if (command.startsWith('queues info '))
    return account.queues.includes(args[2])
      ? { output: `Queue Name: ${args[2]}` }
      : refused(`Queue "${args[2]}" does not exist. To create it, run: wrangler queues create ${args[2]}`);
  if (command.startsWith('queues create ')) return made(account.queues, args[2]);
  if (command.startsWith('d1 create ')) return made(account.databases, args[2]);
  if (command.startsWith('d1 migrations apply ')) return { output: 'No migrations to apply!' };
  if (args[0] === 'deploy') return deployed();
  return refused(`Unknown arguments: ${command}`);
}

function made(list, name) {
  if (list.includes(name)) return refused(`${name} is there already`);
  list.push(name);
  return { output: `made ${name}` };
}

/** As wrangler does, it makes the namespace first, so that one is left over where the rest fails. */
function deployed() {
  const config = flag('--config');
  const told =
    config === undefined ? undefined : JSON.parse(readFileSync(config, 'utf8')).kv_namespaces[0].id;
  if (told === undefined && !account.worker) {
    const namespace = made(account.namespaces, 'amy-cache');
    if (namespace.error !== undefined) return namespace;
  }
  account.toldNamespace = told ?? null;
  if (account.failing.upload !== undefined) return refused(account.failing.upload);
  const file = flag('--secrets-file');
  if (file !== undefined) {
    if (!existsSync(file)) return refused(`no file ${file}`);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^([A-Z_]+)=/gm)) made(account.secrets, name);
  }
  account.worker = true;
  const entries = [
    { type: 'wrangler-session', version: 1 },
    { type: 'deploy', version: 1, worker_name: 'amy', targets: account.targets },
  ];
  for (const entry of entries)
    appendFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify(entry)}\n`);
  return { output: 'Deployed amy' };
}
