import { existsSync } from 'node:fs';
import { me } from '../../../cloud/src/contract/me.ts';
import { ask } from '../api/api.ts';
import { askHealth, type ServerHealth, SPOKEN_VERSION } from '../api/health.ts';
import { AmyError } from '../errors.ts';
import { CLOCK_OFF_MAX_MS, HEALTH_TIMEOUT_MS } from '../limits.ts';
import { isPrivateLine } from '../settings.ts';
import { readCredentials } from '../sign-in/credentials.ts';
import { renderDuration } from '../terminal/durations.ts';
import type { CommandContext } from './context.ts';
import { type Finding, skipped, well, wrong, wrongBy } from './doctor-finding.ts';

/** What was found of the token, the line and the server, and whose token it is. */
export type SignInFindings = { readonly findings: readonly Finding[]; readonly person: string | null };

/** Comes before whatever else reads the stored sign-ins: to read them makes them private. */
export function checkSignInFile({ credentialsPath: path }: CommandContext): Finding {
  let isNarrowed = false;
  try {
    readCredentials(path, () => {
      isNarrowed = true;
    });
  } catch (thrown) {
    return wrongBy('sign-in file', thrown);
  }
  if (isNarrowed) {
    const message = `others could read ${path}, and with it your data; now only you can`;
    return { ...well('sign-in file', message), state: 'mended' };
  }
  return well('sign-in file', existsSync(path) ? `${path}, for you alone` : 'none is there yet');
}

export async function checkSignIn(context: CommandContext, nowMs: number): Promise<SignInFindings> {
  let server: string;
  try {
    server = context.server();
  } catch (thrown) {
    const line = unlessOfFile('line', thrown);
    return {
      findings: [
        skipped('token', NO_ADDRESS),
        line,
        skipped('server', NO_ADDRESS),
        skipped('clock', NO_ADDRESS),
      ],
      person: null,
    };
  }
  const line = checkLine(server);
  const health = await lookAt(context);
  const { token, person } = await checkToken(context, health, nowMs);
  return { findings: [token, line, checkServer(server, health), checkClock(health)], person };
}

/** What is wrong with the stored sign-ins is told once, under `sign-in file`. */
function unlessOfFile(check: 'line' | 'token', thrown: unknown): Finding {
  const isOfFile = thrown instanceof AmyError && thrown.code.startsWith('credentials_');
  return isOfFile ? skipped(check, 'the stored sign-ins cannot be read') : wrongBy(check, thrown);
}

const NO_ADDRESS = 'there is no address of a server';

type Looked = ServerHealth | AmyError;

async function lookAt(context: CommandContext): Promise<Looked> {
  try {
    return await askHealth(context.stranger());
  } catch (thrown) {
    if (thrown instanceof AmyError) return thrown;
    throw thrown;
  }
}

function checkLine(server: string): Finding {
  if (isPrivateLine(server)) return well('line', `${server}: nobody on the way can read what is sent`);
  return wrong(
    'line',
    `${server} is not https: anybody on the way could read your token and your data`,
    'use its https address (--url, AMY_API_URL)',
  );
}

function checkServer(server: string, health: Looked): Finding {
  if (health instanceof AmyError) {
    // Told under `line`.
    return health.code === 'insecure_server'
      ? skipped('server', 'not asked over an open line')
      : wrongBy('server', health);
  }
  if (Number(health.version) > SPOKEN_VERSION)
    return wrong(
      'server',
      `${server} speaks version ${health.version} of the API, and this amy version ${SPOKEN_VERSION}`,
      'update amy',
    );
  if (health.version !== String(SPOKEN_VERSION) || health.lacks.length > 0) {
    const what =
      health.lacks.length > 0 ? `lacks ${health.lacks.join(', ')}` : `speaks version ${health.version}`;
    return wrong(
      'server',
      `${server} is older than this amy: it ${what}`,
      'ask who runs it to update it; until then some commands fail',
    );
  }
  return well('server', `${server} answers, in version ${health.version} of the API`);
}

function checkClock(health: Looked): Finding {
  if (health instanceof AmyError) return skipped('clock', 'no server to compare it with');
  const { clockOffMs: off } = health;
  if (off === null) return skipped('clock', 'the server does not tell its time');
  if (Math.abs(off) <= CLOCK_OFF_MAX_MS) return well('clock', 'as the server’s, to within a minute');
  return wrong(
    'clock',
    `this machine’s clock is ${renderDuration(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} the server’s`,
    'let the system set it by the network; tokens end at the wrong time until then',
  );
}

async function checkToken(
  context: CommandContext,
  health: Looked,
  nowMs: number,
): Promise<{ readonly token: Finding; readonly person: string | null }> {
  try {
    const access = await context.access();
    const { expiresAt, userId: person } = access;
    const remedy = access.remedy ?? null;
    const source = access.tokenSource === 'login' ? 'of `amy login`' : 'of AMY_TOKEN';
    if (expiresAt !== null && Date.parse(expiresAt) <= nowMs)
      return {
        token: wrong('token', `the token ${source} ended at ${context.time(expiresAt)}`, remedy),
        person,
      };
    const until = expiresAt === null ? '' : `, until ${context.time(expiresAt)}`;
    const told = `the token ${source} is ${person === null ? 'of nobody it names' : `${person}’s`}${until}`;
    if (health instanceof AmyError)
      return { token: well('token', `${told}; no server was asked about it`), person };
    await ask(access, (api) => api.v1.me.$get(), me, { patient: false, timeoutMs: HEALTH_TIMEOUT_MS });
    return { token: well('token', `${told}; the server takes it`), person };
  } catch (thrown) {
    return { token: unlessOfFile('token', thrown), person: null };
  }
}
