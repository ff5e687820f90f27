#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doc/code-map.md names every source file, and none that is gone.

set -u
top_srcdir=${top_srcdir:-.}
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

# A list item begins with the files it is about; those in a section called src/… are below that folder.
awk '
	/^## / { folder = $2 ~ /^src\// ? $2 : ""; sub(/:$/, "", folder) }
	/^- `/ {
		rest = substr($0, 3)
		while (match(rest, /^`[^`]*`/)) {
			print folder substr(rest, 2, RLENGTH - 2)
			rest = substr(rest, RLENGTH + 1)
			if (!sub(/^, /, "", rest))
				break
		}
	}' "$top_srcdir/doc/code-map.md" | LC_ALL=C sort >"$scratch/named"
(cd "$top_srcdir" && find src \( -name '*.[ch]' -o -name '*.def' \)) | LC_ALL=C sort >"$scratch/sources"

LC_ALL=C comm -13 "$scratch/named" "$scratch/sources" >"$scratch/missing"
while read -r file; do
	[ -e "$top_srcdir/$file" ] || echo "$file"
done <"$scratch/named" >"$scratch/gone"

echo 1..2
result 1 'every source file is named' "$scratch/missing"
result 2 'every file named is there' "$scratch/gone"
