#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every program of the lessons, run by hand as its first lines say and without ipcviz, ends as they say.

lessons=$top_builddir/data/lessons
count=0
# SIGPIPE may have come ignored from whatever runs the tests, and no shell can undo that.
default=$(env --default-signal=PIPE true 2>/dev/null && echo env --default-signal=PIPE)

# check WHAT STATUS OUTPUT PROGRAM [ARGUMENT...]: OUTPUT is a shell pattern over all that the program prints.
check()
{
	what=$1 want=$2 pattern=$3
	shift 3
	count=$((count + 1))
	# A shell under a test driver may have descriptors that a shell at a terminal has not.
	text=$($default timeout 60 "$lessons/$@" 2>&1 </dev/null 3>&- 4>&- 5>&-)
	status=$?
	# shellcheck disable=SC2254 # the pattern is meant to be one
	case $text in
	$pattern) matches=yes ;;
	*) matches=no ;;
	esac
	if [ $status -eq "$want" ] && [ $matches = yes ]; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		echo "# $*: status $status, wanted $want; wanted output like: $pattern"
		echo "$text" | sed 's/^/# /'
	fi
}

# together WHAT FOLDER SCRIPT OUTPUT: the folder's programs, started apart by the script in a directory of their own.
together()
{
	what=$1 folder=$(cd "$lessons/$2" && pwd) script=$3 pattern=$4
	count=$((count + 1))
	place=$(mktemp -d) || exit 99
	text=$(cd "$place" && PATH=$folder:$PATH timeout 60 sh -c "$script" 2>&1 </dev/null 3>&- 4>&- 5>&-)
	rm -rf "$place"
	# shellcheck disable=SC2254
	case $text in
	$pattern) echo "ok $count - $what" ;;
	*)
		echo "not ok $count - $what"
		echo "# $script: wanted output like: $pattern"
		echo "$text" | sed 's/^/# /'
		;;
	esac
}

# hangs WHAT CALL PROGRAM [ARGUMENT...]: the program's child ends up asleep in a pipe's CALL.
hangs()
{
	what=$1 call=$2
	shift 2
	count=$((count + 1))
	"$lessons/$@" >/dev/null 2>&1 </dev/null &
	parent=$!
	slept=no
	for _ in $(seq 600); do
		child=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null)
		where=$(cat "/proc/${child%% *}/wchan" 2>/dev/null)
		case $where in
		*pipe_"$call") [ "$(cat /proc/$parent/wchan)" = do_wait ] && slept=yes && break ;;
		esac
		kill -0 $parent 2>/dev/null || break
		sleep 0.1
	done
	[ -n "${child%% *}" ] && kill "${child%% *}" $parent 2>/dev/null
	wait $parent 2>/dev/null
	[ $slept = yes ] && echo "ok $count - $what" || echo "not ok $count - $what (${where:-gone})"
}

echo 1..57
check "counter: two values at one address" 0 \
	"*child: counter is 6, *parent: counter is 5, *parent: counter is 15, *exit status is 6" 01-islands/counter
check "relatives: the child reads, and cannot answer" 0 "*child: read * bytes: hello*" 02-pipe/relatives
check "relatives: a read end is not for writing" 0 "*read end: Bad file descriptor*" 02-pipe/relatives
check "stranger: a number is not a pipe" 1 "*Bad file descriptor*" 02-pipe/stranger
check "blocking: all goes through" 0 "*took 0 bytes*" 03-blocking/blocking
check "again: ends" 0 "*writer: 4096 of 4096 went in*" 04-nonblock/again
check "share: the flag is the description's" 0 \
	"child: descriptor 3 *EAGAIN*parent: descriptor 3 *EAGAIN*not set on the write end" 04-nonblock/share
check "live: blocks when left alone" 0 "receiver: got one*receiver: end of file" 04-nonblock/live
check "price: spinning finds nothing again and again" 0 "spin: 5 letters came, [1-9][0-9]*" 04-nonblock/price spin
check "price: polling finds nothing once a letter" 0 "poll: 5 letters came, [0-9] *" 04-nonblock/price poll
check "price: says how it is used" 1 "usage: *" 04-nonblock/price
check "eof: a closed write end" 0 "child: read hello*end of file" 05-eof/eof
hangs "eof: a forgotten one" read 05-eof/eof forget
check "last: both words, then the end" 0 "reader: read *end of file" 05-eof/last
check "nobody: dies of SIGPIPE" 141 "*" 05-eof/nobody
check "nobody: gets EPIPE" 0 "*Broken pipe*still alive*" 05-eof/nobody ignore
check "records: none is torn" 0 "torn: 0 of *(records of 1000 bytes)*" 06-atomic/records 1000
check "records: none of PIPE_BUF bytes is torn" 0 "torn: 0 of *(records of 4096 bytes)*" 06-atomic/records 4096
check "large: all arrives" 0 "*from A to A*" 06-atomic/large
together "reader, writer: a word through a FIFO" 07-fifo "reader & writer; wait" "*got hello*nobody writes*"
together "reader: does not wait" 07-fifo "reader nonblock" "*descriptor*nobody writes*"
together "writer: does not wait" 07-fifo "writer nonblock" "open: No such device or address"
together "talk: both ways" 07-fifo "talk r ping w pong & talk w ping r pong; wait" "*I am *I am *"
together "talk: both wait" 07-fifo "timeout 2 talk r ping w pong & timeout 1 talk r pong w ping; echo \$?; wait" "124"
together "send, receive: by type, and without anybody there" 08-msgqueue \
	"send 1 tea 2 coffee 1 cake 3 milk >&2; receive 0 3 -2 2; remove" "*: tea,*: milk,*: cake,*: coffee,*"
