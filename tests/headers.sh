#!/bin/sh
# Every public header compiles alone, without a warning. Run from the top of the source tree.
bad=0
for header in include/thuso/*.h; do
    name=thuso/$(basename "$header")
    printf '#include <%s>\n' "$name" |
        ${CC:-cc} -std=gnu11 -Wall -Wextra -Wconversion -Wstrict-prototypes -Werror -fsyntax-only -Iinclude $(pkg-config --cflags glib-2.0) -xc - ||
        { echo "does not compile alone: $name"; bad=1; }
done
exit $bad
