import { EXIT_CODES } from '../errors.ts';

/** What `amy help NAME` explains beside the commands. A topic is one entry of this list and nothing else. */
export type HelpTopic = {
  /** One word, in lower case with dashes; no command has it. */
  readonly name: string;
  /** Half a line, for the list of topics. */
  readonly summary: string;
  /** Lines of at most 80 characters; read only where they are shown. */
  readonly text: () => Promise<readonly string[]>;
};

export const HELP_TOPICS: readonly HelpTopic[] = [
  {
    name: 'columns',
    summary: 'what the columns of the local file mean',
    text: async () => (await import('./columns-topic.ts')).columnsTopic(),
  },
  {
    name: 'exit-codes',
    summary: 'what a command ends with, for scripts',
    text: async () => [
      ...EXIT_CODES.map(({ code, meaning }) => `${String(code).padStart(3)}  ${meaning}`),
      '',
      'What went wrong is told on stderr in one sentence; with --json it is one JSON',
      'document: {"error": {"code", "message"}}, where `code` stays the same over time.',
    ],
  },
];
