# SPDX-License-Identifier: MIT
#
# Does what the probe told agree with what strace saw of the same run? Reads what `strace -ff -s 600` wrote of one
# process. Its own lines are in there too, as the writes to the control pipe that they are, so the order is known:
# between an `enter` and its `leave` lies exactly the system call that they tell, with the same descriptor, result and
# error; and no call of those that are told lies anywhere else. Elsewhere is allowed what passes no wrapper: the
# loader's (from execve to the list of descriptors), what libc does inside system, popen, posix_spawn and exit, what its
# stdio does to stdout and stderr, and the files that it opens. Between an enter and its leave the probe itself asks what
# lies in a queue, a set or a socket, and what that is, or whether it is there: own(), tried(). Prints what does not agree, and the number of calls that do as the last line.

BEGIN {
	kernel["read"] = kernel["readv"] = kernel["write"] = kernel["writev"] = kernel["close"] = 1
	kernel["pipe"] = kernel["pipe2"] = kernel["clone"] = kernel["clone3"] = kernel["fork"] = 1
	kernel["dup"] = kernel["vfork"] = kernel["execve"] = kernel["wait4"] = kernel["waitid"] = 1
	kernel["msgget"] = kernel["msgsnd"] = kernel["msgrcv"] = kernel["msgctl"] = 1
	kernel["mq_open"] = kernel["mq_unlink"] = kernel["mq_timedsend"] = kernel["mq_timedreceive"] = 1
	kernel["mq_getsetattr"] = kernel["mq_notify"] = 1
	kernel["open"] = kernel["openat"] = kernel["creat"] = kernel["mknod"] = kernel["mknodat"] = 1
	kernel["shmget"] = kernel["shmat"] = kernel["shmdt"] = kernel["shmctl"] = kernel["mmap"] = 1
	kernel["munmap"] = kernel["mprotect"] = kernel["ftruncate"] = 1
	kernel["semget"] = kernel["semop"] = kernel["semtimedop"] = kernel["semctl"] = 1
	kernel["unlink"] = kernel["unlinkat"] = kernel["rmdir"] = 1
	kernel["socket"] = kernel["socketpair"] = kernel["bind"] = kernel["listen"] = kernel["accept"] = 1
	kernel["accept4"] = kernel["connect"] = kernel["shutdown"] = kernel["sendto"] = kernel["sendmsg"] = 1
	kernel["sendmmsg"] = kernel["recvfrom"] = kernel["recvmsg"] = kernel["recvmmsg"] = 1
	kernel["getsockname"] = kernel["getpeername"] = kernel["setsockopt"] = kernel["getsockopt"] = 1
	kernel["epoll_create"] = kernel["epoll_create1"] = kernel["epoll_ctl"] = kernel["ioctl"] = 1
	same["send"] = "sendto"
	same["recv"] = "recvfrom"
	same["accept"] = "accept|accept4"
	same["epoll_create"] = "epoll_create|epoll_create1"
	libc["open"] = libc["openat"] = libc["unlink"] = libc["unlinkat"] = libc["rmdir"] = 1 # told or not
	same["pipe"] = "pipe|pipe2"
	same["open"] = "open|openat"
	same["creat"] = "creat|open|openat"
	same["mkfifo"] = same["mknod"] = "mknod|mknodat"
	same["mkfifoat"] = "mknodat"
	same["unlink"] = "unlink|unlinkat"
	same["remove"] = "unlink|unlinkat|rmdir"
	same["semop"] = "semop|semtimedop"
	same["shm_open"] = "open|openat"
	same["shm_unlink"] = "unlink"
	same["mq_close"] = "close"
	same["mq_send"] = "mq_timedsend"
	same["mq_receive"] = "mq_timedreceive"
	same["mq_getattr"] = same["mq_setattr"] = "mq_getsetattr"
	same["fork"] = same["_Fork"] = "fork|clone|clone3"
	same["vfork"] = "vfork|clone"
	same["wait"] = same["waitpid"] = same["wait3"] = "wait4"
	inside["system"] = inside["popen"] = inside["pclose"] = inside["posix_spawn"] = 1
	inside["posix_spawnp"] = inside["sem_open"] = inside["sem_close"] = inside["sem_unlink"] = 1
	depth = 0
	loading = 1 # until the list of descriptors; a forked child has none, but says `born` and leaves its fork
}

function complain(what) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, what, substr($0, 1, 200)
}

function field(key,   at, rest) {
	at = match(line, " " key "=[^ \\\\\"]*")
	return at ? substr(line, at + length(key) + 2, RLENGTH - length(key) - 2) : ""
}

# The result as strace writes it: addresses are hexadecimal.
function outcome() {
	if (field("whole") != "" && field("flags") !~ /MSG_TRUNC/ && field("call") != "recvmmsg")
		return field("whole") # the kernel was asked for that
	return field("call") ~ /^(mmap|shmat)$/ && field("ret") != "-1" ? field("addr") : field("ret")
}

