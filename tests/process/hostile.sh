#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Hostile programs behave the same bare and under the probe, and the probe saw what they did. Each case runs bare, and
# then watched in three ways: free, with its gates shut, and with nobody listening.
# Compared: what it printed, its exit status or signal. Checked: every line is whole, and one is the expected one.

. "$top_srcdir/tests/process/lib.sh"

ulimit -Sn 256 # the control descriptors then lie at 256 and above, where the hard limit allows it
ulimit -c 0

# run OUTPUT COMMAND…: output and ending of a command, whose name in the shell's own messages must not differ
run() {
	output=$1
	shift
	("$@" >"$output" 2>&1 </dev/null) 2>/dev/null
	echo "ended: $?" >>"$output"
}

check_case() {
	program=$1 name=$2 match=$3
	run "$work/bare" "$program" "$name"
	for way in free -g -q; do
		option=$way
		[ $way = free ] && option=
		run "$work/probed" "$watch" $option -o "$work/lines" "$probe" "$program" "$name"
		[ "$name" = outlive ] && wait_for 'grep -q outlived "$work/probed"' && 
			sed -i '/^ended/d' "$work/bare" "$work/probed"
		if ! cmp -s "$work/bare" "$work/probed"; then
			fail "$name ($way): not as in a bare run" "$(diff "$work/bare" "$work/probed")"
		elif [ $way = -q ] && [ -s "$work/lines" ]; then
			fail "$name ($way): spoke to nobody"
		elif [ $way != -q ] && [ "$(torn "$work/lines")" != 0 ]; then
			fail "$name ($way): torn lines" "$(torn_lines "$work/lines")"
		elif [ $way != -q ] && [ -n "$match" ] && ! grep -Eq -- "$match" "$work/lines"; then
			fail "$name ($way): no line matches $match" "$(tail -n 20 "$work/lines")"
		else
			pass "$name ($way)"
		fi
	done
}

for program in fd exec io fortify fifo msg mq memory sem posix_sem lock tcp udp unix stack; do
	program=$top_builddir/tests/process/hostile_$program
	"$program" -l >"$work/cases"
	while IFS='	' read -r name match; do
		check_case "$program" "$name" "$match"
	done <"$work/cases"
done
finish
