// @ts-check

/**
 * The rows of the page's own list of codes: they stand in the template of the health view.
 * @returns {HTMLElement[]}
 */
function codeRows() {
  const template = document.querySelector('#view-health');
  if (!(template instanceof HTMLTemplateElement)) throw new Error('the page has no view-health');
  return [...template.content.querySelectorAll('[data-code]')].filter((row) => row instanceof HTMLElement);
}

/**
 * What an error means, in the sentences of the list: any text that is no other code is an exception's message.
 * @param {string | null} error
 * @param {boolean} isProcessed
 * @returns {string}
 */
export function meaningOf(error, isProcessed) {
  if (error === null) return isProcessed ? 'Its rows are in.' : 'It is on its way.';
  const row = codeRows().find(({ dataset: { code = '', form } }) =>
    form === 'exact' ? error === code : form === 'any' || error.startsWith(`${code}:`),
  );
  if (row === undefined) return '';
  if (isProcessed) return row.dataset.processed ?? textOf(row, 'says');
  return `${textOf(row, 'says')}. ${textOf(row, 'waits')}`;
}

/** Whether what an error of this code waits for is nobody's to mend. @param {string} code @returns {boolean} */
export function waitsForItsOwner(code) {
  const releasedBy = codeRows().find(({ dataset }) => dataset.code === code)?.dataset.releasedBy;
  return releasedBy === 'connection' || releasedBy === 'upload';
}

/** @param {HTMLElement} row @param {'says' | 'waits'} what */
function textOf(row, what) {
  return row.querySelector(`[data-${what}]`)?.textContent ?? '';
}
