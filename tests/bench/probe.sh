#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What watching costs: medians of interleaved rounds, each against its yardstick of the same round.

watch=$top_builddir/tests/process/watch
work=$top_builddir/tests/bench/work
probe=$top_builddir/probe.so
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT

ulimit -Sn 1024 2>/dev/null # the control descriptors lie where they do for most people

median() {
	sort -n | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# figure NAME VALUE BOUND: a line, ok when the value is no larger than the bound
figure() {
	awk -v name="$1" -v value="$2" -v bound="$3" \
		'BEGIN { printf "%s\t%s\t<= %s\t%s\n", name, value, bound, value <= bound ? "ok" : "short" }'
}

# added KIND PROCESSES BOUND: what it costs to tell of a call. Each is two events; the yardstick is one plain write of a
# line, as long as those of this kind are on average, into the same pipe, drained in the same way.
added() {
	"$watch" -o "$directory/lines" "$probe" "$work" $1 1 2000 >/dev/null
	length=$(awk '/ (enter|leave) call=/ { n++; bytes += length($0) + 1 } END { print int(bytes / n) }' \
		"$directory/lines")
	name=
	[ $1 = calls ] || name=" ($1)"
	for round in 1 2 3 4 5 6 7 8 9 10 11; do
		bare=$("$watch" -b "$probe" "$work" $1 $2 100000)
		probed=$("$watch" "$probe" "$work" $1 $2 100000)
		plain=$("$watch" -b "$probe" "$work" lines $2 200000 "$length")
		echo "$bare $probed $plain" | awk '{ print ($2 - $1) / 2 / $3 }'
	done >"$directory/ratios"
	figure "added cost per event$name / one plain pipe write of $length bytes, $2 process(es)" \
		"$(median <"$directory/ratios")" $3
}

added calls 1 1.5
added calls 8 2.0
added msg 1 1.5
added semop 1 1.5
added sem 1 1.5
added mutex 1 1.5

# strace on one core, where it is fastest: every switch between it and the program stays there.
if strace -f -o /dev/null true 2>/dev/null && taskset -c 0 true 2>/dev/null; then
	for round in 1 2 3 4 5; do
		bare=$(taskset -c 0 "$watch" -b "$probe" "$work" calls 1 20000)
		probed=$(taskset -c 0 "$watch" "$probe" "$work" calls 1 20000)
		traced=$(taskset -c 0 strace -f -o "$directory/trace" "$work" calls 1 4000)
		echo "$bare $probed $traced" | awk '{ print ($2 - $1) / ($3 - $1) }'
	done >"$directory/ratios"
	figure 'added cost per call: probe / strace -f, one core' "$(median <"$directory/ratios")" 0.1
else
	printf '%s\t%s\t%s\t%s\n' 'added cost per call: probe / strace -f, one core' 'no strace here' '<= 0.1' short
fi

for processes in 2 8; do
	"$watch" -o "$directory/lines" "$probe" "$work" calls $processes 100000 >/dev/null
	lost=$(awk '/^[0-9]+ [0-9]+ [0-9]+ (enter|leave) call=(read|write) fd=[0-9]+ obj=pipe:[0-9]+ end=[rw] (n|ret)=1 (at=0x[0-9a-f]+|used=[01] cap=[0-9]+ data="x")$/ { n++ }
		END { print 200000 - n }' "$directory/lines")
	figure "$processes flooding processes: lines lost or torn" "$lost" 0
done

# Watched memory: the processor's own loads and stores, each of them told.
if [ "$(uname -m)" = x86_64 ]; then
	for round in 1 2 3 4 5; do
		"$watch" -m shm "$probe" "$work" memory 1 20000 | awk '{ print 1e9 / $1 }'
	done >"$directory/ratios"
	median <"$directory/ratios" | awk '{
		printf "watched accesses a second, 1 process\t%d\t>= 10000\t%s\n", $1, ($1 >= 10000 ? "ok" : "short") }'
fi
