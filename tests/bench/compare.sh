#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Are the figures of `ipcviz compare` right? Each medium's round trip of a byte against talk.c, which shares no code with
# it, and the pipe against `perf bench sched pipe` too: medians of ratios, measured by turns on the same core. On two cores
# the moods of the machine are larger than any difference, so there the pipe and spinning stand for all.

ipcviz=$top_builddir/ipcviz
talk=$top_builddir/tests/bench/talk
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT

# The cores that compare uses, as it says itself.
"$ipcviz" compare --quick --kinds pipe --json "$directory/json" >/dev/null || exit 1
cpus=$(sed -n '/"cores": \[/,/\]/p' "$directory/json" | tr -cd '0-9\n' | grep .)
first=$(echo "$cpus" | head -n 1)
second=$(echo "$cpus" | sed -n 2p)

median() {
	sort -n | awk '{ v[NR] = $1 } END { if (NR > 0) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# figure NAME RATIO: within a tenth of each other?
figure() {
	awk -v name="$1" -v value="$2" 'BEGIN {
		printf("%s\t%.2f\t0.9 to 1.1\t%s\n", name, value, value < 0.9 || value > 1.1 ? "short" : "ok") }'
}

# ours KIND CORES: ns for a byte there and back
ours() {
	"$ipcviz" compare --quick --kinds "$1" --csv - |
		awk -F '","' -v cores="$2" '$1 == "\"round trip" && $2 == cores && $4 == 1 { print $6 }'
}

# against NAME KIND CORES COMMAND...: the command prints ns, too
against() {
	name=$1 kind=$2 cores=$3
	shift 3
	for round in 1 2 3 4 5 6 7; do
		echo "$(ours "$kind" "$cores") $("$@")"
	done | awk 'NF == 2 && $2 > 0 { print $1 / $2 }' >"$directory/ratios"
	[ -s "$directory/ratios" ] || return
	figure "compare $kind on $cores core(s) / $name" "$(median <"$directory/ratios")"
}

# perf tells the mean of a whole run, start included, in which whoever else wants the core shows: long runs then, and the
# fastest of a few.
perf_pipe() {
	for run in 1 2 3 4 5; do
		taskset -c "$first" perf bench sched pipe -l 50000 2>/dev/null | awk '/usecs\/op/ { print $1 * 1000 }'
	done | sort -n | head -n 1
}
if perf bench sched pipe -l 10 >/dev/null 2>&1 && taskset -c "$first" true 2>/dev/null; then
	against 'perf bench sched pipe' pipe 1 perf_pipe
else
	printf '%s\t%s\t%s\t%s\n' 'compare pipe on 1 core / perf bench sched pipe' 'no perf here' '0.9 to 1.1' short
fi
for pair in pipe:pipe fifo:fifo msg:msg mq:mq shm-semop:semop shm-sem:sem shm-futex:futex unix-stream:stream \
	unix-dgram:dgram tcp:tcp udp:udp; do
	against 'a program of other code' "${pair%:*}" 1 "$talk" "${pair#*:}" "$first" "$first"
done
if [ -n "$second" ]; then
	against 'a program of other code' pipe 2 "$talk" pipe "$first" "$second"
	against 'a program of other code' shm-spin 2 "$talk" spin "$first" "$second"
fi
