#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The commands as a shell sees them: what goes to which stream, and the exit status. Wrong use is 2 with one line on
# standard error; a watched program's streams and status are those that it has without ipcviz.

ipcviz=$top_builddir/ipcviz
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME="$scratch/state" XDG_CACHE_HOME="$scratch/cache" LC_ALL=C.UTF-8 LANGUAGE=en

count=0
out=$scratch/out err=$scratch/err

# try STATUS ARGS...: runs ipcviz and keeps what it says; $status tells how it ended.
try()
{
	wanted=$1
	shift
	timeout 60 "$ipcviz" "$@" >"$out" 2>"$err" </dev/null
	status=$?
}

# check WHAT COMMAND...: a line of TAP: the status was the one wanted and the command succeeds.
check()
{
	what=$1
	shift
	count=$((count + 1))
	if [ "$status" -eq "$wanted" ] && "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		echo "# status $status, wanted $wanted"
		head -n 5 "$out" | sed 's/^/# out: /'
		head -n 5 "$err" | sed 's/^/# err: /'
	fi
}

# One line on standard error that names `$1`, and nothing on standard output.
refused()
{
	[ "$(wc -l <"$err")" -eq 1 ] && [ ! -s "$out" ] && grep -q "^ipcviz: .*$1" "$err"
}

says() { grep -q -- "$1" "$out"; }
silent() { [ ! -s "$err" ]; }

try 0 --help
check 'help names every command and option' says '--no-animation'
try 0 lesson --help
check 'help after a command' says 'ipcviz replay FILE'
try 0 --version
check 'version' says '^ipcviz [0-9]'

try 2 --nonsense
check 'an unknown option' refused -- --nonsense
try 2 nonsense
check 'an unknown command' refused nonsense
try 2 lesson
check 'a lesson without a name' refused 'ipcviz lesson NAME'
try 2 list too many
check 'a word too many' refused too
try 2 lesson nowhere
check 'an unknown lesson' refused nowhere
try 2 lesson blocking --step 99 --plain
check 'a step that the lesson has not' refused 99
try 2 lesson blocking --tempo fast
check 'a tempo that is no number' refused fast
try 2 lesson blocking --theme pink
check 'an unknown theme' refused pink
try 2 lesson blocking --step
check 'an option without its value' refused -- --step
try 2 list --lessons "$scratch/nowhere"
check 'a directory of lessons that is not there' refused nowhere
try 2 replay "$scratch/nowhere"
check 'a recording that is not there' refused nowhere
try 2 replay "$scratch"
check 'a directory as a recording' refused directory
: >"$scratch/empty"
try 2 replay "$scratch/empty"
check 'an empty recording' refused empty
echo hello >"$scratch/foreign"
try 2 replay "$scratch/foreign"
check 'a foreign file' refused foreign

try 0 list
check 'the lessons, one a line' says '^ 3 blocking '
try 0
check 'without a terminal the menu is a list' says 'ipcviz lesson NAME'
try 0 lesson eof --step 2 --plain
check 'nobody to answer: the lesson goes on by itself' says '^Step 2 of'

# recordings
try 0 lesson blocking --plain --auto --record "$scratch/blocking.events"
check 'a lesson is recorded' [ -s "$scratch/blocking.events" ]
try 0 replay --plain "$scratch/blocking.events"
check 'and tells in a replay who was woken by whom' says 'It had slept in this call; writer'
cp "$out" "$scratch/told"
try 0 replay --plain "$scratch/blocking.events" --record "$scratch/again.events"
check 'the recording of a replay is the same' cmp -s "$scratch/blocking.events" "$scratch/again.events"
head -c "$(($(wc -c <"$scratch/blocking.events") / 2))" "$scratch/blocking.events" >"$scratch/cut.events"
try 1 replay --plain "$scratch/cut.events"
check 'a cut one is played as far as it goes' says 'calls'
(
	echo 'ipcviz-events 1'
	echo '1 7 7 sing song="la"'
	echo '2 7 7 born ppid=1 name="a" prog="/a" slot=0 mood=fine'
	echo '3 7 0 died status=0'
) >"$scratch/newer.events"
try 0 replay --plain "$scratch/newer.events"
check 'unknown words and keys are passed over' says 'ends with exit status 0'
echo 'not a line' >>"$scratch/newer.events"
try 1 replay --plain "$scratch/newer.events"
check 'a line that is none is said' says 'newer.events:5: '
try 2 lesson blocking --plain --auto --record "$scratch/no/where"
check 'a recording that cannot be written' refused where
if [ -e /dev/full ]; then
	try 2 lesson blocking --plain --auto --record /dev/full
	check 'a full disk' refused 'No space'
fi

# programs of one's own
try 3 run --plain --output "$scratch/story" -- sh -c 'echo out; echo err >&2; exit 3'
check 'run: the exit status' says '^out$'
check 'run: standard error is the program'"'"'s' [ "$(cat "$err")" = err ]
check 'run: the story goes to a file' grep -q 'exit status 3' "$scratch/story"
try 137 run --plain --output "$scratch/story" -- sh -c 'kill -9 $$'
check 'run: died of a signal' silent
try 0 run --plain -- true
check 'run: the story goes to standard error' grep -q 'exit status 0' "$err"
wanted=0
printf 'one\ntwo\n' | timeout 60 "$ipcviz" run --plain --output "$scratch/story" -- sort -r >"$out" 2>"$err"
status=$?
check 'run: standard input is the program'"'"'s' [ "$(tr '\n' ' ' <"$out")" = 'two one ' ]
try 6 run --plain --output "$scratch/story" -- sh -c 'printf "a b" | { read x y; exit ${#x}${#y}; }'
wanted=11
check 'run: a pipeline' silent
# What the program left is the user's: it stays, and the story's end says how to remove it.
left()
{
	set -- $(cat "$out")
	[ $# -eq 3 ] || return 1
	for line in "ipcrm -q $1" "ipcrm -m $2" "ipcrm -s $3" "rm /dev/mqueue$name" "rm /dev/shm$name" "rm /dev/shm/sem.${name#/}"; do
		grep -q "^    .*$line$" "$scratch/story" || { echo "# no $line"; return 1; }
	done
	[ "$("$top_builddir/tests/unit/object_child" sweep "$name" "$@")" -eq 6 ]
}
name=/ipcviz-test-left-$$
try 0 run --plain --output "$scratch/story" -- "$top_builddir/tests/unit/object_child" leave "$name"
check 'run: objects that it leaves' left
try 2 run --plain -- "$scratch/nowhere"
check 'run: not found' refused nowhere
try 2 run --plain -- "$scratch"
check 'run: a directory' refused "$(basename "$scratch")"
cp /bin/true "$scratch/unexecutable" && chmod 644 "$scratch/unexecutable"
try 2 run --plain -- "$scratch/unexecutable"
check 'run: not executable' refused unexecutable
echo 'int main(void) { return 0; }' >"$scratch/still.c"
if ${CC:-cc} -static -o "$scratch/still" "$scratch/still.c" 2>/dev/null; then
	try 2 run --plain -- "$scratch/still"
	check 'run: static' refused static
fi
try 2 run
check 'run: nothing to run' refused PROGRAM

# A reader that goes away ends ipcviz, and quietly.
wanted=1
timeout 60 "$ipcviz" lesson blocking --plain --auto 2>"$err" </dev/null | head -n 1 >"$out"
status=$(wc -l <"$out")
check 'a closed standard output' silent

echo "1..$count"
