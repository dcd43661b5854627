import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Help } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { fullHelp } from '../src/commands/help.ts';
import { dictionaryRows } from '../src/mirror/dictionary/dictionary.ts';
import { buildProgram } from '../src/program.ts';
import { HELP_TOPICS } from '../src/terminal/help-topics.ts';
import { amy, SOURCE_ENTRY, settingsFor } from './support/amy.ts';
import { EVERY_COMMAND, TRIED_AT } from './support/every-command.ts';
import { farEnd } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { temporaryFolder } from './support/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Every command of the program by its words; one that only holds others among them. */
async function everyName(): Promise<readonly string[]> {
  return (await buildProgram()).commands.flatMap((one) => [
    one.name(),
    ...one.commands.map((inner) => `${one.name()} ${inner.name()}`),
  ]);
}

/** The command that a line runs. */
function nameOf([first = '', second = '']: readonly string[], names: readonly string[]): string {
  return names.includes(`${first} ${second}`) ? `${first} ${second}` : first;
}

/** A line of the list, with its files in a folder. */
function inFolder(argv: readonly string[], folder: string): string[] {
  return argv.map((word) => word.replace(/^~\//, `${folder}/`));
}

/** What is printed without what differs from run to run: folder, port, size, time; and where a line breaks at those. */
function withoutThisMachine(printed: string, home: string): string {
  return (
    printed
      .replaceAll(home, '/h')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://amy.test')
      .replace(/\s+(\/h\S*)\s+/g, ' $1\n')
      .replace(
        /\(\d+ kB\)|(?<=Last (?:sync|verify) +|last (?:sync|verify): )\S.*|(?<=disk: )[\s\S]*?\bfree\b/g,
        '...',
      )
      .replace(/\r[\s\S]*/, '')
      // What a report weighs, and how many columns there are to explain, is of no answer's making.
      .replace(/\d+ kB/g, 'N kB')
      .replace(/(?<=data_dictionary\.csv +)\d+/g, 'N')
      .replace(/"\/(?!h\b)[^"]*"/g, '"/..."')
  );
}

describe('amy', () => {
  it('explains every command', async () => {
    const program = await buildProgram();
    const helps = [
      program,
      ...program.commands,
      ...program.commands.flatMap((command) => [...command.commands]),
    ];
    expect(helps.map(fullHelp).join('\n')).toMatchSnapshot();
    expect(helps.filter((command) => !/^Example:\n {2}(\w.*<\()?amy /m.test(fullHelp(command)))).toEqual([]);
  });

  it.each([80, 40])('shows every command’s answer on a terminal of %i columns', async (columns) => {
    vi.stubEnv('TZ', 'UTC');
    vi.useFakeTimers({ now: TRIED_AT, toFake: ['Date'] });
    const shown: string[] = [];
    const home = temporaryFolder();
    writeFileSync(join(home, 'report.pdf'), '%PDF-1');
    // One server, since the file is of one.
    const { url } = await farEnd(...EVERY_COMMAND.flatMap(({ answers }) => answers));
    for (const { argv } of EVERY_COMMAND) {
      const env = { ...settingsFor(url).env, AMY_HOME: home };
      const { code, stdout, stderr } = await runHere(inFolder(argv, home), env, { columns });
      shown.push(`$ amy ${argv.join(' ')}\n${withoutThisMachine(`${stdout}${stderr}`, home)}`);
      expect([argv, code]).toEqual([argv, 0]);
    }
    expect(shown.join('\n')).toMatchSnapshot();
  });

  it('ends every command with the codes of `amy help exit-codes`: 2 where the line is wrong, 1 where it fails', async () => {
    const folder = temporaryFolder();
    const foreign = join(folder, 'foreign.sqlite');
    writeFileSync(foreign, 'no database at all, and long enough to be none');
    // What asks the server fails without a token, or without a server; what reads a file where it is no mirror.
    const env = { AMY_HOME: folder, AMY_API_URL: 'http://127.0.0.1:1' };
    // `doctor` fails too, and says on stdout why: its own test shows it.
    const needsNothing = new Set(['help', 'logout', 'doctor', 'mcp']);
    for (const { argv } of EVERY_COMMAND.filter(({ argv: [first = ''] }) => !needsNothing.has(first))) {
      const failed = await runHere([...inFolder(argv, folder), '--db', foreign], env);
      expect([argv, failed.code, failed.stdout]).toEqual([argv, 1, '']);
    }
    for (const name of (await everyName()).filter((one) => one !== 'completion')) {
      expect([name, (await runHere([...name.split(' '), '--nonsense'], {})).code]).toEqual([name, 2]);
    }
  });

  it('runs every command in these tests, but for those that only hold others, which end with 2', async () => {
    const names = await everyName();
    const run = new Set(EVERY_COMMAND.map(({ argv }) => nameOf(argv, names)));
    // What it prints for each shell is in the next test.
    const left = names.filter((name) => !run.has(name) && name !== 'completion');
    expect(left).toEqual(['sources', 'labs', 'profile', 'admin']);
    for (const name of left) {
      const { code, stdout, stderr } = await runHere([name], {});
      expect([name, code, stdout]).toEqual([name, 2, '']);
      expect(stderr).toContain(`Usage: amy ${name}`);
    }
  });

  it('prints what completes for each shell, which its own test tries there', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await runHere(['completion', shell], {});
      expect([code, stdout]).toEqual([0, expect.stringContaining('exit-codes')]);
    }
    expect((await runHere(['completion', 'csh'], {})).code).toBe(2);
  });

  it('explains topics and commands by name, and names no command and topic alike', async () => {
    const codes = await runHere(['help', 'exit-codes'], {});
    expect(codes).toMatchObject({ code: 0, stderr: '' });
    expect(codes.stdout).toMatch(
      /^ {2}0 {2}done\n {2}1 {2}failed.*\n {2}2 {2}.*\n129 {2}.*\n130 {2}ended by Ctrl-C\n/,
    );
    const command = await runHere(['help', 'labs', 'show', '--json'], {});
    expect(JSON.parse(command.stdout)).toMatchObject({
      name: 'labs show',
      text: expect.stringContaining('Usage: amy labs show'),
    });
    expect(await runHere(['help', 'labs', 'nonsense'], {})).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'amy: there is no command or topic "labs nonsense"; `amy help` lists them\n',
    });
    const columns = await runHere(['help', 'columns'], {});
    expect(columns.stdout).toMatch(
      /\n\nsummary\n {2}Start here: .*\n {2}datetime \[YYYY-MM-DD\]\n {6}The date /,
    );
    for (const { table, column } of dictionaryRows()) {
      const section = columns.stdout.split(`\n\n${table}\n`)[1]?.split('\n\n')[0] ?? '';
      expect(section).toMatch(new RegExp(`\\b${column}\\b`));
    }
    const top = await runHere(['help'], {});
    const names = HELP_TOPICS.map(({ name }) => name);
    for (const name of names) expect(top.stdout).toContain(`\n  ${name} `);
    expect((await buildProgram()).commands.filter((one) => names.includes(one.name()))).toEqual([]);
    const lines = (await Promise.all(HELP_TOPICS.map(({ text }) => text()))).flat();
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('lists the commands as they are, from a file: `npm test -- cli/test/command-line.test.ts -u` writes it', async () => {
    const program = await buildProgram();
    const synopses = program.commands.map((command) => ({
      name: command.name(),
      term: new Help().subcommandTerm(command),
      description: command.description(),
    }));
    const text = `${JSON.stringify(synopses, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../src/commands/synopses.json');
    expect((await runHere(['--help'], {})).stdout.trimEnd()).toBe(fullHelp(program).trimEnd());
  });

  it('prints help and version as answers', async () => {
    const help = await amy(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: amy') });
    expect(await amy(['--version'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^\d+\.\d+/),
    });
  });

  describe('starts', () => {
    const tellLoads = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;

    /** What the program loads for a command line, as it lies in the repository. */
    async function loadedBy(argv: readonly string[]): Promise<readonly string[]> {
      const told = `--import=data:text/javascript,${encodeURIComponent(tellLoads)}`;
      const { code, stderr } = await amy(argv, { nodeOptions: [told], entry: SOURCE_ENTRY });
      expect(code).toBe(0);
      return stderr.split('\n');
    }

    it('without loading anything of the server but the contract’s schemas', async () => {
      const loaded = await loadedBy(['help']);
      expect(loaded).toContainEqual(expect.stringContaining('/hono/dist/client/client.js'));
      expect(
        loaded.filter((url) => /zod-openapi|contract\/routes|cloud\/src\/(?!contract\/)/.test(url)),
      ).toEqual([]);
    });

    it('with the command that is asked for alone, and without the schema library until it asks the server', async () => {
      const commands = (loaded: readonly string[]) =>
        loaded.flatMap((url) => url.match(/cli\/src\/commands\/(.*)\.ts/)?.[1] ?? []).toSorted();
      expect(commands(await loadedBy(['--version']))).toEqual(['examples', 'list']);
      const help = await loadedBy(['--help']);
      expect(commands(help)).toEqual(['context', 'examples', 'help', 'list']);
      expect(help.filter((url) => /\/node_modules\/zod\/|cli\/src\/mirror\//.test(url))).toEqual([]);
      const status = await loadedBy(['status', '--db', join(temporaryFolder(), 'none.sqlite')]);
      expect(commands(status)).toEqual(['context', 'examples', 'list', 'status', 'status-devices']);
      expect(status.filter((url) => /\/node_modules\/(zod|cli-table3)\//.test(url))).toEqual([]);
    });
  });

  it.each([
    [[]],
    [['nonsense']],
    [['sync', '--fast']],
    [['sync', 'extra']],
    [['import', '--days', '0']],
    [['import', '--days', '1.5']],
    [['labs', 'upload']],
    [['sessions', 'revoke']],
    [['sessions', 'nonsense']],
    [['status', '--url', 'localhost']],
  ])('ends with 2 on a wrong command line: %j', async (argv) => {
    const plain = await runHere(argv, {});
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(/^(amy: |Usage: amy )/);
    const machine = await runHere([...argv, '--json'], {});
    expect(machine).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(machine.stderr)).toEqual({ error: { code: 'usage', message: expect.any(String) } });
  });

  it('names what is wrong with an argument as the help names it', async () => {
    const { code, stderr } = await runHere(['export', 'foo'], {});
    expect(code).toBe(2);
    expect(stderr).toContain("amy: 'foo' cannot be <format>. Allowed choices are csv, ");
  });

  it.each([
    ['amy', ['nonsense']],
    ['amy sync', ['sync', '--fast']],
    ['amy labs', ['labs', 'shwo']],
    ['amy labs show', ['labs', 'show']],
    ['amy admin traces', ['admin', 'traces', '--request', '1']],
  ])('sends to the help of %s, which tells more of it, after %j', async (named, argv) => {
    const { stderr } = await runHere(argv, {});
    expect(stderr).toContain(`\n(\`${named} --help\` tells more)\n`);
    expect((await runHere([...named.split(' ').slice(1), '--help'], {})).stdout).toContain(
      `Usage: ${named} `,
    );
  });

  it('runs from where npm installs packages, whose TypeScript Node does not read by itself', async () => {
    const packages = join(temporaryFolder(), 'node_modules');
    for (const part of ['package.json', 'cli/bin', 'cli/src', 'cloud/src', 'cloud/dev/new-enough.js'])
      cpSync(join(ROOT, part), join(packages, 'amy', part), { recursive: true });
    for (const name of Object.keys(manifest.dependencies)) {
      mkdirSync(dirname(join(packages, name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
    }
    expect(await amy(['--version'], { entry: join(packages, 'amy/cli/bin/amy.js') })).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it.skipIf(process.platform === 'win32')('is found under its name by a shell', () => {
    const said = spawnSync('sh', ['-c', 'amy --version'], {
      encoding: 'utf8',
      cwd: '/',
      env: { PATH: [join(ROOT, 'cli/bin'), dirname(process.execPath), process.env.PATH].join(delimiter) },
    });
    expect(said).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('hides only the notice about node:sqlite', async () => {
    const warn = (message: string) =>
      `data:text/javascript,process.nextTick(()=>process.nextTick(()=>process.emitWarning(${JSON.stringify(message)},'ExperimentalWarning')))`;
    const env = { AMY_HOME: temporaryFolder() };
    const sqlite = warn('SQLite is an experimental feature and might change at any time');
    expect((await amy(['status'], { env, nodeOptions: ['--import', sqlite] })).stderr).toBe('');
    const other = await amy(['status'], { env, nodeOptions: ['--import', warn('Something else is new')] });
    expect(other.stderr).toContain('Something else is new');
  });

  it('names both ways to a token where there is none', async () => {
    const env = { AMY_HOME: temporaryFolder() };
    for (const argv of [['sync'], ['import'], ['labs', 'upload', 'report.pdf'], ['whoami'], ['sessions']]) {
      const ended = await runHere(argv, env);
      expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('AMY_TOKEN') });
      expect(ended.stderr).toContain('`amy login`');
    }
    const machine = await runHere(['sync', '--json'], env);
    expect(JSON.parse(machine.stderr)).toEqual({
      error: { code: 'token_missing', message: expect.stringContaining('AMY_TOKEN') },
    });
  });
});
