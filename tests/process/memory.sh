#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Shared memory and what lies in it: told only where it is shared, by one name wherever it is mapped, and without making
# a semaphore or a mutex that nobody else wants call the kernel. Programs with many threads are none the wiser.

. "$top_srcdir/tests/process/lib.sh"

ulimit -Sn 256
LC_ALL=C
export LC_ALL
lock=$top_builddir/tests/process/hostile_lock
bench=$top_builddir/tests/bench/work

# The values of a field in the lines that match, each once.
values_of() {
	grep -E "$1" "$work/lines" | sed -n "s/.* $2=\([^ ]*\).*/\1/p" | sort -u
}

told() {
	grep -Ec " leave call=($1) " "$work/lines"
}

"$watch" -o "$work/lines" "$probe" "$lock" elsewhere >/dev/null
names=$(values_of ' call=pthread_mutex_(lock|trylock) ' obj | wc -l)
addresses=$(values_of ' call=pthread_mutex_(lock|trylock) ' addr | wc -l)
if [ "$names $addresses" = '1 2' ]; then
	pass 'one mutex at two addresses has one name'
else
	fail 'one mutex at two addresses has one name' "$names names, $addresses addresses"
fi

"$watch" -o "$work/lines" "$probe" "$lock" private_locks >/dev/null
if [ "$(told 'pthread_.*')" = 2 ]; then
	pass 'of private and shared mutexes the shared one is told'
else
	fail 'of private and shared mutexes the shared one is told' "$(told 'pthread_.*') calls"
fi

# In the worker's trace: its lines, what they take when the control pipe is full or to be looked at, and next to nothing else.
uncontended() {
	rm -rf "$work/traces"
	mkdir "$work/traces"
	strace -ff -s 100 -o "$work/traces/t" "$watch" -o "$work/lines" "$probe" "$bench" "$1" 1 1000 >/dev/null 2>&1
	calls=$(told "$2")
	needed=$(grep -Ec " leave call=($2) .* kernel=1" "$work/lines")
	grep -lE "^write.* leave call=($2) " "$work"/traces/t.* | xargs grep -L '^wait4(' | xargs cat >"$work/trace"
	lines=$(grep -E "^write.* call=($2) " "$work/trace" | grep -vc EAGAIN)
	others=$(grep -Evc '^(write|ppoll|fstat|newfstatat)\(' "$work/trace")
	if [ "$calls $needed $lines" = '1000 0 2000' ] && [ $others -lt 60 ] && ! grep -q '^futex(' "$work/trace"; then
		pass "uncontended: $1"
	else
		fail "uncontended: $1" "$calls calls, $needed with the kernel, $lines lines, $others others"
	fi
}

if strace -f -o /dev/null true 2>/dev/null; then
	uncontended sem 'sem_wait|sem_post'
	uncontended mutex 'pthread_mutex_lock|pthread_mutex_unlock'
else
	pass 'uncontended # SKIP strace is not installed, or ptrace is not allowed here'
fi

# same TITLE COMMAND…: the same output and ending; and of all its locks, none of which others share, nothing is told
same() {
	title=$1
	shift
	if ! command -v "$1" >/dev/null; then
		pass "$title # SKIP $1 is not installed"
		return
	fi
	("$@" <"$work/numbers"; echo "ended: $?") >"$work/bare" 2>&1
	("$watch" -o "$work/lines" "$probe" "$@" <"$work/numbers"; echo "ended: $?") >"$work/probed" 2>&1
	if ! cmp -s "$work/bare" "$work/probed"; then
		fail "$title" "$(diff -a "$work/bare" "$work/probed" | head -n 5)"
	elif [ "$(told 'pthread_.*|munmap|mprotect')" != 0 ]; then
		fail "$title" "$(grep -E 'call=(pthread_|munmap|mprotect)' "$work/lines" | head -n 3)"
	else
		pass "$title"
	fi
}

seq 300000 >"$work/numbers"
cat >"$work/threads.py" <<'EOF'
import threading, queue
todo, sums, lock = queue.Queue(), [], threading.Lock()
def work():
    while (n := todo.get()) is not None:
        with lock:
            sums.append(n * n)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for n in range(500): todo.put(n)
for _ in threads: todo.put(None)
for thread in threads: thread.join()
print(sum(sums))
EOF
cat >"$work/processes.py" <<'EOF'
import multiprocessing
def work(counter):
    for _ in range(100):
        with counter.get_lock():
            counter.value += 1
counter = multiprocessing.Value('i', 0)
processes = [multiprocessing.Process(target=work, args=(counter,)) for _ in range(3)]
for process in processes: process.start()
for process in processes: process.join()
print(counter.value, [process.exitcode for process in processes])
EOF
same 'sort, four threads' sort --parallel=4 -S 1M -r
same 'xz, two threads' xz -T2 --block-size=300000 -0 -c
same 'python, threads' python3 "$work/threads.py"
same 'perl, processes' perl -e 'for (1 .. 5) { exit $_ if !fork } print wait() > 0, $? >> 8 > 0 for 1 .. 5'
if python3 -c 'import multiprocessing.synchronize' 2>/dev/null; then
	"$watch" -o "$work/lines" "$probe" python3 "$work/processes.py" >"$work/probed" 2>&1
	if [ "$(cat "$work/probed")" = '300 [0, 0, 0]' ] && [ "$(told 'sem_post')" -ge 300 ]; then
		pass 'python, processes and a semaphore'
	else
		fail 'python, processes and a semaphore' "$(tail -n 3 "$work/probed"); $(told sem_post) posts"
	fi
else
	pass 'python, processes and a semaphore # SKIP no python3 with multiprocessing'
fi
finish
