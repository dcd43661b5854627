/** One command of a recipe, and lines that it prints, as the page has them. */
export type RecipeStep = { readonly command: string; readonly prints: readonly string[] };

/** An incident as `docs/operating.md` tells of it. */
export type Recipe = {
  readonly title: string;
  /** How it is found. */
  readonly seen: readonly RecipeStep[];
  /** How it is repaired. */
  readonly toDo: readonly RecipeStep[];
};

const PARTS = ['Seen', 'By itself', 'To do'] as const;

/** The recipes of the chapter "Incidents". Throws where one is not written in the form that all have. */
export function readRecipes(page: string): readonly Recipe[] {
  const chapter = page.split('\n## Incidents\n')[1]?.split('\n## ')[0] ?? '';
  return chapter
    .split('\n### ')
    .slice(1)
    .map((section) => {
      const title = section.split('\n', 1)[0] ?? '';
      const [seen, byItself, toDo] = partsOf(title, section);
      if (stepsIn(byItself).length > 0) throw new Error(`${title}: what happens by itself takes no command`);
      const recipe = { title, seen: stepsIn(seen), toDo: stepsIn(toDo) };
      if (recipe.seen.length === 0 || recipe.toDo.length === 0)
        throw new Error(`${title}: it is found and repaired by commands`);
      for (const { command, prints } of [...recipe.seen, ...recipe.toDo])
        if (/^(amy|curl) /.test(command) && prints.length === 0)
          throw new Error(`${title}: \`${command}\` stands without what it prints`);
      return recipe;
    });
}

function partsOf(title: string, section: string): readonly [string, string, string] {
  const heads = PARTS.map((part) => section.indexOf(`\n**${part}.** `));
  const [seen = -1, byItself = -1, toDo = -1] = heads;
  if (seen < 0 || byItself < seen || toDo < byItself)
    throw new Error(`${title}: it has the parts ${PARTS.join(', ')}, in this order`);
  return [section.slice(seen, byItself), section.slice(byItself, toDo), section.slice(toDo)];
}

function stepsIn(text: string): readonly RecipeStep[] {
  const lines = [...text.matchAll(/\n```sh\n([\s\S]*?)\n```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const steps: { command: string; prints: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('# ')) steps.at(-1)?.prints.push(line.slice(2));
    else steps.push({ command: line, prints: [] });
  }
  return steps;
}

/** The words of a command line: variables are put in, quotes taken off. Throws where a variable is not known. */
export function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => single ?? withVariables(double ?? bare ?? '', variables),
  );
}

/** Whether some line of what was printed is as the page says: `...` stands for anything. */
export function isPrinted(text: string, line: string, variables: Readonly<Record<string, string>>): boolean {
  const pattern = withVariables(line, variables)
    .split('...')
    .map((part) => part.replaceAll(/\s+/g, ' ').replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  const isSame = new RegExp(`^${pattern}$`);
  return text.split('\n').some((printed) => isSame.test(printed.trim().replaceAll(/\s+/g, ' ')));
}

function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`$${name} is not known`);
    return value;
  });
}
