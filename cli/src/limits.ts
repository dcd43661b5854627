/** Every number of the CLI, with its unit in its name. */

/** Until an answer of the API begins. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Between two pieces of an answer that has begun: a long one may take its time as long as it goes on. */
export const PIECE_TIMEOUT_MS = 10_000;
/** Before a connect page is answered, or the end of a connection, Terra is asked, which has 20 s. */
export const TERRA_TIMEOUT_MS = 30_000;
/** After so long without an answer the person is told that it is waited for. */
export const WAITING_TOLD_AFTER_MS = 3_000;
/** Before it answers a digest, the server reads all of a person's rows. */
export const DIGEST_TIMEOUT_MS = 60_000;
/** An upload is forwarded to Terra before it is answered. */
export const UPLOAD_TIMEOUT_MS = 120_000;
/** An erasure asks Terra before it is answered, and may have much to delete. */
export const ERASURE_TIMEOUT_MS = 120_000;

/** `amy status` tells of the file, and waits for the server no longer than this. */
export const STATUS_TIMEOUT_MS = 3_000;

/** `amy doctor` waits no longer than this for a server that should answer at once. */
export const HEALTH_TIMEOUT_MS = 5_000;
/** Nor for a file that another process writes. */
export const DOCTOR_BUSY_TIMEOUT_MS = 500;
/** A clock that is off by more than this ends tokens and dates a sync wrongly. */
export const CLOCK_OFF_MAX_MS = 60_000;
/** A first sync of some years and its journal. */
export const DISK_FREE_LEAST_BYTES = 200_000_000;
export const SYNC_AGE_MAX_DAYS = 7;
export const VERIFY_AGE_MAX_DAYS = 60;

/** Signatures of one kind refused in an hour that `amy admin stats --check` lets pass: anybody can send some. */
export const REJECTED_SIGNATURES_PASSED = 2;
/** Connections that fall silent in one day before `amy admin stats --check` calls it an incident. */
export const SILENT_CONNECTIONS_PASSED = 5;
/** Of so many attempts at events an hour, this share may fail. */
export const ATTEMPTS_JUDGED = 20;
export const FAILED_SHARE_PASSED = 0.1;
/** The consumer takes an event within seconds; one that is older stands still. */
export const BACKLOG_AGE_MAX_MS = 15 * 60 * 1_000;
/** Since a cron last began, so long that the platform has left out one run and more. */
export const CRON_LATE_AFTER_MS: Readonly<Record<string, number>> = {
  '*/5 * * * *': 15 * 60 * 1_000,
  '0 */6 * * *': 13 * 60 * 60 * 1_000,
  '30 3 * * *': 26 * 60 * 60 * 1_000,
};
/** D1 ends at ten. */
export const DATABASE_BYTES_PASSED = 9_000_000_000;

/** Pages of one list or sync: 50 million rows. Whoever announces more does not mean it. */
export const PAGES_MAX = 10_000;

/** Events of an archive that are written together: a process that is killed has to fetch no more than these again. */
export const ARCHIVE_BATCH_EVENTS = 50;
export const ARCHIVE_BATCH_CHARS = 8_000_000;
/** Samples read from an archive that are held before they are written: some 100 MB. */
export const SAMPLES_HELD_MAX = 500_000;
/** What the server answers a person in a minute. */
export const PERSON_REQUESTS_A_MINUTE = 120;
/** Ids named of events whose bodies are not what the list says. */
export const MISMATCHES_NAMED = 5;

/** Dates named to whoever asks for a result of a date that has none. */
export const LAB_DATES_NAMED = 5;

/** What takes longer tells that it goes on. */
export const TOLD_AFTER_MS = 1_000;

/** Rows that `amy query` shows unless it is told how many. */
export const QUERY_ROWS_SHOWN = 100;
export const QUERY_TIMEOUT_S = 30;
/** What a timer can wait for. */
export const QUERY_TIMEOUT_S_MAX = 86_400;
/** The process of a query that nobody waits for any more ends itself so long after its time is over. */
export const QUERY_ENDED_LATE_MS = 2_000;

/** Rows of a table that are copied between two turns for Ctrl-C: a tenth of a second. */
export const COPIED_ROWS_AT_ONCE = 50_000;
/** Of a mirror that is copied, pages of 4 KB between two turns of what else goes on. */
export const COPIED_PAGES_AT_ONCE = 4_000;

/** A copy that is older is read by nobody any more. */
export const COPY_READ_MAX_MS = 24 * 60 * 60 * 1_000;

/** A process that was told to end has so long to do it by itself. */
export const INTERRUPT_GRACE_MS = 50;

/** How often a verification begins anew where the server moves on meanwhile. */
export const VERIFY_TRIES = 3;

/** How often a request is sent again after 429 or 503 with Retry-After. */
export const RETRIES_MAX = 5;
/** Longer than this nobody waits at a prompt: the error says when to come back instead. */
export const RETRY_AFTER_MAX_S = 60;

/** Added to the interval of a device login each time the server asks to slow down (RFC 8628, 3.5). */
export const SLOW_DOWN_S = 5;
/** A stored token with less left than this is renewed by the next command that asks the server. */
export const RENEWED_WITH_LEFT_MS = 7 * 24 * 60 * 60 * 1_000;
/** The command waits no longer than this for a renewal: the token it has still does. */
export const RENEWAL_TIMEOUT_MS = 10_000;

/** How long another process may hold the database file before we give up. */
export const DATABASE_BUSY_TIMEOUT_MS = 5_000;
/** Between two looks whether a reader of an earlier state has finished. */
export const LOG_POLL_MS = 50;

