import worker from '../../src/index.ts';
import { countedHandler } from './counted-handler.ts';

export default countedHandler(worker) satisfies ExportedHandler<Env>;
