import type { Cost } from './cost.ts';
import { beyondFreePlan, verdictOf } from './free-plan.ts';
import type { CallCost } from './own-cpu.ts';
import {
  type Bill,
  dollarsOf,
  dollarsOfAll,
  FREE_PLAN,
  PAID_PLAN,
  PRICED,
  PRICES,
  PRICES_READ_ON,
  type Priced,
} from './prices.ts';
import { EVENTS_A_DAY, SYNCS_WITH_NEWS_A_DAY, TYPICAL } from './typical-person.ts';

/** The page that `npm run bench -- --cost` prints, and docs/cost.md holds. */
export function costPage(cost: Cost): readonly string[] {
  return [
    `Counted on the built Worker in workerd on ${new Date().toISOString().slice(0, 10)}, prices of ${PRICES_READ_ON}.`,
    '',
    ...dollarLines(cost),
    '',
    ...ceilingLines(cost),
    '',
    ...databaseLines(cost),
    '',
    ...callLines(cost.calls),
  ];
}

function dollarLines({ millionAlone, millionByHundred, userYear, deploymentYear }: Cost): readonly string[] {
  const columns = [millionAlone, millionByHundred, userYear, deploymentYear];
  const cell = (name: Priced, bill: Bill) =>
    bill[name] === 0 ? '' : `${amount(bill[name])} = $${money(dollarsOf(name, bill[name]))}`;
  return [
    `A typical person: ${TYPICAL.devices} devices, ${EVENTS_A_DAY} events a day, ${TYPICAL.syncsADay} syncs a day of which ` +
      `${SYNCS_WITH_NEWS_A_DAY} bring something, labs ${TYPICAL.labsAYear} times a year.`,
    '',
    '| what is billed | price | a million events, one by one | a million events, by a hundred | a person and year | the crons of a year |',
    '|---|---|---|---|---|---|',
    ...PRICED.map((name) => {
      const { what, dollars, unit } = PRICES[name];
      return `| ${[what, `$${dollars} a ${unit}`, ...columns.map((bill) => cell(name, bill))].join(' | ')} |`;
    }),
    `| all | | ${columns.map((bill) => `$${money(dollarsOfAll(bill))}`).join(' | ')} |`,
  ];
}

/** How many people each plan has room for before something of it runs out. */
function ceilingLines({ userYear, deploymentYear }: Cost): readonly string[] {
  const people = (allowed: number, share: number, name: Priced) =>
    userYear[name] === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(0, (allowed - deploymentYear[name] * share) / (userYear[name] * share));
  const line = (plan: string, per: 'freeADay' | 'paidAMonth', share: number) => {
    const counts = PRICED.map((name) => {
      const isStored = PRICES[name].unit === 'GB-month';
      return { name, people: people(PRICES[name][per], isStored ? 1 : share, name) };
    }).toSorted((a, b) => a.people - b.people);
    const told = counts
      .slice(0, 4)
      .map(({ name, people: count }) => `${PRICES[name].what}: ${amount(Math.floor(count))}`);
    return `- ${plan}: ${told.join(', ')}`;
  };
  return [
    'People for whom nothing has to be paid beyond the plan, by what runs out first:',
    '',
    line('Free plan, which ends for the day', 'freeADay', 1 / 365),
    line(`Paid plan, $${PAID_PLAN.dollarsAMonth} a month`, 'paidAMonth', 1 / 12),
  ];
}

function databaseLines({ megabytes }: Cost): readonly string[] {
  const { aYear, ofTheWeek } = megabytes;
  const people = (bytes: number, years: number) =>
    amount(Math.floor(bytes / 1e6 / (aYear * years + ofTheWeek)));
  const { databaseBytes: paid } = PAID_PLAN;
  const { databaseBytes: free } = FREE_PLAN;
  return [
    `A person of \`npm run storage\` has ${aYear.toFixed(1)} MB of D1 for each year and ${ofTheWeek.toFixed(1)} MB for the bodies of the last week.`,
    `One database of 10 GB holds ${people(paid, 1)} people with a year each, ${people(paid, 4)} with four; one of the free plan's 500 MB holds ${people(free, 1)} and ${people(free, 4)}.`,
  ];
}

export function callLines(calls: readonly CallCost[]): readonly string[] {
  const { queries, cpuMs: cpuMax } = FREE_PLAN;
  const beyond = beyondFreePlan(calls);
  return [
    `One call of each kind. The free plan allows ${queries} queries and ${cpuMax} ms of CPU, which is the Worker's own; in the process D1, R2 and`,
    'the queue run too.',
    '',
    "| call | queries | rows read | rows written | calls of R2 | messages sent | requests to Terra | the process's CPU, ms | the Worker's own CPU, ms | free plan |",
    '|---|---|---|---|---|---|---|---|---|---|',
    ...calls.map((call) => {
      const { statements, rowsRead, rowsWritten, classA, classB, messages, fetches } = call.spent;
      const figures = [statements, rowsRead, rowsWritten, classA + classB, messages, fetches];
      const cpu = [call.cpuMs.toFixed(1), call.ownCpuMs.toFixed(1)];
      return `| ${[call.name, ...figures, ...cpu, verdictOf(call)].join(' | ')} |`;
    }),
    '',
    `Beyond ${queries} queries: ${beyond.queries.join('; ') || 'none'}.`,
    `Beyond ${cpuMax} ms of the Worker's own CPU: ${beyond.cpu.join('; ') || 'none'}.`,
  ];
}

function amount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} billion`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} million`;
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2)));
}

function money(dollars: number): string {
  return dollars >= 0.01 ? dollars.toFixed(2) : Number(dollars.toPrecision(2)).toFixed(4);
}
