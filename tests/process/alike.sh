#!/bin/sh
# SPDX-License-Identifier: MIT
#
# However a call is told, it is told alike: with an open gate read and write take a short way of their own, with a shut
# one the way of all calls. The same program tells the same both ways, but for times, ids and addresses.

. "$top_srcdir/tests/process/lib.sh"

# what is told with these options of watch
told() {
	"$watch" "$@" -o "$work/lines" "$probe" "$top_builddir/tests/process/hostile_io" payloads >/dev/null
	sed -E -e '/^[0-9]+ [0-9]+ [0-9]+ reach /d' -e 's/^[0-9]+ [0-9]+ [0-9]+ //' \
		-e 's/ obj=(pipe|socket):[0-9]+/ obj=\1:N/' -e 's/ at=0x[0-9a-f]+/ at=X/' -e 's/ ppid=[0-9]+/ ppid=N/' "$work/lines"
}

told >"$work/short"
told -g >"$work/long"
if [ "$(grep -c 'call=write' "$work/short")" -lt 250 ]; then
	fail 'the short way and the long tell alike' 'too little was told'
elif cmp -s "$work/short" "$work/long"; then
	pass 'the short way and the long tell alike'
else
	fail 'the short way and the long tell alike' "$(diff "$work/short" "$work/long" | head -n 20)"
fi
finish