together "receive: too little room" 08-msgqueue "send 1 sugar; receive -b 2 1; receive -b 2 -c 1; remove" \
	"*too long*receive: su,*"
together "send: a type of 0" 08-msgqueue "send 0 tea; remove" "*Invalid argument*"
together "remove: wakes a sleeper" 08-msgqueue \
	"receive 1 & until grep -q msgrcv /proc/\$!/wchan; do sleep 0.1; done; remove; wait" "*Identifier removed*"
together "server, client: one queue for all" 08-msgqueue "server & client & client; wait; remove s" \
	"*you are number *you are number *"
together "client: its own question" 08-msgqueue "client any; remove s" "*got: who am I?*"
together "fill: a full queue" 08-msgqueue "fill nowait; remove" "*unavailable*D is in*"
together "fill: goes on when there is room" 08-msgqueue "fill & receive 1 1; wait; remove" "*F is in*"
together "stray: more than the message" 08-msgqueue "stray; receive 0 0; remove" "*tea,cake!SECRET!,*tea,cake,*"
# Not every kernel has POSIX message queues.
name=/ipcviz-alone-$$
together "post, take: by priority" 09-mqueue \
	"post $name 1 sweep 9 fire 1 cook 9 flood >&2; take -u $name 4" "*fire,*flood,*sweep,*cook,*"
together "post: too long" 09-mqueue "post $name 1 abcdefghijklmnopqrstuvwxyzabcdefgh; take -n -u $name 0" "*too long*"
together "take: too little room" 09-mqueue "post $name 1 one; take -u -b 10 $name 1" "*too long*"
together "take: does not wait" 09-mqueue "take -n -u $name 1" "*unavailable*"
together "post: a name without a slash" 09-mqueue "post name" "*Invalid argument*"
together "watch: is told" 09-mqueue \
	"watch $name again & while kill -0 \$!; do post $name 1 one >&2; sleep 0.1; done; take -n -u $name 0" \
	"*something has come*"
together "server, client: who is there" 17-unix \
	"server door & until client door >said 2>/dev/null; do sleep 0.1; done; wait; cat said" "*process * says *hello, process *"
together "server: a stale name" 17-unix \
	"server door & until client door 2>/dev/null; do sleep 0.1; done; wait; server door" "*Address already in use*"
check "pair: both ways" 0 "*child: got ping*parent: got pong*" 17-unix/pair
check "pair: a pipe goes one way" 1 "*Bad file descriptor*" 17-unix/pair pipe
check "packets: a stream, in whatever pieces" 0 "*got one*three*end of file*" 17-unix/packets stream
check "packets: messages in sequence" 0 "*got one*got two*got three*end of file*" 17-unix/packets seqpacket
together "inbox, letters: all arrive" 17-unix \
	"inbox & until [ -S inbox ]; do sleep 0.1; done; letters 12; wait" "*beginning with letter 12*"
together "giver, taker: one place in the file" 17-unix \
	"taker & until giver 2>/dev/null; do sleep 0.1; done; wait" "*taker: descriptor * read are *"
# at PROGRAM [ARGUMENT...]: starts it and says its port; what it prints goes to the file `printed`.
at='at() { "$@" >printed 2>&1 & until grep -q port printed 2>/dev/null; do sleep 0.1; done; port=$(sed -n "s/.*port //p" printed | head -n 1); }'
together "receiver, sender: a datagram a call, and one cut off" 16-udp \
	"$at; at receiver 100 3 100; sender 127.0.0.1 \$port one twenty three; wait; cat printed" \
	'*"one" from 127.0.0.1*"twe" from*"three" from*'
together "answerer, asker: an answer" 16-udp \
	"$at; at answerer; asker 127.0.0.1 \$port; wait" 'asker: the answer is "welcome"'
together "asker: nobody is there" 16-udp \
	"$at; at answerer; asker 127.0.0.1 \$port >&2; wait; asker 127.0.0.1 \$port" '*recv: Connection refused'
together "sleeper, burst: some are lost" 16-udp \
	"$at; at sleeper 3; burst 127.0.0.1 \$port; wait; cat printed" "*10 datagrams sent*, from 1 to [1-9].*"
# The servers that never end are ended by their number.
together "server, client: five calls and two" 15-tcp \
	"$at; at server; client 127.0.0.1 \$port; kill \$!" "*bytes came*goodbye*"
together "sink, flood: nothing is lost" 15-tcp \
	"$at; at sink 1; flood 127.0.0.1 \$port; wait; cat printed" "*65536 bytes sent*65536 bytes came*"
together "hasty: connected" 15-tcp "$at; at server; hasty 127.0.0.1 \$port; kill \$!" "*else now*hasty: connected*"
together "hasty: refused" 15-tcp \
	"$at; at server; kill \$!; wait; hasty 127.0.0.1 \$port" "*else now*hasty: Connection refused*"
together "eager, client: three ways to wait" 15-tcp \
	"$at; at eager; client 127.0.0.1 \$port >&2; wait; cat printed" '*eager: got "one "*'
together "forker, reader: the close that is not forgotten" 15-tcp \
	"$at; at forker tidy; reader 127.0.0.1 \$port; kill \$!" "*got welcome*reader: end of file*"
