import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { hideNoNews } from '../bin/no-news.js';

// More than half of a start is compiling. The compiled code is kept inside the package, where only those who may change
// the program can write, and goes with it; where nothing can be written, nothing is kept.
module.enableCompileCache?.(fileURLToPath(new URL('./.compiled', import.meta.url)));
hideNoNews();
await import('../src/main.ts');
