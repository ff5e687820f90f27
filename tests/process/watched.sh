#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs that share memory behave the same with and without a watch on it, and the watch saw their accesses. Each case
# runs bare, and then watched: free, with its gates shut, on a stage (which knows what instructions do), and at other
# levels of optimization and by another compiler on a stage alone. Then the programs of the lessons.

. "$top_srcdir/tests/process/lib.sh"

ulimit -c 0
stage=$top_builddir/tests/cleanup/stagecat

if [ "$(uname -m)" != x86_64 ]; then
	echo '1..0 # SKIP accesses can be watched on x86-64 alone'
	exit 0
fi

# run OUTPUT COMMAND…: output and ending of a command, whose name in the shell's own messages must not differ
run() {
	output=$1
	shift
	("$@" >"$output" 2>&1 3>"$work/stage" </dev/null) 2>/dev/null
	echo "ended: $?" >>"$output"
}

# same NAME MANY: after both runs; so many accesses at least must have been told
same() {
	told=$(grep -Ec ' leave call=(load|store|update) ' "$work/lines")
	if ! cmp -s "$work/bare" "$work/probed"; then
		fail "$1: not as in a bare run" "$(diff "$work/bare" "$work/probed")"
	elif [ "$told" -lt "$2" ]; then
		fail "$1: only $told accesses were told"
	else
		pass "$1"
	fi
}

on_stage() {
	run "$work/probed" "$stage" -p "$probe" -t -m shm "$@"
	cp "$work/stage" "$work/lines"
}

# Without the stage nobody says what instructions do.
check_case() {
	run "$work/bare" "$child" "$1"
	run "$work/probed" "$watch" -m shm -o "$work/lines" "$probe" "$child" "$1"
	same "$1 (free)" 1
	run "$work/probed" "$watch" -g -m shm -o "$work/lines" "$probe" "$child" "$1"
	same "$1 (gates shut)" 1
	on_stage "$child" "$1"
	same "$1 (stage)" 1
}

child=$top_builddir/tests/process/watched_child
for name in $("$child"); do
	check_case "$name"
done

for build in 'gcc -O0' 'gcc -O2' 'clang -O0' 'clang -O2'; do
	child=$work/child
	if ! command -v "${build%% *}" >/dev/null; then
		pass "$build # SKIP no such compiler"
		continue
	fi
	# shellcheck disable=SC2086 # a command and its options
	if ! $build -w -D_GNU_SOURCE -o "$child" "$top_srcdir/tests/process/watched_child.c" -lpthread 2>"$work/said"; then
		fail "$build" "$(cat "$work/said")"
		continue
	fi
	for name in $("$child"); do
		run "$work/bare" "$child" "$name"
		on_stage "$child" "$name"
		same "$name ($build)" 1
	done
done

# What was told is what was done: a thousand rounds of load and store, in order, and the last value.
child=$top_builddir/tests/process/watched_child
on_stage "$child" rounds
if awk '/ leave call=(load|store) .* off=0 / {
		for (i = 1; i <= NF; i++) { split($i, part, "="); field[part[1]] = part[2] }
		n++
		if (field["n"] != 4) bad = bad " size " $0
		if (field["call"] != (n % 2 ? "load" : "store")) bad = bad " order " $0
		if (n % 2 == 0 && (field["old"] != n / 2 - 1 || field["value"] != n / 2)) bad = bad " value " $0
	}
	END { exit n != 2000 || bad != "" }' "$work/lines"; then
	pass 'each of a thousand rounds is told'
else
	fail 'each of a thousand rounds is told' "$(grep -E 'call=(load|store)' "$work/lines" | head -n 20)"
fi

# Programs of the lessons, several beside each other; each prints whole lines, in any order.
lessons=$top_builddir/data/lessons
name=/ipcviz-watched-$$
check_lesson() {
	title=$1 many=$2
	shift 2
	(cd "$work" && run "$work/bare" "$@")
	rm -f /dev/shm"$name"* /dev/shm/sem."${name#/}"*
	(cd "$work" && run "$work/probed" "$stage" -p "$probe" -t -m shm "$@")
	cp "$work/stage" "$work/lines"
	rm -f /dev/shm"$name"* /dev/shm/sem."${name#/}"*
	for output in bare probed; do
		sort "$work/$output" >"$work/sorted" && mv "$work/sorted" "$work/$output"
	done
	same "$title" "$many"
}
lessons=$(cd "$lessons" && pwd)
case $probe in /*) ;; *) probe=$PWD/$probe ;; esac
case $stage in /*) ;; *) stage=$PWD/$stage ;; esac
check_lesson family 4 "$lessons/10-shm/family"
check_lesson bus 0 "$lessons/10-shm/bus" "$name"
check_lesson many 2000 "$lessons/12-semaphore/many" guard
check_lesson buffer 8 sh -c '"$0/producer" "$1" A 8 & "$0/consumer" "$1" 8; wait' "$lessons/13-buffer" "$name"
check_lesson locks 0 sh -c '"$0/locks" "$1a" "$1b"; "$0/locks" "$1a" "$1b"' "$lessons/14-deadlock" "$name"
finish
