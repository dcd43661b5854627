/** Who sends a body: a person with a token, somebody without, an operator, Terra with its signature, or a stranger. */
export type Sender = 'person' | 'nobody' | 'operator' | 'terra' | 'forger';

/** The largest and oddest that a route takes, or refuses only after reading it. */
export type WorstBody = {
  readonly route: string;
  readonly what: string;
  readonly sender: Sender;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly bytes: () => Uint8Array;
};

/** How large the bodies are: of the size that the routes take, or smaller, for a sample. */
export type Sizes = {
  /** Of a JSON body that a person sends. */
  readonly json: number;
  /** Of a lab file. */
  readonly file: number;
  /** Of a delivery that is read whole. */
  readonly whole: number;
  /** Of a delivery that is streamed. */
  readonly streamed: number;
};

/** Room for the frame of a form, or the ends of a JSON text. */
const FRAME_BYTES = 1_000;
const LOGIN_BYTES = 4_000;
const encoder = new TextEncoder();

export function worstBodies(sizes: Sizes): readonly WorstBody[] {
  return [...forms(sizes.file), ...jsonBodies(sizes.json - FRAME_BYTES), ...logins(), ...deliveries(sizes)];
}

function forms(bytes: number): readonly WorstBody[] {
  const form = (what: string, boundary: string, status: number, body: () => Uint8Array): WorstBody => ({
    route: 'POST /v1/labs/upload',
    what,
    sender: 'person',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': 'k' },
    status,
    bytes: body,
  });
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"';
  const aboutTheBoundary = `\n--${'a'.repeat(69)}`;
  return [
    form('a form of dashes', '-', 400, () => filled('', '-', '', bytes)),
    form('a form of nothing but delimiters', 'b', 400, () => filled('--b', '\r\n--b', '--\r\n', bytes)),
    form('lines that are nearly the delimiter', `${'a'.repeat(69)}b`, 400, () =>
      filled('', aboutTheBoundary, '', bytes),
    ),
    form('dashes before the delimiter', `${'-'.repeat(69)}b`, 400, () => filled('', '-', '', bytes)),
    form('a header of 10 MB', 'b', 400, () =>
      filled(
        '--b\r\ncontent-disposition: form-data; name="file"; filename="',
        'a',
        '"\r\n\r\nx\r\n--b--\r\n',
        bytes,
      ),
    ),
    form('a header of many parameters', 'b', 400, () =>
      filled(`${head}`, '; a="b"', '\r\n\r\nx\r\n--b--\r\n', bytes),
    ),
    form('a good file', 'b', 200, () => filled(`${head}\r\n\r\n%PDF-1.7`, 'x', '\r\n--b--\r\n', bytes)),
  ];
}

/** Each JSON route gets each of the odd texts; the status is of its own rules, so it may be any below 500. */
function jsonBodies(bytes: number): readonly WorstBody[] {
  const routes = [
    ['PUT /v1/profile', 'conditions', 'person'],
    ['POST /v1/import', 'days', 'person'],
    ['PATCH /v1/auth/sessions/{id}', 'name', 'person'],
    ['POST /v1/connect', 'providers', 'person'],
    ['POST /admin/drain', 'limit', 'operator'],
    ['POST /admin/events/replay', 'type', 'operator'],
    ['POST /admin/events/resolve', 'type', 'operator'],
    ['POST /admin/raw-events/{id}/resolve', 'note', 'operator'],
    ['POST /admin/user/{userId}/import', 'days', 'operator'],
    ['POST /admin/user/{userId}/wipe', 'force', 'operator'],
    ['POST /admin/connections/{id}/owner', 'user_id', 'operator'],
    ['POST /admin/outbound', 'paused', 'operator'],
    ['POST /admin/restored', 'to', 'operator'],
    ['POST /admin/sweeps', 'held', 'operator'],
    ['POST /admin/user/{userId}/wipe', 'force', 'operator'],
  ] as const;
  const odd = (member: string): readonly (readonly [string, () => Uint8Array])[] => [
    ['a list of empty texts', () => filled(`{"${member}":[""`, ',""', ']}', bytes)],
    ['a list of empty objects', () => filled(`{"${member}":[{}`, ',{}', ']}', bytes)],
    ['lists in lists', () => nested(`{"${member}":`, bytes)],
    ['keys that nobody knows', () => manyKeys(bytes)],
    ['a number of many digits', () => filled(`{"${member}":1`, '1', '}', bytes)],
  ];
  return routes.flatMap(([route, member, sender]) =>
    odd(member).map(([what, body]) => ({
      route,
      what,
      sender,
      headers: { 'content-type': 'application/json', 'idempotency-key': what },
      status: 0,
      bytes: body,
    })),
  );
}

