#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every lesson plays to its end by itself, in every language that it has, and everything that must be seen was seen.
# And the other way round: a lesson that expects what does not happen fails, or the above would prove nothing.

lessons=$top_srcdir/data/lessons
ipcviz=$top_builddir/ipcviz
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
XDG_STATE_HOME=$scratch/state XDG_CACHE_HOME=$scratch/cache
export XDG_STATE_HOME XDG_CACHE_HOME

count=0

# result STATUS WHAT WANTED SAID: one line of TAP; what ipcviz said follows when it was not the status wanted.
result()
{
	count=$((count + 1))
	if [ "$1" -eq "$3" ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		echo "# status $1, wanted $3"
		tail -n 25 "$4" | sed 's/^/# /'
	fi
}

# play SAID NAME LANGUAGE [OPTION...]: what it says goes to the file SAID.
play()
{
	said=$1 name=$2 language=$3
	shift 3
	LC_ALL=C.UTF-8 LANGUAGE=$language timeout 120 "$ipcviz" lesson "$name" --plain --auto "$@" \
		>"$said" 2>&1 </dev/null
}

# spoil SHELF NAME FROM TO: a copy of the lesson with every FROM turned into TO, alone on a shelf of its own.
spoil()
{
	mkdir "$1"
	cp -R "$lessons"/[0-9]*-"$2" "$1/"
	chmod -R u+w "$1"
	file=$(echo "$1"/*/lesson.md)
	cp "$file" "$1/original"
	sed "s/$3/$4/" "$1/original" >"$file"
	! cmp -s "$file" "$1/original"
}

# fails NAME WHAT FROM TO: the lesson so spoilt must end with status 1. A failing lesson takes as long as it is willing to
# wait for what never comes, so they wait side by side.
spoilt=
fails()
{
	if spoil "$scratch/$1" "$1" "$3" "$4"; then
		{
			play "$scratch/said-$1" "$1" en --lessons "$scratch/$1"
			echo $? >"$scratch/status-$1"
		} &
	else
		echo "'$3' is not in the lesson" >"$scratch/said-$1"
		echo 99 >"$scratch/status-$1"
	fi
	spoilt="$spoilt $1"
	echo "$1 fails when $2" >"$scratch/what-$1"
}

names=$(cd "$lessons" && for folder in [0-9]*-*; do echo "${folder#*-}"; done)
for name in $names; do
	play "$scratch/said" "$name" en
	result $? "$name" 0 "$scratch/said"
	for file in "$lessons"/[0-9]*-"$name"/lesson.*.md; do
		[ -e "$file" ] || continue
		language=${file##*/lesson.}
		language=${language%.md}
		play "$scratch/said" "$name" "$language"
		result $? "$name in $language" 0 "$scratch/said"
	done
done

fails islands "the child's 1 is expected in the parent" 'text: "parent: counter is 15\*"' 'text: "parent: counter is 16*"'
fails pipe "a boundary is expected between two writes" 'ret: 6, text: "onetwo"' 'ret: 3, text: "one"'
fails blocking "a sip is expected to wake the writer" \
	'see: {who: writer, call: write, state: blocked}' 'see: {who: writer, call: write, what: leave}'
fails nonblock "sleep is expected where the flag forbids it" 'call: read, what: leave, ret: -1, err: EAGAIN' 'call: read, state: blocked'
fails eof "the end is expected while a writer is left" \
	'see: {who: reader, call: read, state: blocked}' 'see: {who: reader, call: read, what: leave, ret: 0}'
fails atomic "a large write is expected to stay whole" 'ret: 100, text: "B\*"' 'ret: 100, text: "A*"'
fails fifo "an open is expected to fail where its partner came" \
	'see: {who: reader, call: open, what: leave}' 'see: {who: reader, call: open, what: leave, ret: -1}'
fails race "a store is expected to add 2" 'old: 0, value: 1' 'old: 0, value: 2'
fails msgqueue "a message is expected to go to who sleeps longest" \
	'see: {who: bob, call: msgrcv, what: leave}' 'see: {who: ann, call: msgrcv, what: leave}'
fails mqueue "a second signal is expected from one registration" \
	'see: {who: watcher, call: sigsuspend, state: blocked}' 'see: {who: watcher, call: sigsuspend, what: leave}'
fails shm "memory is expected to vanish under its reader" \
	'see: {who: reader, what: out, text: "\*it still says\*"}' 'see: {who: reader, what: died, sig: SIGSEGV}'
fails semaphore "a private semaphore is expected to be shared" \
	'see: {who: parent, call: sem_wait, state: blocked}' 'see: {who: parent, call: sem_wait, what: leave, ret: 0}'
fails buffer "no circle is expected where everything stops" 'who: hungry, cycle: yes' 'who: ada, cycle: yes'
fails deadlock "a dead holder is expected to give back" \
	'see: {who: waiter, call: semop, state: blocked}' 'see: {who: waiter, call: semop, what: leave, ret: 0}'
fails tcp "a boundary is expected between two sends" 'ret: 13, text: "one two three"' 'ret: 4, text: "one "'
fails udp "the rest of a datagram is expected to come next" 'ret: 4, text: next' 'ret: 7, text: " letter"'
fails unix "a passed descriptor is expected to begin anew" 'ret: 4, text: "are ", on: file' 'ret: 4, text: "rose", on: file'
wait
for name in $spoilt; do
	result "$(cat "$scratch/status-$name")" "$(cat "$scratch/what-$name")" 1 "$scratch/said-$name"
done
echo 1..$count
