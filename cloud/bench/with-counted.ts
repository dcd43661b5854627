import { builtWorker } from '../dev/local/built-worker.ts';
import { type CountedStack, countedStack } from './counted-stack.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import { startTerraStandIn } from './terra-stand-in.ts';

export type CountedRuntimes = {
  readonly amy: CountedStack;
  readonly floor: CountedStack;
  readonly runtime: Runtime;
};

/** Amy and the floor in runtimes of their own, on bindings that count; both are ended when the work is done. */
export async function withCounted<Result>(
  root: string,
  work: (runtimes: CountedRuntimes) => Promise<Result>,
  hasInspector = false,
): Promise<Result> {
  const terra = await startTerraStandIn();
  const variables = { TERRA_API_URL: terra.url };
  const runtimes: Runtime[] = [];
  try {
    for (const main of ['counted-worker.ts', 'counted-floor.ts']) {
      // They import from here too: the floor, and what is counted.
      const built = await builtWorker(root, `cloud/test/support/${main}`, undefined, ['cloud/bench']);
      runtimes.push(await startRuntime(built, variables, hasInspector));
    }
    const [amy, floor] = runtimes;
    if (amy === undefined || floor === undefined) throw new Error('a runtime is missing');
    return await work({
      amy: countedStack(amy, terra),
      floor: countedStack(floor, terra, '/parse'),
      runtime: amy,
    });
  } finally {
    await Promise.all(runtimes.map(({ stop }) => stop()));
    await terra.stop();
  }
}
