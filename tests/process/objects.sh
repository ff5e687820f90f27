#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Objects by their names: a FIFO is called the same before it is open and after, and the ledger holds those objects that
# watched processes made and nobody removed, no others, once each.

. "$top_srcdir/tests/process/lib.sh"

ulimit -Sn 256
fifo=$top_builddir/tests/process/hostile_fifo
keep=$top_builddir/tests/process/keep

# Every open that brought a FIFO was entered under the name and end that it came back with.
same_names() {
	"$watch" -o "$work/lines" "$probe" "$fifo" "$1" >/dev/null
	awk '
		function field(key,   at) {
			at = match($0, " " key "=[^ ]*")
			return at ? substr($0, RSTART, RLENGTH) : ""
		}
		/ enter call=(open|openat|creat) / { entered[$3] = field("obj") field("end") }
		/ leave call=(open|openat|creat) ret=[0-9]+ / && (entered[$3] ~ /fifo:/ || field("obj") ~ /fifo:/) {
			opened++
			if (field("obj") field("end") != entered[$3])
				print "entered as" entered[$3] ", open as" field("obj") field("end")
		}
		END { if (opened < 3) print opened + 0 " opened" }
	' "$work/lines" >"$work/complaints"
	if [ -s "$work/complaints" ]; then
		fail "names ($1)" "$(cat "$work/complaints")"
	else
		pass "names ($1)"
	fi
}

for name in fifo_ways fifo_long_names fifo_nonblock; do
	same_names $name
done

name=/keep-$$
trap '"$keep" remove "$name" "$work" 2>/dev/null; rm -rf "$work"' EXIT

# ledger TITLE EXPECTED COMMAND…: what the ledger holds after a run
ledger() {
	title=$1 expected=$2
	shift 2
	"$watch" -l "$work/ledger" "$probe" "$@" >"$work/made"
	sort "$work/ledger" >"$work/entered"
	case $expected in
	made) sort -u "$work/made" >"$work/expected" ;;
	nothing) : >"$work/expected" ;;
	esac
	if cmp -s "$work/expected" "$work/entered"; then
		pass "$title"
	else
		fail "$title" "$(diff "$work/expected" "$work/entered")"
	fi
}

ledger 'made and kept' made "$keep" make "$name" "$work"
ledger 'there before' nothing "$keep" make "$name" "$work"
ledger 'there before, removed' nothing "$keep" remove "$name" "$work"
ledger 'made by the first of three' made sh -c 'for i in 1 2 3; do "$0" make "$@"; done' "$keep" "$name" "$work"
ledger 'removed, made again' made sh -c 'for i in remove make; do "$0" $i "$@"; done' "$keep" "$name" "$work"
ledger 'removed' nothing "$keep" remove "$name" "$work"
ledger 'made and removed' nothing sh -c 'for i in make remove; do "$0" $i "$@"; done' "$keep" "$name" "$work"

# The same with and without /dev/mqueue, in a world of their own. An empty queue that was made in this very second looks
# new where it cannot be looked for.
apart() {
	cat >"$work/apart" <<'EOF'
mount -t tmpfs none /dev && mkdir /dev/shm || exit 99
[ $1 = unmounted ] || { mkdir /dev/mqueue && mount -t mqueue none /dev/mqueue; } || exit 99
shift
exec sh -c "$@"
EOF
	unshare -r -m -i sh "$work/apart" "$@" >"$work/made"
}

if ! unshare -r -m -i true 2>/dev/null; then
	pass 'with /dev/mqueue # SKIP no namespaces here'
	finish
	exit 0
fi
for mounted in mounted unmounted; do
	apart $mounted '"$0" -l "$1" "$2" "$3" make "$4" "$5"' "$watch" "$work/ledger" "$probe" "$keep" "$name" "$work"
	sort "$work/made" >"$work/expected"
	if sort "$work/ledger" | cmp -s "$work/expected" -; then
		pass "made, /dev/mqueue $mounted"
	else
		fail "made, /dev/mqueue $mounted" "$(diff "$work/expected" "$work/ledger")"
	fi
	empty='"$3" empty "$4" "$5"'
	[ $mounted = mounted ] || empty=:
	apart $mounted '"$3" make "$4" "$5"; '"$empty"'; exec "$0" -l "$1" "$2" "$3" make "$4" "$5"' \
		"$watch" "$work/ledger" "$probe" "$keep" "$name" "$work"
	if [ ! -s "$work/ledger" ] && [ -s "$work/made" ]; then
		pass "there before, /dev/mqueue $mounted"
	else
		fail "there before, /dev/mqueue $mounted" "$(cat "$work/ledger")"
	fi
done
finish
