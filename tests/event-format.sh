#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doc/event-format.md tells of every word, field and call that there is, and of no field that is gone.

set -u
top_srcdir=${top_srcdir:-.}
document=$top_srcdir/doc/event-format.md
number=0

# check NAME MACRO FILE: the first argument of each MACRO(…) in FILE is in the document, in backquotes.
check() {
	number=$((number + 1))
	words=$(sed -n "s/^$2(\([A-Za-z0-9_]*\),.*/\1/p" "$top_srcdir/src/event/$3")
	missing=
	for word in $words; do
		[ "$word" = unknown ] || grep -q "\`$word\`" "$document" || missing="$missing $word"
	done
	if [ -z "$words" ] || [ -n "$missing" ]; then
		echo "not ok $number - $1"
		echo "# missing:$missing"
	else
		echo "ok $number - $1"
	fi
}

echo 1..5
check "every word" WHAT event.def
check "every field" FIELD fields.def
check "every call" CALL calls.def

# Rows of the table of fields, with the form that fields.def gives.
sed -n 's/^FIELD(\([a-z0-9]*\), \([A-Z]*\),.*/\1 \2/p' "$top_srcdir/src/event/fields.def" | sort >fields.defined.$$
sed -n 's/^| `\([a-z0-9]*\)` | \(NUMBER\|WORD\|QUOTED\) | .*/\1 \2/p' "$document" | sort >fields.told.$$
if cmp -s fields.defined.$$ fields.told.$$; then
	echo "ok 4 - the fields and their forms are those of fields.def"
else
	echo "not ok 4 - the fields and their forms are those of fields.def"
	diff fields.defined.$$ fields.told.$$ | sed 's/^/# /'
fi
rm -f fields.defined.$$ fields.told.$$

header=$(sed -n 's/^#define EVENT_HEADER "\([^"]*\)".*/\1/p' "$top_srcdir/src/event/event.h")
if [ -n "$header" ] && grep -q "^    $header\$" "$document"; then
	echo "ok 5 - the example begins with this version's first line"
else
	echo "not ok 5 - the example begins with this version's first line"
fi
