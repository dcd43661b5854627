import { parseArgs } from 'node:util';
import { today } from '../today.ts';
import { startTerra } from './simulator.ts';

const USAGE =
  'usage: node cloud/dev/terra/main.ts --webhook http://127.0.0.1:PORT/webhook/terra --secret S [--port N] [--seed N] [--today YYYY-MM-DD] [--dev-id ID] [--api-key KEY]';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    webhook: { type: 'string' },
    secret: { type: 'string' },
    seed: { type: 'string', default: '1' },
    today: { type: 'string', default: today() },
    'dev-id': { type: 'string' },
    'api-key': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const port = Number(values.port);
const seed = Number(values.seed);

if (values.help) {
  console.log(USAGE);
} else if (!values.webhook || !values.secret || !Number.isInteger(port) || !Number.isInteger(seed)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await run(values.webhook, values.secret);
}

async function run(webhookUrl: string, secret: string): Promise<void> {
  const devId = values['dev-id'];
  const apiKey = values['api-key'];
  try {
    const terra = await startTerra({
      seed,
      today: values.today,
      secret,
      webhookUrl,
      port,
      ...(devId === undefined ? {} : { devId }),
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    console.log(
      `Terra simulator: TERRA_API_URL=${terra.apiUrl} dev-id ${terra.devId} x-api-key ${terra.apiKey}`,
    );
    const stop = () => void terra.close();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
