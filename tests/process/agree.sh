#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The probe's events and what strace saw of the same run agree one to one, for read, write, pipe, close, fork, execve,
# wait4 and their kin: for the hostile programs, a shell with a pipeline, and the lessons' programs. See agree.awk.

. "$top_srcdir/tests/process/lib.sh"

if ! strace -f -o /dev/null true 2>/dev/null; then
	echo '1..0 # SKIP strace is not installed, or ptrace is not allowed here'
	exit 0
fi

ulimit -Sn 256
ulimit -c 0
LC_ALL=C
export LC_ALL

place=.
apart= # what the run stands behind
agree() {
	title=$1
	shift
	rm -rf "$work/traces"
	mkdir "$work/traces"
	(cd "$place" && exec timeout 20 $apart strace -ff -s 600 -o "$work/traces/t" \
		"$watch" -o "$work/lines" "$probe" timeout 2 "$@") >/dev/null 2>&1 </dev/null
	agreed=0
	: >"$work/complaints"
	for trace in "$work"/traces/t.*; do
		grep -q '^memfd_create(' "$trace" && continue # watch itself
		awk -f "$top_srcdir/tests/process/agree.awk" "$trace" >"$work/verdict"
		agreed=$((agreed + $(tail -n 1 "$work/verdict")))
		sed '$d' "$work/verdict" >>"$work/complaints"
	done
	if [ -s "$work/complaints" ]; then
		fail "$title" "$(head -n 20 "$work/complaints")"
	elif [ $agreed = 0 ]; then
		fail "$title: nothing was told"
	else
		pass "$title ($agreed calls)"
	fi
}

# Of the hostile ones those are left out that make calls past the wrappers or in a busy loop, read files through stdio, or
# make the probe or the loader make some of their own.
for program in fd exec io fifo msg mq memory sem posix_sem lock tcp udp unix stack; do
	program=$top_builddir/tests/process/hostile_$program
	for name in $("$program" -l | cut -f 1); do
		case $name in
		raw_* | takeover_* | dup2_onto_raised | outlive | bomb | shell | fifo_numbers | *cancelled | contended | conditions) ;;
		*) agree "$name" "$program" "$name" ;;
		esac
	done
done
agree 'a pipeline' sh -c 'echo one two | cat | wc -w; (exit 3); echo $?'
agree 'a loop' sh -c 'for i in 1 2 3; do echo $i; done | while read n; do /bin/echo got $n; done'

# The lessons' programs leave objects behind, which ipcviz removes after a run. Here they have a directory and a world of
# their own.
build=$(cd "$top_builddir" && pwd)
watch=$build/tests/process/watch
probe=$build/probe.so
place=$work/place
mkdir "$place"
echo 'mount -t tmpfs none /dev/shm && exec "$@"' >"$work/apart"
apart="unshare -r -i -m sh $work/apart"
if ! $apart true 2>/dev/null; then
	pass 'the programs of the lessons # SKIP no namespaces here'
	finish
	exit 0
fi
for program in "$build"/data/lessons/*/*; do
	if [ -x "$program" ] && [ ! -d "$program" ]; then
		agree "lesson program ${program##*/}" "$program"
	fi
done
finish
