# SPDX-License-Identifier: MIT
#
# Does what the probe told agree with what strace saw of the same run? Reads what `strace -ff -s 600` wrote of one
# process. Its own lines are in there too, as the writes to the control pipe that they are, so the order is known:
# between an `enter` and its `leave` lies exactly the system call that they tell, with the same descriptor, result and
# error; and no call of those that are told lies anywhere else. Elsewhere is allowed what passes no wrapper: the
# loader's (from execve to the list of descriptors), what libc does inside system, popen, posix_spawn and exit, and what
# its stdio does to stdout and stderr. Prints what does not agree, and the number of calls that do as the last line.

BEGIN {
	kernel["read"] = kernel["readv"] = kernel["write"] = kernel["writev"] = kernel["close"] = 1
	kernel["pipe"] = kernel["pipe2"] = kernel["clone"] = kernel["clone3"] = kernel["fork"] = 1
	kernel["dup"] = kernel["vfork"] = kernel["execve"] = kernel["wait4"] = kernel["waitid"] = 1
	same["pipe"] = "pipe|pipe2"
	same["fork"] = same["_Fork"] = "fork|clone|clone3"
	same["vfork"] = "vfork|clone"
	same["wait"] = same["waitpid"] = same["wait3"] = "wait4"
	inside["system"] = inside["popen"] = inside["pclose"] = inside["posix_spawn"] = 1
	inside["posix_spawnp"] = 1
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

function told(   call) {
	call = field("call")
	if (line ~ / look list=/) {
		loading = 0
	} else if (line ~ / enter /) {
		loading = 0
		depth++
		name[depth] = call
		fd[depth] = field("fd")
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
			if (seen[depth] == 0)
				complain("told, and never made")
			else if (field("ret") != result[depth] || field("err") != error[depth])
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
	first = $0
	sub(/^[a-z0-9_]+\(/, "", first)
	sub(/[,)].*/, "", first)
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
	if (fd[depth] != "" && fd[depth] != first && first != "-1") # -1 stands for a control descriptor
		complain("another descriptor than " fd[depth])
	if (seen[depth]++ > 0 && call != "execve" && error[depth] != "EINTR")
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
