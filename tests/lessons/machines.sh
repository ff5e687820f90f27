#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a lesson can say of two machines and of sockets: its placeholders are filled in, or it says at which line they
# cannot be.

ipcviz=$top_builddir/ipcviz
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
XDG_STATE_HOME=$scratch/state XDG_CACHE_HOME=$scratch/cache
export XDG_STATE_HOME XDG_CACHE_HOME

# A lesson's programs are compiled beside it, so it is played from a copy.
cp -R "$top_srcdir/tests/lessons/machines" "$scratch/shelf" && chmod -R u+w "$scratch/shelf" || exit 99

play()
{
	LC_ALL=C.UTF-8 LANGUAGE=en timeout 60 "$ipcviz" lesson machines --plain --auto --lessons "$scratch/shelf" "$@" \
		>"$scratch/said" 2>&1 </dev/null
	status=$?
}
count=0

# check WHAT COMMAND...: passes when the command succeeds.
check()
{
	count=$((count + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		tail -n 40 "$scratch/said" | sed 's/^/# /'
	fi
}

said() { grep -q "$1" "$scratch/said"; }

line=$(sed -n '/step: early/,$ { /start: client/= }' "$scratch/shelf/01-machines/lesson.md")
play
check "a member is said to be on its machine" said "client is on the machine south"
check "a client connects to the port that the kernel picked" said "got pong"
check "a buffer is sized from outside" said "You ask for a receive buffer of 4096 bytes on socket 3 of server"
check "a call is delayed" said "every connect of client waits 20 ms"
check "a socket that is shut down from outside is at its end" said "^server read 0 bytes: end of file"
check "a port that is not bound yet ends the lesson with status 1" [ $status -eq 1 ]
check "and with the line and a sentence" said "lesson.md:$line: .*server has not bound a socket"
play --loopback
check "without namespaces it says why" said "north: no network of its own .* both machines are the loopback, 127.0.0.1"
check "and the lesson goes on as before" said "got pong"
echo 1..$count
