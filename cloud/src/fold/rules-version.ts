/**
 * The version of the rules by which events become rows: all that `normalize/` and `fold/` do. Rows and people carry the
 * version that made them (migration 0021), and everybody whose version is older is rebuilt in the background.
 *
 * Raise it by one in the commit that makes a stored event give another row than before: a path, a unit, a range, a
 * precedence, a new column, another key. Raise it too when a version that was rolled back is brought out again: what
 * the older Worker wrote in between is under this version's number. A change that gives the same rows leaves it alone.
 */
export const RULES_VERSION = 2;
