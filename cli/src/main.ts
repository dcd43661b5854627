import { takeApart, workForAnother } from './apart/apart.ts';
import { asksForJson, run } from './program.ts';
import { watchInterrupts } from './terminal/interrupts.ts';
import { watchWriting } from './terminal/output.ts';

const argv = process.argv.slice(2);
const json = asksForJson(argv);

watchWriting(json);
if (takeApart()) {
  workForAnother();
  process.exitCode = await run(argv);
} else {
  const unwatch = watchInterrupts(json);
  process.exitCode = await run(argv, async () => {
    const { runApart } = await import('./apart/run-apart.ts');
    unwatch();
    return runApart(json);
  });
}
