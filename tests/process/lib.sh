# SPDX-License-Identifier: MIT
#
# What the process tests share: TAP on stdout, a directory of their own, and the probe in its build directory.

# Programs under test count on 3 as their first descriptor, whatever a harness has left open.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

watch=$top_builddir/tests/process/watch
probe=$top_builddir/probe.so
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
tests=0

pass() {
	tests=$((tests + 1))
	printf 'ok %d - %s\n' $tests "$1"
}

fail() {
	tests=$((tests + 1))
	printf 'not ok %d - %s\n' $tests "$1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# Waits until a condition holds, a minute at most.
wait_for() {
	tries=0
	until eval "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 6000 ] || return 1
		sleep 0.01
	done
}

# How many lines of a file are torn or mixed: those that are not a time, two ids, a word and fields.
torn() {
	torn_lines "$1" | wc -l
}

torn_lines() {
	grep -Ev '^[0-9]+ [0-9]+ [0-9]+ (born|exec|reach|enter|leave|look|act)( [a-z0-9]+=([^ "]*|"([^"\\]|\\.)*"(\.\.\.)?))*$' "$1"
}

finish() {
	printf '1..%d\n' $tests
}
