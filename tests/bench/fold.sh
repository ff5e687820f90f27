#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How fast the model folds each kind: bench_model on what the probe tells of a flood of its calls.

watch=$top_builddir/tests/process/watch
work=$top_builddir/tests/bench/work
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT

# fold KIND NAME [OPTIONS OF WATCH]
fold() {
	"$watch" $3 -o "$directory/lines" "$top_builddir/probe.so" "$work" "$1" 1 2000 >/dev/null &&
		"$top_builddir/tests/bench/bench_model" "$2" "$directory/lines"
}

fold calls 'a pipe'
fold msg 'System V messages'
fold semop 'System V semaphores'
fold sem 'POSIX semaphores'
fold mutex 'mutexes'
fold stream 'a pair of sockets'
fold udp 'UDP'
if [ "$(uname -m)" = x86_64 ]; then
	fold memory 'watched memory' '-m shm'
fi
