import { env } from 'cloudflare:workers';
import { OFFSET_VARIABLE } from './pretended-day.ts';
import { shiftDate } from './shifted-date.ts';

shiftDate(Number(Reflect.get(env, OFFSET_VARIABLE)));
