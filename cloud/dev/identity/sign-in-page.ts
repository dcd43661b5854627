/** The page where somebody says who they are. Nobody is asked to prove it: it is for this machine alone. */
export function signInPage(redirectUrl: string, problem: string | null): string {
  const note = problem === null ? '' : `<p id="problem" role="alert">${escaped(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (local)</title>
<h1>Sign in (local)</h1>
<p>The local stack believes whoever you say you are.</p>
${note}
<form method="post" action="/sign-in">
<input type="hidden" name="redirect_url" value="${escaped(redirectUrl)}">
<label for="person">Email or user id</label>
<input id="person" name="person" required autofocus autocomplete="off" spellcheck="false">
<button type="submit" id="sign-in">Sign in</button>
</form>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
