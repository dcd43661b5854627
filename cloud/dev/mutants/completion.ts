import { mutantsBelow } from './mutant.ts';

const mutant = mutantsBelow('cli/src/commands', 'completion', ['cli/test/completion.test.ts']);

export const COMPLETION_MUTANTS = [
  mutant(
    'an apostrophe ends no text of bash or zsh',
    'completion-posix.ts',
    `text.replaceAll("'", "'\\\\''")`,
    'text',
  ),
  mutant(
    'nor of fish',
    'completion-fish.ts',
    `text.replaceAll('\\\\', '\\\\\\\\').replaceAll("'", "\\\\'")`,
    'text',
  ),
  mutant('the value of an option is no command', 'completion-posix.ts', '\'option="$word"\' : ', "'' : "),
  mutant('nor in fish', 'completion-fish.ts', "'set option $word' : ", "'true' : "),
  mutant(
    'bash takes an address apart, and its pieces are no words',
    'completion-bash.ts',
    `  'if [[ -n $joint && -z $option ]]; then joint=""; continue; fi',\n`,
    '',
  ),
  mutant(
    'a value that is named by hand has its place',
    'completion-places.ts',
    "'disconnect device': PROVIDERS",
    "'disconnect devices': PROVIDERS",
  ),
];
