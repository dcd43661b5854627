import { expect, it } from 'vitest';
import { layOut } from './layout.ts';
import { renderTable } from './table.ts';

const PIPE = { width: null, isStyled: false };
const table = renderTable(
  ['file', 'rows', 'note'],
  [
    ['Blut März.pdf', '12', 'read'],
    ['血液.pdf', '3', ''],
    ['a\u001b[2J\nb', '1,234', 'a note that is longer than the others'],
  ],
  ['left', 'right'],
);

it('is one line a row without a box, however long, and no cell is missing', () => {
  expect(layOut(table, PIPE)).toEqual([
    'file            rows  note',
    'Blut März.pdf     12  read',
    '血液.pdf           3  -',
    'a\\x1b[2J\\nb    1,234  a note that is longer than the others',
  ]);
  expect(layOut(table, { width: 80, isStyled: false })).toEqual(layOut(table, PIPE));
});

it('is a block a row where the terminal is narrower, words whole', () => {
  expect(layOut(table, { width: 30, isStyled: false })).toEqual([
    ...['file  Blut März.pdf', 'rows  12', 'note  read', ''],
    ...['file  血液.pdf', 'rows  3', 'note  -', ''],
    ...['file  a\\x1b[2J\\nb', 'rows  1,234', 'note  a note that is longer', '      than the others'],
  ]);
});

it('has bold heads where the page is styled, and nothing else', () => {
  const styled = layOut(table, { width: 80, isStyled: true });
  expect(styled[0]).toBe('\u001b[1mfile            rows  note\u001b[0m');
  expect(styled.slice(1)).toEqual(layOut(table, PIPE).slice(1));
  expect(layOut(table, { width: 30, isStyled: true })[0]).toBe('\u001b[1mfile\u001b[0m  Blut März.pdf');
});

it('breaks lines between words on a terminal alone, and no command', () => {
  const line = '  The data arrives soon; look with `amy import --status i1` and wait.';
  expect(layOut([line], PIPE)).toEqual([line]);
  expect(layOut([line], { width: 40, isStyled: false })).toEqual([
    '  The data arrives soon; look with',
    '  `amy import --status i1` and wait.',
  ]);
  const address = 'https://amy.test/activate?user_code=BCDF-GHJK';
  expect(layOut([address, ''], { width: 20, isStyled: false })).toEqual([address, '']);
});
