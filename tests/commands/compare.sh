#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ipcviz compare as a shell sees it: everything it prints is there and well-formed, whatever the speed, and nothing of it
# is left, even when it is killed.

ipcviz=$top_builddir/ipcviz
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME="$scratch/state" XDG_CACHE_HOME="$scratch/cache" LC_ALL=C.UTF-8 LANGUAGE=en TMPDIR="$scratch/tmp"
mkdir "$TMPDIR"

count=0
out=$scratch/out err=$scratch/err

# check WHAT COMMAND...: a line of TAP: the command succeeds.
check() {
	what=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		tail -n 30 "$out" | sed 's/^/# out: /'
		head -n 5 "$err" | sed 's/^/# err: /'
	fi
}

says() { grep -q -- "$1" "$out"; }
silent() { [ ! -s "$err" ]; }
ended() { [ $status -eq "$1" ]; }
refused() { [ $status -eq 2 ] && [ ! -s "$out" ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q -- "$1" "$err"; }
failed() { [ $status -eq 1 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q -- "$1" "$err"; }

# try ARGS...: compares, and keeps what it says.
try() {
	timeout 120 "$ipcviz" compare "$@" >"$out" 2>"$err" </dev/null
	status=$?
}

# --- all of it, quickly ---

try --quick --plain --csv "$scratch/csv" --json "$scratch/json"
check 'it comes to its end' ended 0
check 'without complaint' silent
kinds='pipe fifo msg mq shm-semop shm-sem shm-futex shm-spin unix-stream unix-dgram tcp udp'

# Tables of figures: a title, the sizes, then a line for each kind, each with a value or a dash for each size.
tables_whole() {
	awk -v kinds="$kinds" '
		BEGIN { n = split(kinds, kind, " ") }
		/^ +1 +64 +4K +64K +1M$/ { tables++; at = 1; next }
		at > 0 {
			if ($1 != kind[at] || NF != 6) { print "# " $0; bad++ }
			for (i = 2; i <= NF; i++)
				if ($i !~ /^(-|[0-9.]+k?)$/) { print "# " $0; bad++ }
			if (++at > n) at = 0
		}
		END { exit bad > 0 || at > 0 || (tables != 8 && tables != 4) }' "$out"
}
check 'a table for each quantity, a line for each kind' tables_whole
facts_there() {
	for row in 'when used' medium unit direction reach boundaries name 'cleaned up' capacity O_NONBLOCK poll; do
		grep -q "^$row  *[^ ]" "$out" || return 1
	done
}
check 'the table of properties' facts_there
check 'cells name their lessons' says 'direction .*pipe [1-9]'
check 'what is left out is told' says 'udp, 64 KiB – 1 MiB: '
check 'one core and spinning' says 'shm-spin, one core, '

# Every cell's lesson has the step that is to prove it.
steps_there() {
	sed -n 's/^FACT.*, "\([a-z]*\)", "\([a-z]*\)")$/\1 \2/p' "$top_srcdir/src/compare/facts.def" >"$scratch/steps"
	[ "$(wc -l <"$scratch/steps")" -eq 77 ] || return 1
	while read -r lesson step; do
		for file in "$top_srcdir"/data/lessons/*-"$lesson"/lesson.md; do
			[ ! -e "$file" ] || grep -qx "step: $step" "$file" || { echo "# $lesson $step"; return 1; }
		done
	done <"$scratch/steps"
}
check 'every cell has its step' steps_there

# Each figure is in the CSV once: 2 quantities, the cores, 12 kinds, 5 sizes; each has a value or a remark.
csv_whole() {
	python3 - "$scratch/csv" "$scratch/json" <<-'END'
		import csv, json, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="")))
		all = json.load(open(sys.argv[2]))
		cores = len(all["machine"]["cores"])
		assert len(rows) == len(all["figures"]) == 2 * cores * 12 * 5, len(rows)
		assert all["complete"] and all["rounds"] == 1
		for row, figure in zip(rows, all["figures"]):
		    assert (row["kind"], int(row["bytes"])) == (figure["kind"], figure["bytes"])
		    assert (row["median"] != "") == ("median" in figure)
		    assert row["median"] or row["remark"], row
		    if row["median"]:
		        assert float(row["min"]) <= float(row["median"]) <= float(row["max"]), row
		    if row["p99"]:
		        assert float(row["median"]) <= float(row["p99"]) <= float(row["max"]), row
	END
}
if command -v python3 >/dev/null 2>&1; then
	check 'CSV and JSON say the same, and all of it' csv_whole
fi

# --- wrong use, and where it cannot be written ---

try --kinds pipe,nonsense
check 'no such kind' refused nonsense
try --plain --csv -
check 'two things on one output' refused 'standard output'
try one
check 'a word too many' refused one
try --quick --kinds pipe --json -
check 'JSON on standard output, and nothing else' grep -q '^{$' "$out"
if [ -w /dev/full ]; then
	timeout 120 "$ipcviz" compare --quick --kinds pipe >/dev/full 2>"$err" </dev/null
	status=$?
	check 'a full disk' failed 'No space left'
fi
{ timeout 120 "$ipcviz" compare --quick --kinds pipe 2>"$err" </dev/null; echo $? >"$scratch/status"; } | true
status=$(cat "$scratch/status")
check 'a reader who left' failed 'Broken pipe'

# --- nothing stays ---

# System V objects, a line each.
objects() {
	tail -n +2 -q /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm 2>/dev/null | awk '{ print $1, $2, NF }' |
		LC_ALL=C sort
}

# Waits up to 30 s until the command succeeds.
await() {
	patience=300
	until "$@"; do
		patience=$((patience - 1))
		[ $patience -gt 0 ] || return 1
		sleep 0.1
	done
}

no_process() { ! kill -0 "$1" 2>/dev/null; }
# The measurer is nobody's child; it is known by its name and by what it has inherited.
measures() {
	for comm in $(grep -ls '^ipcviz: measure$' /proc/[0-9]*/comm); do
		measurer=${comm#/proc/}
		measurer=${measurer%/comm}
		tr '\0' '\n' 2>/dev/null <"/proc/$measurer/environ" | grep -qx "TMPDIR=$TMPDIR" && return
	done
	return 1
}
# Of the objects that were there when it was killed, and not before, none is.
objects_gone() { objects >"$scratch/after"; ! LC_ALL=C comm -12 "$scratch/new" "$scratch/after" | grep -q .; }
names_gone() { [ -z "$(ls "$TMPDIR")" ] && ! ls /dev/shm /dev/mqueue 2>/dev/null | grep -q "ipcviz-compare-$1"; }

# kill_it SIGNAL TENTHS: kills it after so many tenths of a second of measuring.
kill_it() {
	objects >"$scratch/before"
	"$ipcviz" compare --kinds fifo,msg,mq,shm-semop,shm-sem >"$out" 2>"$err" </dev/null &
	pid=$!
	await measures || return 1
	sleep "0.$2"
	kill "-$1" $pid
	objects >"$scratch/then"
	LC_ALL=C comm -13 "$scratch/before" "$scratch/then" >"$scratch/new"
	wait $pid 2>/dev/null
	await no_process "$measurer" && await objects_gone && await names_gone "$measurer"
}
for tenths in 0 1 2 3 5 7; do
	check "nothing is left after SIGKILL, $tenths" kill_it KILL $tenths
done
check 'nor after SIGTERM' kill_it TERM 2
check 'nor after SIGHUP' kill_it HUP 4

echo "1..$count"
