#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doc/code-map.md names every source file, and none that is gone.

set -u
top_srcdir=${top_srcdir:-.}
map=$top_srcdir/doc/code-map.md
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

# result NUMBER NAME FILE: passes when FILE, which lists what is wrong, is empty.
result() {
	if [ -s "$3" ]; then
		echo "not ok $1 - $2"
		sed 's/^/# /' "$3"
	else
		echo "ok $1 - $2"
	fi
}

# Each file has a line of its own in the list of its folder: - `name.c` what it is.
(cd "$top_srcdir" && find src \( -name '*.[ch]' -o -name '*.def' \)) | LC_ALL=C sort | while read -r file; do
	grep -qF -- "- \`$file\`" "$map" || echo "$file"
done >"$scratch/missing"
# shellcheck disable=SC2016 # the backquotes are Markdown's
grep -o '^- `[^`]*`' "$map" | tr -d '`' | cut -c 3- | while read -r file; do
	[ -e "$top_srcdir/$file" ] || echo "$file"
done >"$scratch/gone"

echo 1..2
result 1 'every source file is named' "$scratch/missing"
result 2 'every file named is there' "$scratch/gone"