# Is this call one that the probe made to find out what it tells? It asks msgget without IPC_CREAT before the call, and
# the others, which change nothing, after it.
function own(call,   about) {
	about = depth > 0 ? name[depth] : ""
	if (call == "msgget")
		return about == "msgget" && created[depth] && !/IPC_CREAT/
	if (call == "msgctl")
		return /IPC_STAT/ && (about ~ /^msg(get|snd|rcv)$/ || about == "msgctl" && seen[depth] > 0)
	if (call == "mq_getsetattr")
		return /^mq_getsetattr\([-0-9]+, NULL, / && about ~ /^mq_/ &&
		       (about !~ /^mq_[gs]etattr$/ || seen[depth] > 0)
	if (call == "shmctl")
		return /IPC_STAT/ && about ~ /^shm(get|at|dt|ctl)$/ && seen[depth] > 0
	if ((call == "socket" && about == "mq_notify") ||
	    (call == "recvfrom" && depth == 0 && /MSG_WAITALL\|MSG_NOSIGNAL/))
		return 1 # libc's own, for notification by a thread
	if (call ~ /^getsock(name|opt)$|^getpeername$/)
		return /SO_DOMAIN|SO_TYPE/ || (depth > 0 && (about != call || seen[depth] > 0)) || /TCP_INFO/
	if (call == "ioctl")
		return depth > 0 && /FIONREAD|TIOCINQ|SIOCINQ|TIOCOUTQ|SIOCOUTQ/ && (about != "ioctl" || seen[depth] > 0)
	if (call == "semctl")
		return /IPC_STAT|GETALL/ && about ~ /^sem(get|op|timedop|ctl)$/ && seen[depth] > 0
	return 0
}

# What was to be new, and was not: the probe tries so first. Then comes the call as the program made it.
function tried() {
	return name[depth] ~ /^(shmget|semget|shm_open)$/ && created[depth] && result[depth] == "-1"
}

# libc itself refuses some arguments: names that cannot be, offsets within a page, commands that it does not know.
function refused(call) {
	return call ~ /^((mq|shm)_(open|unlink)|mmap|semctl)$/ && field("err") == "EINVAL" ||
	       call == "shm_unlink" && field("err") == "ENOENT"
}

function told(   call) {
	call = field("call")
	if (line ~ / look list=/) {
		loading = 0
	} else if (line ~ / enter /) {
		loading = 0
		depth++
		name[depth] = call
		fd[depth] = call == "mmap" ? "" : field("fd") field("id") # of the two a call has at most one
		created[depth] = field("flags") ~ /(IPC|O)_CREAT/
		seen[depth] = 0
		if (call == "exit" || call == "_exit")
			ending = 1
	} else if (line ~ / leave /) {
		loading = 0
		if (depth == 0 && call ~ /fork/ && field("ret") == "0")
			return # a child comes out of a call that its parent entered
		if (depth == 0 || name[depth] != call) {
			complain("left without being entered")
			return
		}
		want = call in same ? same[call] : call
		if (!(call in inside) && (call in kernel || call in same)) {
			if (seen[depth] == 0 && refused(call))
				agreed++
			else if (seen[depth] == 0)
				complain("told, and never made")
			else if (outcome() != result[depth] || field("err") != error[depth])
				complain("another result than " result[depth] " " error[depth])
			else
				agreed++
		}
		depth--
	}
}

function made(call,   want, rest, first) {
	rest = $0
	sub(/^.*\) += /, "", rest)
	if (rest ~ /^\? ERESTART/ && depth > 0) { # it will be made again, unless it is told as interrupted
		seen[depth] = 1
		result[depth] = "-1"
		error[depth] = "EINTR"
	}
	if (rest ~ /^\?/ || /CLONE_THREAD/)
		return
	if (loading || ending || (depth > 0 && name[depth] in inside))
		return
	if (call == "ioctl" && !/FIONBIO|FIONREAD|TIOCINQ|TIOCOUTQ|SIOCOUTQ/)
		return # the others are not told
	if (own(call) || (call in libc && depth == 0) || (call == "mmap" && !/MAP_SHARED/))
		return
	if (call ~ /^(munmap|mprotect)$/ && (depth == 0 || name[depth] != call))
		return # private memory
	first = $0
	sub(/^[a-z0-9_]+\(/, "", first)
	sub(/[,)].*/, "", first)
	if (first == "AT_FDCWD")
		first = -100
	if ((call == "write" || call == "close") && (first == "1" || first == "2") &&
	    (depth == 0 || name[depth] != call))
		return # stdio's
	if (call == "dup" && first == "2" && (depth == 0 || name[depth] != "dup")) {
		perrors[rest] = 1 # perror writes to a duplicate
		return
	}
	if (call == "close" && first in perrors && depth == 0) {
		delete perrors[first]
		return
	}
	want = depth == 0 ? "nothing" : (name[depth] in same ? same[name[depth]] : name[depth])
	if (call !~ "^(" want ")$") {
		complain("made, and not told")
		return
	}
	if (fd[depth] != "" && fd[depth] != first "" && first != "-1") # -1 stands for a control descriptor
		complain("another descriptor than " fd[depth])
	if (seen[depth]++ > 0 && call != "execve" && name[depth] != "remove" &&
	    error[depth] != "EINTR" && !tried())
		complain("made twice")
	result[depth] = rest
	sub(/ .*/, "", result[depth])
	error[depth] = ""
	if (result[depth] == "-1") {
		error[depth] = rest
		sub(/^-1 /, "", error[depth])
		sub(/ .*/, "", error[depth])
	}
	if (call == "execve" && result[depth] == "0") {
		agreed++
		depth = 0
		loading = 1
	}
}

/^write\([0-9]+, "[0-9]+ [0-9]+ [0-9]+ [a-z]+( [a-z0-9]+=|\\n)/ {
	line = $0
	sub(/^[^"]*"/, "", line)
	if (!/ = -1 EAGAIN/) # the pipe was full: it comes again
		told()
	next
}

/^[a-z0-9_]+\(/ {
	call = $0
	sub(/\(.*/, "", call)
	if (call in kernel)
		made(call)
}

END {
	print agreed + 0
}
