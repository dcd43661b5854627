#!/bin/sh
# The digest of one table and month of Amy's local file, made with sqlite3 and sha256sum alone:
#
#     sh verify.sh ~/.amy/data/local/persona.sqlite daily_summary 2026-03
#
# prints the count of rows and their SHA-256, as GET /v1/digest of the server gives them. docs/digest.md tells the form.
set -eu

usage() {
  echo 'usage: verify.sh FILE TABLE [MONTH, as 2026-03]' >&2
  exit 2
}

[ $# -ge 2 ] || usage
file=$1
table=$2
month=${3-}

case $table in
  daily_summary) date=datetime ;;
  activities | sleep_sessions) date=start_time ;;
  biomarkers_raw) date=draw_date ;;
  lab_uploads) date=uploaded_at ;;
  profiles) date="''" ;;
  *) usage ;;
esac
case $month in *[!0-9-]*) usage ;; esac
[ -r "$file" ] || usage

ask() {
  sqlite3 -init /dev/null -batch -readonly -list -noheader -separator , "$file" "$1"
}

hash() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

# Each column as text, in the table's own order; `raw` is no part of it.
columns=$(ask "
  select group_concat('case when ' || name || ' is null then ''-'' else ' ||
    case lower(type)
      when 'text' then 'hex(' || name || ')'
      when 'integer' then 'cast(' || name || ' as text)'
      else 'printf(''%d:%d'', ' || name || ', (' || name || ' - cast(' || name || ' as integer)) * (1 << 62))'
    end || ' end', ', ')
  from (select name, type from pragma_table_info('$table') where name <> 'raw' order by cid)")

# In the order of the primary key.
order=$(ask "
  select coalesce(group_concat(name, ', '), '1')
  from (select name from pragma_table_info('$table') where pk > 0 order by pk)")

of_month="from $table where substr($date, 1, 7) = '$month'"
count=$(ask "select count(*) $of_month")
sum=$(ask "select $columns $of_month order by $order" | hash | cut -d ' ' -f 1)
echo "$count $sum"
