/** What somebody would send who pasted a line into a shell. */
export type Pasted = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly form: string | undefined;
};

/** The words of a line as a shell has them: quotes, variables in double quotes, line ends behind a backslash. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  const whole = line.replaceAll('\\\n', ' ');
  return [...whole.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, plain, filled, escaped) =>
        plain ?? escaped ?? filled.replace(/\$(\w+)/g, (_all: string, name: string) => variables[name] ?? ''),
    ),
  );
}

/** Understands what curl(1) understands of these lines; throws at every other word. */
export function pasted(line: string, variables: Readonly<Record<string, string>>): Pasted {
  const [program, ...words] = wordsOf(line, variables);
  if (program !== 'curl') throw new Error(`${line} is no curl`);
  const rest = [...words];
  const value = () => {
    const next = rest.shift();
    if (next === undefined) throw new Error(`${line} ends early`);
    return next;
  };
  const pairs: string[] = [];
  const headers = new Headers();
  let [method, url, body, form]: [string?, string?, string?, string?] = [];
  let isGet = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '-OJ') continue;
    else if (word === '-G') isGet = true;
    else if (word === '-X') method = value();
    else if (word === '-d') body = value();
    else if (word === '-F') form = value();
    else if (word === '--data-urlencode') pairs.push(value());
    else if (word === '-H') {
      const [name = '', ...said] = value().split(': ');
      headers.append(name, said.join(': '));
    } else if (word.startsWith('-') || url !== undefined) throw new Error(`curl ${word}: not understood`);
    else url = word;
  }
  if (pairs.length > 0 !== isGet) throw new Error(`${line} would send its query as a body`);
  const address = new URL(url ?? '');
  for (const pair of pairs) {
    const [name = '', ...said] = pair.split('=');
    address.searchParams.append(name, said.join('='));
  }
  const sends = body !== undefined || form !== undefined;
  return { method: method ?? (sends ? 'POST' : 'GET'), url: address, headers, body, form };
}
