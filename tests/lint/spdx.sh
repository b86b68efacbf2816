#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every file that can say its licence says it, on its first line or below the "#!".
set -uo pipefail
. "$(dirname "$0")/tree.sh"

while read -r file; do
    head -n2 "$file" | grep -qF 'SPDX-License-Identifier: LGPL-2.1-or-later' ||
        wrong "$file:1" "no SPDX-License-Identifier"
done < <(
    files -name '*.cc' -o -name '*.h' -o -name '*.c' -o -name '*.S' -o -name '*.py' -o -name '*.sh' -o -name 'meson.build' \
        -o -name 'meson_options.txt' -o -name '*.spec' -o -name '*.[1-8]' -o -name '.clang-*' -o -name '.editorconfig' \
        -o -path './units/*' -o -perm -u+x
)
finish
