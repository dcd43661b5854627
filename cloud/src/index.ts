import { buildApp, buildDeliveries } from './app.ts';
import { notedRun } from './cron/noted-run.ts';
import { consumeBatch } from './queue/consumer.ts';
import { consumeDeadLetters } from './queue/dead-letter.ts';
import { isDelivery } from './routes/webhook.ts';

const app = buildApp();
const deliveries = buildDeliveries();

export default {
  fetch(request, env, context) {
    return (isDelivery(request) ? deliveries : app).fetch(request, env, context);
  },
  async queue(batch, env) {
    if (batch.queue.endsWith('-dlq')) await consumeDeadLetters(batch, env);
    else await consumeBatch(batch, env);
  },
  async scheduled(controller, env) {
    await notedRun(controller.cron, env, Date.now);
  },
} satisfies ExportedHandler<Env>;
