#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two and eight processes send lines as fast as they can: none is lost, torn or mixed, and each process's own come in
# the order in which it made its calls. So it is too when the pipe is full all the time, and they have to wait.

. "$top_srcdir/tests/process/lib.sh"

work_program=$top_builddir/tests/bench/work

# whole NAME PROCESSES CALLS [OPTION]
whole() {
	name=$1 processes=$2 calls=$3
	"$watch" ${4-} -o "$work/lines" "$probe" "$work_program" calls $processes $calls >/dev/null
	if [ "$(torn "$work/lines")" != 0 ]; then
		fail "$name: torn lines"
	else
		pass "$name: no line is torn"
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
		pass "$name: every line came, in order"
	else
		fail "$name: lines and disorders are $verdict, not $((calls * 2)) 0"
	fi
}

whole '2 processes' 2 40000
whole '8 processes' 8 40000
whole '1 process, full pipe' 1 8000 -s
whole '8 processes, full pipe' 8 8000 -s
finish
