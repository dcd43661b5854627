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

/** Whether what an error of this code waits for is nobody's to mend. @param {string} code @returns {boolean} */
export function waitsForItsOwner(code) {
  const releasedBy = codeRows().find(({ dataset }) => dataset.code === code)?.dataset.releasedBy;
  return releasedBy === 'connection' || releasedBy === 'upload';
}