export const PROGRESS_BAR_CELLS = 20;
/** Sooner, no rate means anything. */
export const RATE_AFTER_MS = 1_000;

/** While a mirror follows the server: between two looks. A look without news is one request of the 120 a minute. */
export const WATCH_EVERY_S = 60;
export const WATCH_EVERY_LEAST_S = 5;
export const WATCH_EVERY_MOST_S = 86_400;
/** A server that is away is looked for twice as late each time, but no later than this. */
export const WATCH_AWAY_MAX_MS = 15 * 60 * 1_000;
/** After so long a stored sign-in is looked at again, so that one near its end is renewed. */
export const WATCH_ACCESS_MAX_MS = 24 * 60 * 60 * 1_000;
/** Of a command with its arguments in a list of commands. */
export const HELP_TERM_CELLS_MAX = 28;

/** While somebody waits for an import: between two questions. */
export const IMPORT_POLL_MS = 2_000;
/** Questions in a row that may fail before the waiting is given up. */
export const IMPORT_POLL_FAILURES_MAX = 5;
/** Where no terminal shows how an import stands, a line so often. */
export const IMPORT_LINE_EVERY_MS = 10_000;
/** Sooner, or with less done, nothing can be said about how long it takes yet. */
export const ESTIMATE_AFTER_MS = 10_000;
export const ESTIMATE_SHARE_LEAST = 0.05;
/** While somebody connects a device: between two looks. */
export const CONNECT_POLL_MS = 3_000;

/** Rows of a list that an operator is shown unless they say how many. */
export const OPERATOR_ROWS_SHOWN = 50;
/** What the server gives of each list in one page. */
export const DLQ_PAGE_ROWS = 50;
export const SEARCH_PAGE_ROWS = 100;
export const TRACE_PAGE_ROWS = 500;
export const SILENCE_PAGE_ROWS = 100;
/** While a rebuild is waited for: between two questions. */
export const REBUILD_POLL_MS = 500;
/** Events that `amy archive --yes` erases unasked though they are more than half of what is here. */
export const GONE_UNASKED = 20;

/** What one answer of `amy mcp` holds at most, as UTF-8: a client pays for every one of them. */
export const MCP_ANSWER_BYTES_MAX = 48_000;
/** Rows of one page of an answer, where the client asks for no other number, and at most. */
export const MCP_PAGE_ROWS = 50;
export const MCP_PAGE_ROWS_MAX = 500;
/** Days of one question. */
export const MCP_RANGE_DAYS_MAX = 3_660;
/** Days, changes and the like that are named one by one in an answer. */
export const MCP_NAMED_MAX = 20;
export const MCP_SQL_TIMEOUT_MS = 10_000;
export const MCP_SQL_CHARS_MAX = 20_000;
/** Columns that one question about a day may name. */
export const MCP_COLUMNS_MAX = 20;
/** Of an answer, for what is said of its page. */
export const MCP_PAGE_WORDS_BYTES = 400;
/** Characters of one text in a row. */
export const MCP_CELL_CHARS_MAX = 2_000;
/** Samples that are read for one answer. */
export const MCP_SAMPLES_MAX = 100_000;
/** The log of what clients read: one file, all files together, and how long they are kept. */
export const MCP_LOG_FILE_BYTES = 1_000_000;
export const MCP_LOG_BYTES_MAX = 5_000_000;
export const MCP_LOG_DAYS = 90;
/** Of the arguments and of the name that a client gives, in the log. */
export const MCP_LOG_CHARS_MAX = 2_000;
export const MCP_LOG_LINES_SHOWN = 50;
/** Days that `amy report` shows unless it is told how many, and the fewest and the most that it can be told. */
export const REPORT_DAYS = 90;
/** Days of which a reader may see the charts of a longer report. */
export const REPORT_RANGES: readonly number[] = [7, 30, 90, 365];
export const REPORT_DAYS_LEAST = 7;
export const REPORT_DAYS_MOST = 3_650;
/** What is usual for a person is taken from so many days before a day, of which so many must be known. */
export const BASELINE_DAYS = 60;
export const BASELINE_KNOWN_MIN = 14;
/** A report of more days than this shows weeks: a phone has no room for more points. */
export const REPORT_DAYS_DRAWN = 400;
/** Places on the axis of a small chart of labs, over however many years. */
export const LAB_PLACES = 120;
/** Sleep debt is counted over so many nights, of which so many must be known. */
export const DEBT_NIGHTS = 14;
export const DEBT_NIGHTS_KNOWN_MIN = 10;
/** Before and after a blood draw. */
export const DRAW_DAYS = 30;
/** Blood draws that are shown with the days around them, the latest first. */
export const DRAWS_SHOWN = 12;
/** Workouts that are listed one by one, the latest first. */
export const WORKOUTS_LISTED = 200;
/** A last value that is older than this is told as old. */
export const LATEST_AGE_MAX_DAYS = 7;
/** Characters of an export that are held before they are written. */
export const EXPORT_BUFFER_CHARS = 1_000_000;
export const EXPORT_DAYS_MOST = 36_500;
/** Rows of one group of a Parquet file, held until it is written. */
export const EXPORT_ROW_GROUP = 20_000;
/** Rows of an export between two turns of Ctrl-C: some 20 ms. */
export const EXPORT_ROWS_AT_ONCE = 500;
/** Of a file that is packed: so much between two turns of Ctrl-C. */
export const ZIP_PIECE_BYTES = 256_000;
