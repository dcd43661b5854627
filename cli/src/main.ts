import { run } from './program.ts';
import { letReadersLeave } from './terminal/output.ts';

letReadersLeave();

process.exitCode = await run(process.argv.slice(2));
