import { call, type Question, question, unanswerable } from './question.ts';

const workouts = (from: string, to: string, more: Readonly<Record<string, unknown>> = {}) =>
  call('workouts', { from, to, ...more });

/** Of workouts and results of laboratories. */
export const ABOUT_WORKOUTS: readonly Question[] = [
  question(
    'How often did I run in February?',
    'two devices recorded one run',
    workouts('2026-02-01', '2026-02-28', { name: 'run' }),
    { runs: 'result.count', twice: 'result.recorded_twice' },
    { runs: 3, twice: 1 },
  ),
  question(
    'Which day was my run late in the evening of 6 February?',
    'a workout over midnight',
    workouts('2026-02-06', '2026-02-07', { rows: true }),
    { date: 'rows[0].date', from: 'rows[0].local_start', to: 'rows[0].local_end', all: 'page.rows_in_all' },
    { date: '2026-02-06', from: /^2026-02-06T23:30/, to: /^2026-02-07T00:30/, all: 1 },
  ),
  question(
    'Did I work out on 7 February?',
    'a workout over midnight',
    workouts('2026-02-07', '2026-02-07'),
    { count: 'result.count' },
    { count: 0 },
  ),
  question(
    'Which day was my run in New York?',
    'travel',
    workouts('2026-02-10', '2026-02-17', { rows: true }),
    { date: 'rows[0].date', from: 'rows[0].local_start' },
    { date: '2026-02-12', from: /^2026-02-12T20:30/ },
  ),
  question(
    'How far did I ride on 20 February?',
    'a value that is not there',
    workouts('2026-02-20', '2026-02-20', { rows: true }),
    { distance: 'rows[0].distance', sum: 'result.by_source_and_kind[0].distance' },
    { distance: null, sum: null },
  ),
  question(
    'How high did I climb on 5 January?',
    'a unit trap: floors, not metres',
    workouts('2026-01-05', '2026-01-05', { rows: true }),
    { gain: 'rows[0].elevation_gain', method: 'rows[0].elevation_method' },
    { gain: 12, method: 'floors' },
  ),
];

const labs = (code: string, more: Readonly<Record<string, unknown>> = {}) => call('labs', { code, ...more });

export const ABOUT_LABS: readonly Question[] = [
  question(
    'How has my glucose changed?',
    'plain',
    labs('glucose'),
    { last: 'result.latest.value', by: 'result.change.by', unit: 'result.change.unit' },
    { last: 97, by: 5, unit: 'mg/dL' },
  ),
  question(
    'What was my CRP in January?',
    'a lab bound',
    labs('CRP', { from: '2026-01-01', to: '2026-01-31', rows: true }),
    { value: 'rows[0].value', printed: 'rows[0].printed' },
    { value: null, printed: '<0.3' },
  ),
  question(
    'By how much has my CRP risen since January?',
    'a lab bound',
    labs('crp'),
    { change: 'result.change', last: 'result.latest.value' },
    { change: null, last: 1.2 },
  ),
  unanswerable('What is my lipoprotein (a)?', 'a lab bound', labs('lipoprotein_a'), 'lab_bounds_only'),
  question(
    'Has my vitamin D risen?',
    'a unit trap: two units of one code',
    labs('vitamin_d'),
    { change: 'result.change', last: 'result.latest.value', unit: 'result.latest.unit' },
    { insufficient: 'lab_units_differ', change: null, last: 80, unit: 'nmol/L' },
  ),
  question(
    'Was my HIV test negative?',
    'a result in words',
    labs('hiv_antibodies'),
    { value: 'result.latest.value', printed: 'result.latest.printed' },
    { value: null, printed: 'Negative' },
  ),
  question(
    'Is my ferritin in order?',
    'out of range',
    labs('ferritin'),
    { value: 'result.latest.value', low: 'result.latest.ref_low', status: 'result.latest.status' },
    { value: 12, low: 30, status: 'out_of_range' },
  ),
  question(
    'How much weight have I lost in February?',
    'a unit trap: kilograms',
    labs('weight'),
    { by: 'result.change.by', unit: 'result.change.unit' },
    { by: -0.9, unit: 'kg' },
  ),
  unanswerable(
    'What was my glucose in the middle of February?',
    'between two results',
    labs('glucose', { from: '2026-02-10', to: '2026-02-20' }),
    'nothing_known',
  ),
];
