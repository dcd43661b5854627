import { ABOUT_DAYS } from './about-days.ts';
import { ABOUT_NIGHTS } from './about-nights.ts';
import { ABOUT_PERIODS } from './about-periods.ts';
import { ABOUT_LABS, ABOUT_WORKOUTS } from './about-workouts.ts';
import type { Question } from './question.ts';

export const QUESTIONS: readonly Question[] = [
  ...ABOUT_DAYS,
  ...ABOUT_PERIODS,
  ...ABOUT_NIGHTS,
  ...ABOUT_WORKOUTS,
  ...ABOUT_LABS,
];
