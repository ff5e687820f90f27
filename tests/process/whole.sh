#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two and eight processes send lines as fast as they can: none is lost, torn or mixed, and each process's own come in
# the order in which it made its calls.

. "$top_srcdir/tests/process/lib.sh"

work_program=$top_builddir/tests/bench/work

for processes in 2 8; do
	calls=40000
	"$watch" -o "$work/lines" "$probe" "$work_program" calls $processes $calls >/dev/null
	if [ "$(torn "$work/lines")" != 0 ]; then
		fail "$processes processes: torn lines"
	else
		pass "$processes processes: no line is torn"
	fi
	# Each worker is one process: its enters and leaves alternate, write before read.
	verdict=$(awk '
		/ (enter|leave) call=(write|read) / {
			split($0, word, " ")
			step = word[4] " " word[5]
			if (word[2] in after && step != after[word[2]])
				disorder++
			after[word[2]] = next_step[step]
			count++
		}
		BEGIN {
			next_step["enter call=write"] = "leave call=write"
			next_step["leave call=write"] = "enter call=read"
			next_step["enter call=read"] = "leave call=read"
			next_step["leave call=read"] = "enter call=write"
		}
		END { print count + 0, disorder + 0 }' "$work/lines")
	if [ "$verdict" = "$((calls * 2)) 0" ]; then
		pass "$processes processes: every line came, in order"
	else
		fail "$processes processes: lines and disorders are $verdict, not $((calls * 2)) 0"
	fi
done
finish
