import { mutants } from './mutant.ts';

const PAGES = 'sync-pages.test.ts';

/** What a sync costs, and that nobody loses by it. */
export const SYNC_MUTANTS = [
  ...mutants('sync', [
    [
      'a page reads the rows that it sends, and no others',
      'store/change-feed.ts',
      `and \${moment} > ?2
order by _position_at`,
      `and +\${moment} > ?2
order by _position_at`,
      PAGES,
    ],
    [
      'of many rows of one moment the next page goes on where the last ended',
      'store/change-feed.ts',
      `and \${moment} = ?2 and rowid > ?3`,
      `and \${moment} = ?2 and rowid >= ?3`,
      PAGES,
    ],
  ]),
];
