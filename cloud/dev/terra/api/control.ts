import { dateOf } from '../calendar.ts';
import { requestedDay } from '../data-request.ts';
import { pushDays, pushOversize } from '../data-webhooks.ts';
import { countsOf } from '../delivery/delivery.ts';
import { loopbackUrl } from '../delivery/loopback.ts';
import { isJsonObject, type Json, type JsonObject, stringIn } from '../json.ts';
import { LAB_SHAPES } from '../labs/report.ts';
import { OVERSIZE_MAX_BYTES } from '../limits.ts';
import type { LabOptions } from '../options.ts';
import { DATA_TYPES } from '../payloads/devices.ts';
import type { Terra } from '../terra.ts';
import { chaosIn } from './chaos.ts';
import { countIn, flagIn, refuseOthers, textIn } from './fields.ts';
import { badRequest, jsonBody, jsonReply, type Route } from './http.ts';

export type Switches = { labs: LabOptions };

/** What other processes may do to the simulator, under `/sim/`; see the README beside it. */
export function controlRoute(terra: Terra, switches: Switches): Route {
  return async (call) => {
    if (!call.url.pathname.startsWith('/sim/')) return null;
    const command = `${call.method} ${call.url.pathname.slice('/sim/'.length)}`;
    if (command === 'GET settled') await terra.sender.idle();
    if (command === 'GET settled' || command === 'GET stats') {
      return jsonReply(200, countsOf(terra.sender.deliveries()));
    }
    if (command === 'GET users') return jsonReply(200, { users: terra.users.list() });
    if (command === 'GET deliveries') {
      return jsonReply(200, {
        deliveries: terra.sender.deliveries().map(({ body: _body, ...rest }) => rest),
      });
    }
    const perform = COMMANDS[command];
    if (perform === undefined) return null;
    const body = jsonBody(call);
    return body === null ? badRequest('invalid JSON') : jsonReply(200, perform(terra, body, switches));
  };
}

const COMMANDS: { readonly [command: string]: (terra: Terra, body: JsonObject, switches: Switches) => Json } =
  {
    'POST connect': (terra, body) => terra.connect(stringIn(body, 'reference_id'), textIn(body, 'provider')),
    'POST revoke': (terra, body) => terra.revoke(textIn(body, 'user_id')),
    'POST reauth': (terra, body) =>
      terra.reauth(
        textIn(body, 'user_id'),
        stringIn(body, 'first') === 'user_reauth' ? 'user_reauth' : 'auth',
      ),
    'POST connection-error': (terra, body) => done(() => terra.connectionError(textIn(body, 'user_id'))),
    'POST permission-change': (terra, body) =>
      terra.permissionChange(textIn(body, 'user_id'), strings(body.added), strings(body.removed)),
    'POST healthcheck': (terra) => done(() => terra.healthcheck()),
    'POST push': (terra, body) => done(() => push(terra, body)),
    'POST oversize': oversize,
    'POST event': (terra, body) => {
      const event = body.body;
      if (typeof event !== 'string' && !isJsonObject(event))
        throw new RangeError('body must be an object or a string');
      const headers = isJsonObject(body.headers) ? body.headers : {};
      const named = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      return { trace_id: terra.deliver(event, Object.fromEntries(named)).traceId };
    },
    'POST chaos': (terra, body) => terra.chaos(chaosIn(body)),
    'POST labs': (_terra, body, switches) => {
      switches.labs = { ...switches.labs, ...labsIn(body) };
      return switches.labs;
    },
    'POST webhook': (terra, body) => done(() => terra.sender.pointAt(loopbackUrl(textIn(body, 'url')))),
    'POST hold': (terra) => done(() => terra.sender.hold()),
    'POST release': (terra) => done(() => terra.sender.release()),
  };

/** Sends days of a connection unasked, as Terra does after a device has synced. */
function push(terra: Terra, body: JsonObject): void {
  const user = terra.users.require(textIn(body, 'user_id'));
  const startDay = requestedDay(textIn(body, 'start_date'));
  const endDay = requestedDay(stringIn(body, 'end_date') ?? textIn(body, 'start_date'));
  if (startDay === null || endDay === null) throw new RangeError('dates are YYYY-MM-DD');
  pushDays(terra, user.user_id, startDay, endDay);
}

/** One webhook of a size. Answers which day it is of, and the trace id it is delivered under. */
function oversize(terra: Terra, body: JsonObject): Json {
  refuseOthers(body, ['user_id', 'type', 'bytes', 'date']);
  const type = DATA_TYPES.find((one) => one === body.type);
  if (type === undefined) throw new RangeError(`type is one of ${DATA_TYPES.join(', ')}`);
  const bytes = countIn(body, 'bytes', 1, OVERSIZE_MAX_BYTES);
  const day = body.date === undefined ? null : requestedDay(textIn(body, 'date'));
  if (body.date !== undefined && day === null) throw new RangeError('date is YYYY-MM-DD');
  const sent = pushOversize(terra, textIn(body, 'user_id'), type, bytes, day);
  return { date: dateOf(sent.day), trace_id: sent.delivery.traceId };
}

function labsIn(body: JsonObject): Partial<LabOptions> {
  const asked = stringIn(body, 'shape');
  const shape = LAB_SHAPES.find((one) => one === asked);
  if (asked !== null && shape === undefined) throw new RangeError(`shape is one of ${LAB_SHAPES.join(', ')}`);
  const field = stringIn(body, 'field');
  return {
    ...(shape === undefined ? {} : { shape }),
    ...(field === 'file' || field === 'files' ? { field } : {}),
    ...(body.omit_upload_id === undefined ? {} : { omitUploadId: flagIn(body, 'omit_upload_id') }),
  };
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function done(act: () => void): Json {
  act();
  return { ok: true };
}
