#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Programs that nobody wrote for this talk through sockets, bare and under the probe: same output, same exit status. Ports
# are picked by the kernel; where a program cannot let it pick, UNIX sockets in a directory of their own are used.

. "$top_srcdir/tests/process/lib.sh"

ulimit -Sn 256
work=$(cd "$work" && pwd)
build=$(cd "$top_builddir" && pwd)
watch=$build/tests/process/watch
probe=$build/probe.so

# alike TITLE NEEDS MATCH COMMAND…: the command's output and status, bare and watched, and a line that must be there
alike() {
	title=$1 needs=$2 match=$3
	shift 3
	for program in $needs; do
		if ! command -v "$program" >/dev/null 2>&1; then
			pass "$title # SKIP $program is not installed"
			return
		fi
	done
	(cd "$work" && timeout 30 "$@" >"$work/bare" 2>&1 </dev/null; echo "ended: $?" >>"$work/bare")
	(cd "$work" && timeout 30 "$watch" -o "$work/lines" "$probe" "$@" >"$work/probed" 2>&1 </dev/null
		echo "ended: $?" >>"$work/probed")
	if ! cmp -s "$work/bare" "$work/probed"; then
		fail "$title: not as in a bare run" "$(diff "$work/bare" "$work/probed")"
	elif ! grep -q '^ended: 0' "$work/bare"; then
		fail "$title: it fails" "$(cat "$work/bare")"
	elif [ "$(torn "$work/lines")" != 0 ]; then
		fail "$title: torn lines"
	elif ! grep -Eq -- "$match" "$work/lines"; then
		fail "$title: no line matches $match" "$(grep -E ' (call=(bind|connect|accept|accept4|listen))' "$work/lines" | tail -n 20)"
	else
		pass "$title"
	fi
}

cat >"$work/echo.py" <<'END'
import os, socket, socketserver, threading

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)

with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for round in range(200):
        with socket.create_connection(server.server_address) as one:
            one.sendall(b"line %d\n" % round)
            one.shutdown(socket.SHUT_WR)
            print(one.makefile().read(), end="")
    server.shutdown()

ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
read_end, write_end = os.pipe()
socket.send_fds(ends[0], [b"take it"], [write_end])
bytes, (passed,), flags, _ = socket.recv_fds(ends[1], 4, 1)
os.write(passed, b"through the pipe")
print(bytes, flags, os.read(read_end, 99))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
    one.bind(("127.0.0.1", 0))
    other.sendto(b"a datagram", one.getsockname())
    print(one.recvfrom(4)[0])
END

cat >"$work/echo.pl" <<'END'
use strict; use warnings; use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die $!;
my $child = fork;
if ($child == 0) {
	while (my $one = $server->accept) {
		while (my $line = <$one>) { print $one $line; exit 0 if $line eq "end\n" }
	}
}
for my $line ("one\n", "two\n", "end\n") {
	my $one = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die $!;
	print $one $line;
	$one->shutdown(1);
	print <$one>;
}
waitpid $child, 0;
print "child: $?\n";
END

cat >"$work/nc.sh" <<'END'
rm -f nc.path
nc -l -U nc.path >nc.got &
until grep -q ' 00010000 .* nc\.path$' /proc/net/unix; do sleep 0.01; done # it listens
seq 20000 | nc -N -U nc.path
wait
cksum <nc.got
END

cat >"$work/socat.sh" <<'END'
rm -f socat.path
socat -u UNIX-LISTEN:socat.path CREATE:socat.got &
until grep -q ' 00010000 .* socat\.path$' /proc/net/unix; do sleep 0.01; done
seq 20000 | socat -u STDIN UNIX-CONNECT:socat.path
wait
cksum <socat.got
END

# iperf3's numbers differ from run to run, so only its ending is told.
cat >"$work/iperf.py" <<'END'
import re, socket, subprocess, sys
for attempt in range(20):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = str(one.getsockname()[1])
    server = subprocess.Popen(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", port, "--forceflush"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in server.stdout:
        if "listening" in line:
            break
    else:
        continue # somebody else has taken the port
    client = subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", port, "-n", "4M", "-J"], stdout=subprocess.PIPE, text=True)
    server.stdout.read()
    print(client.returncode, server.wait(), len(re.findall('"sum_sent"', client.stdout)))
    sys.exit(client.returncode)
END

python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null || echo python3)
connected='leave call=connect .* ret=0 local=127[.]0[.]0[.]1:[0-9]+ peer=127[.]0[.]0[.]1:[0-9]+'
alike 'an echo server in Python' python3 "$connected" "$python" echo.py
accepted=$(grep -c 'leave call=accept4 ret=[0-9]' "$work/lines" 2>/dev/null)
if ! command -v python3 >/dev/null 2>&1; then
	pass '200 connections # SKIP python3 is not installed'
elif [ "$accepted" = 200 ]; then
	pass '200 connections'
else
	fail '200 connections' "$accepted of them were accepted"
fi
alike 'an echo server in Perl' perl "$connected" perl echo.pl
alike 'netcat' nc 'leave call=connect .* ret=0 local=- peer=nc.path' sh nc.sh
alike 'socat' socat 'leave call=connect .* ret=0 local=- peer=[^ ]*socat.path' sh socat.sh
alike 'iperf3' 'iperf3 python3' "$connected" "$python" iperf.py
finish
