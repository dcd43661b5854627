import { PAGE_STYLE } from '../../src/pages/style.ts';

/** The page where somebody says who they are. Nobody is asked to prove it: it is for this machine alone. */
export function signInPage(redirectUrl: string, problem: string | null): string {
  const note = problem === null ? '' : `<p id="problem" class="note" role="alert">${escaped(problem)}</p>`;
  const { origin, host } = new URL(redirectUrl);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Amy on ${escaped(host)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header class="frame"><p class="brand"><a href="${escaped(origin)}/">Amy</a> <span>on ${escaped(host)}</span></p></header>
<main>
<h1>Sign in</h1>
<p>This Amy runs on your own machine, for trying it out: it believes whoever you say you are. The demo person is
<code>demo</code>.</p>
${note}
<form method="post" action="/sign-in">
<input type="hidden" name="redirect_url" value="${escaped(redirectUrl)}">
<label for="person">Email or user id</label>
<input id="person" name="person" required autofocus autocomplete="off" spellcheck="false">
<button type="submit" id="sign-in">Sign in</button>
</form>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
