import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { settled } from '../local/settle.ts';
import type { LocalStack } from '../local/stack.ts';
import { dateOf, dayNumber } from '../terra/calendar.ts';
import { type Amy, amyOf } from './amy.ts';
import { lookAtDoctorZip, type SeenDoctorZip } from './doctor-page.ts';
import { placesWith } from './left-behind.ts';
import { openPages } from './pages.ts';
import { lookAtReport, type SeenReport } from './report-page.ts';

/** What every step of a person's way through Amy came to. */
export type Flow = {
  readonly signedIn: string;
  readonly imported: {
    readonly state: string;
    readonly requests: number;
    readonly rows: number;
    /** YYYY-MM-DD, where the days that were asked for begin. */
    readonly from: string;
  };
  readonly biomarkers: number;
  readonly profile: unknown;
  readonly mirrored: Readonly<Record<string, number>>;
  readonly report: SeenReport;
  readonly forDoctor: SeenDoctorZip;
  readonly erased: Readonly<Record<string, number>>;
  /** Where the person's id still stands on the server after that. */
  readonly leftBehind: readonly string[];
  /** The status the ended sign-in's token gets. */
  readonly afterErasure: number;
  readonly signedInAgain: string;
  readonly mirroredAgain: Readonly<Record<string, number>>;
};

export type FlowOptions = {
  readonly root: string;
  readonly stack: LocalStack;
  /** Where the stack keeps its files. */
  readonly state: string;
  readonly browser: Browser;
  /** A folder of the person's own: credentials, mirror, lab report. */
  readonly home: string;
  readonly tell: (line: string) => void;
};

const ACCOUNT = 'wanda@amy.example';
const PROVIDER = 'OURA';
const IMPORT_DAYS = 120;
const SETTLE_TIMEOUT_MS = 180_000;
const LAB_READ_TIMEOUT_MS = 120_000;
const POLL_MS = 250;

const who = z.looseObject({ user_id: z.string() });
const widget = z.looseObject({ url: z.string() });
const counts = z.record(z.string(), z.number());
const imported = z.looseObject({
  state: z.string(),
  created_at: z.string(),
  requests: z.looseObject({ total: z.number() }),
  rows: counts,
});
const uploaded = z.looseObject({ upload_id: z.string() });
const lab = z.looseObject({ terra_status: z.string(), biomarkers: z.array(z.unknown()) });
const synced = z.looseObject({ received: counts });
const saved = z.looseObject({ path: z.string() });
const receipt = z.looseObject({ deleted: counts });

/**
 * The whole of what Amy does for a person, in the order they meet it, with the real CLI and a real browser:
 * sign in, connect, import, a lab report, a profile, a mirror, a report, a zip for a doctor, leaving, and coming back to nothing. Throws at
 * the first step that does not do what it should.
 */
export async function runFlow({ root, stack, state, browser, home, tell }: FlowOptions): Promise<Flow> {
  const amy = amyOf(root, stack.worker.url, home);
  const pages = await openPages(browser);
  try {
    const signedIn = await login();
    tell(`signed in as ${signedIn}, approved in the browser`);
    await pages.connect(widget.parse(await amy.run('connect')).url, PROVIDER);
    await quiet(stack);
    tell(`connected ${PROVIDER} on Terra's page; its last 90 days came unasked`);
    const history = imported.parse(await amy.run('import', '--days', String(IMPORT_DAYS), '--wait'));
    const rows = sum(history.rows);
    tell(
      `imported ${IMPORT_DAYS} days in ${history.requests.total} requests: ${history.state}, ${rows} rows`,
    );
    const biomarkers = await uploadReport(amy, home);
    tell(`a lab report was read: ${biomarkers} biomarkers`);
    await amy.run('profile', 'set', '--age', '41', '--sex', 'female', '--height-cm', '168');
    const profile = await amy.run('profile', 'show');
    const mirrored = synced.parse(await amy.run('sync')).received;
    tell(`mirrored ${sum(mirrored)} rows`);
    const page = saved.parse(await amy.run('report', '--out', join(home, 'report.html'))).path;
    const report = await lookAtReport(browser, page);
    tell(`made a report of ${report.parts.length} parts, and looked at it on a phone and in the dark`);
    const zip = saved.parse(await amy.run('export', 'doctor', '--out', join(home, 'doctor.zip'))).path;
    const forDoctor = await lookAtDoctorZip(browser, zip, join(home, 'doctor'));
    tell('made a zip for a doctor, unpacked it, and looked at its first page at three widths');
    const token = await amy.token();
    const erased = receipt.parse(await amy.run('erase', '--yes', '--local')).deleted;
    tell(`erased ${sum(erased)} rows, objects and keys`);
    const leftBehind = placesWith(join(state, 'v3'), signedIn);
    const afterErasure = await askUnder(stack, token);
    const signedInAgain = await login();
    const mirroredAgain = synced.parse(await amy.run('sync')).received;
    tell(`signed in again as ${signedInAgain}: ${sum(mirroredAgain)} rows`);
    return {
      signedIn,
      imported: {
        state: history.state,
        requests: history.requests.total,
        rows,
        from: dateOf(dayNumber(history.created_at.slice(0, 10)) - IMPORT_DAYS),
      },
      biomarkers,
      profile,
      mirrored,
      report,
      forDoctor,
      erased,
      leftBehind,
      afterErasure,
      signedInAgain,
      mirroredAgain,
    };
  } finally {
    await pages.close();
  }

  async function login(): Promise<string> {
    const answer = await amy.login(async (address) => {
      const said = await pages.approve(address, ACCOUNT);
      if (!said.includes('is signed in')) throw new Error(`the page said: ${said}`);
    });
    return who.parse(answer).user_id;
  }
}

/** What the server says to a request under a token. */
async function askUnder({ worker }: LocalStack, token: string): Promise<number> {
  const response = await fetch(`${worker.url}/v1/sync`, { headers: { authorization: `Bearer ${token}` } });
  return response.status;
}

/** Waits until nothing is on its way to the Worker or in its queue. */
async function quiet({ worker, terra, secrets }: LocalStack): Promise<void> {
  const onProgress = () => undefined;
  await settled({
    worker,
    terra,
    adminKey: secrets.AMY_ADMIN_KEY,
    stuckMs: SETTLE_TIMEOUT_MS,
    patienceMs: SETTLE_TIMEOUT_MS,
    onProgress,
  });
}

/** Uploads a report and waits until Terra has read it; answers how many biomarkers it held. */
async function uploadReport(amy: Amy, home: string): Promise<number> {
  const file = join(home, 'report.pdf');
  writeFileSync(file, '%PDF-1.7\na report that only a simulator can read');
  const { upload_id } = uploaded.parse(await amy.run('labs', 'upload', file));
  const deadline = Date.now() + LAB_READ_TIMEOUT_MS;
  for (;;) {
    const shown = lab.parse(await amy.run('labs', 'show', upload_id));
    if (shown.terra_status === 'parsed') return shown.biomarkers.length;
    if (Date.now() > deadline) throw new Error(`the report is still ${shown.terra_status}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
