import floor from '../../bench/floor-worker.ts';
import { countedHandler } from './counted-handler.ts';

export default countedHandler(floor as unknown as Parameters<typeof countedHandler>[0]);
