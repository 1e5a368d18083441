#!/bin/sh
# No machine path and no open end in a tracked file; file lengths. Run from the top of the source tree.
bad=0
files=$(git ls-files --cached --others --exclude-standard -- src include scripts tests '*.md' '*.build' 2>/dev/null) || exit 0
say() { [ -z "$2" ] || { echo "$1"; echo "$2"; bad=1; }; }
# The patterns are broken up so that this file does not find itself.
say 'machine paths:' "$(echo "$files" | xargs grep -nE '(^|[^[:alnum:]_./-])/(work|home|tmp|root)[/]' 2>/dev/null | grep -v 'g_get_tmp_dir' | head -5)"
say 'open ends:' "$(echo "$files" | xargs grep -nE '\b(TO''DO|FIX''ME|XX''X)\b' 2>/dev/null | head -5)"
say 'files over 600 lines:' "$(echo "$files" | grep -E '^(src|include)/.*\.[ch]$' | xargs wc -l | awk '$1 > 600 && $2 != "total"')"
exit $bad
