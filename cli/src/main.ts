import { asksForJson, run } from './program.ts';
import { watchInterrupts } from './terminal/interrupts.ts';
import { watchWriting } from './terminal/output.ts';

const argv = process.argv.slice(2);
const json = asksForJson(argv);

watchWriting(json);
watchInterrupts(json);

process.exitCode = await run(argv);
