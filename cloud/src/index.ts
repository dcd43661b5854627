import { buildApp } from './app.ts';
import { notedRun } from './cron/noted-run.ts';
import { consumeBatch } from './queue/consumer.ts';
import { consumeDeadLetters } from './queue/dead-letter.ts';

const app = buildApp();

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    if (batch.queue.endsWith('-dlq')) await consumeDeadLetters(batch, env);
    else await consumeBatch(batch, env);
  },
  async scheduled(controller, env) {
    await notedRun(controller.cron, env, Date.now);
  },
} satisfies ExportedHandler<Env>;