function logins(): readonly WorstBody[] {
  const routes = [
    ['POST /v1/auth/device', 'nobody', 'client'],
    ['POST /v1/auth/device/token', 'nobody', 'device_code'],
    ['POST /v1/auth/device/approve', 'person', 'user_code'],
  ] as const;
  return routes.map(([route, sender, member]) => ({
    route,
    what: 'one long text',
    sender,
    headers: { 'content-type': 'application/json' },
    status: 0,
    bytes: () => filled(`{"${member}":"`, '1', '"}', LOGIN_BYTES),
  }));
}

function deliveries({ whole, streamed }: Sizes): readonly WorstBody[] {
  const delivery = (
    what: string,
    status: number,
    body: () => Uint8Array,
    sender: Sender = 'terra',
  ): WorstBody => ({
    route: 'POST /webhook/terra',
    what,
    sender,
    headers: { 'content-type': 'application/json' },
    status,
    bytes: body,
  });
  const start = '{"type":"processing","data":[';
  return [
    delivery('empty objects, read whole', 200, () => filled(`${start}{}`, ',{}', ']}', whole)),
    delivery('empty lists, read whole', 200, () => filled(`${start}[]`, ',[]', ']}', whole)),
    delivery('numbers, read whole', 200, () => filled(`${start}0`, ',0', ']}', whole)),
    delivery('lists in lists, read whole', 400, () => nested('{"type":"processing","data":', whole)),
    delivery('keys, read whole', 413, () => manyKeys(whole)),
    delivery('samples, streamed', 200, () =>
      filled('{"type":"processing","data":[{"hr_samples":[0', ',0', ']}]}', streamed),
    ),
    delivery('empty objects, streamed', 200, () => filled(`${start}{}`, ',{}', ']}', streamed)),
    delivery('keys, streamed', 413, () => filled('{"type":"processing","a":0', ',"a":0', '}', streamed)),
    delivery(
      'empty objects under a forged signature',
      401,
      () => filled(`${start}{}`, ',{}', ']}', streamed),
      'forger',
    ),
    delivery(
      'samples under a forged signature',
      401,
      () => filled('{"data":[{"hr_samples":[0', ',0', ']}]}', streamed),
      'forger',
    ),
  ];
}

/** `head`, `piece` again and again, `tail`: at most so many bytes. */
function filled(head: string, piece: string, tail: string, bytes: number): Uint8Array {
  const times = Math.max(0, Math.floor((bytes - head.length - tail.length) / piece.length));
  const body = new Uint8Array(head.length + piece.length * times + tail.length);
  encoder.encodeInto(head, body);
  const middle = body.subarray(head.length, head.length + piece.length * times);
  encoder.encodeInto(piece, middle);
  // What is filled is copied behind itself, twice as much each time.
  for (let done = piece.length; done < middle.length; done *= 2) middle.copyWithin(done, 0, done);
  encoder.encodeInto(tail, body.subarray(head.length + middle.length));
  return body;
}

/** `{"a":[[[...]]]}` */
function nested(head: string, bytes: number): Uint8Array {
  const levels = Math.floor((bytes - head.length - 1) / 2);
  const opening = filled(head, '[', '', head.length + levels);
  const closing = filled('', ']', '}', levels + 1);
  const body = new Uint8Array(opening.length + closing.length);
  body.set(opening);
  body.set(closing, opening.length);
  return body;
}

/** `{"type":"processing","k0":0,"k1":0}`: no two keys alike. */
function manyKeys(bytes: number): Uint8Array {
  const parts: string[] = ['{"type":"processing"'];
  let size = parts[0]?.length ?? 0;
  for (let i = 0; size < bytes - 20; i += 1) {
    const part = `,"${i.toString(36)}":0`;
    parts.push(part);
    size += part.length;
  }
  return encoder.encode(`${parts.join('')}}`);
}
