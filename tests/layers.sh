#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The folders are the pipeline: each may use only those that the table below allows it. Checked twice, in what the files
# include and in what the built libraries ask the linker for.

set -u
top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

# folder, our folders that it may include, system headers that it alone may include
layers() {
	cat <<'END'
event  -
text   -
probe  event
trace  event
stage  event,trace          elfutils/ libmnl linux/netlink.h
model  event
measure event
compare event,text,measure      jansson csv.h
lesson event,text,model          cyaml/ cmark yaml
tui    event,text,model,lesson,measure,compare   ncurses curses panel term.h
plain  event,text,model,lesson
END
}

number=0

# result NAME FILE: passes when FILE, which lists what is wrong, is empty.
result() {
	number=$((number + 1))
	if [ -s "$2" ]; then
		echo "not ok $number - $1"
		sed 's/^/# /' "$2"
	else
		echo "ok $number - $1"
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

sources() {
	find "$top_srcdir/src/$1" -name '*.[ch]' -o -name '*.def' | LC_ALL=C sort
}

# --- what the files include ---

layers | while read -r folder allowed _; do
	sources "$folder" | xargs -r grep -Hn '^[ 	]*#[ 	]*include[ 	]*"' |
		sed 's/^\(.*:[0-9]*\):[^"]*"\([^"]*\)".*/\1 \2/' |
		while read -r where header; do
			case $header in
			config.h) continue ;;
			words.h) [ "$folder" = probe ] || continue ;;
			*/*) case ",$folder,$allowed," in *",${header%%/*},"*) continue ;; esac ;;
			esac
			echo "$where includes $header"
		done >"$scratch/includes.$folder"
done
for folder in $(layers | cut -d ' ' -f 1); do
	result "$folder/ includes only what lies above it" "$scratch/includes.$folder"
done

# Some libraries belong to one folder.
layers | while read -r owner _ headers; do
	for header in $headers; do
		find "$top_srcdir/src" -name '*.[ch]' ! -path "*/src/$owner/*" -exec \
			grep -Hn "^[ 	]*#[ 	]*include[ 	]*<$header" {} +
	done
done >"$scratch/owned"
result 'curses stays in tui/, the lesson readers in lesson/, libdw and libmnl in stage/' "$scratch/owned"

# The probe lives in other people's processes, which have libc alone and its state for themselves.
sources probe | xargs -r grep -Hn '#[ 	]*include[ 	]*<\(bsd/\|err\.h\|libintl\.h\|locale\.h\|wchar\.h\)' >"$scratch/probe" || :
result 'the probe includes neither libbsd nor anything of the locale' "$scratch/probe"

# --- what the libraries ask the linker for ---

library() {
	echo "$top_builddir/lib$1.a"
}

if ! command -v nm >/dev/null 2>&1; then
	skip 'the libraries link only what lies above them' 'no nm (binutils)'
	echo "1..$number"
	exit 0
fi

# The first word of each line is the symbol's name: defined by us, or wanted from elsewhere.
defined_in() {
	nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 && $2 ~ /[A-Z]/ { print $3 }' | LC_ALL=C sort -u
}
wanted_by() {
	nm -u "$1" 2>/dev/null | awk '$1 == "U" || $1 == "w" { print $2 }' | LC_ALL=C sort -u
}

for folder in $(layers | cut -d ' ' -f 1); do
	[ ! -f "$(library "$folder")" ] || defined_in "$(library "$folder")" | sed "s/\$/ $folder/"
done >"$scratch/defined"

layers | while read -r folder allowed _; do
	[ -f "$(library "$folder")" ] || continue
	wanted_by "$(library "$folder")" >"$scratch/wanted"
	awk -v folder="$folder" -v allowed=",$folder,$allowed," '
		NR == FNR { from[$1] = from[$1] "," $2; next }
		$1 in from {
			n = split(substr(from[$1], 2), owners, ",")
			good = 0
			for (i = 1; i <= n; i++)
				if (index(allowed, "," owners[i] ","))
					good = 1
			if (!good)
				print "lib" folder ".a wants " $1 " of " substr(from[$1], 2)
		}' "$scratch/defined" "$scratch/wanted"
done >"$scratch/links"
result 'the libraries link only what lies above them' "$scratch/links"

# Curses, by the prefixes of its functions and by its variables.
for folder in event text trace stage model measure compare lesson plain; do
	[ -f "$(library "$folder")" ] || continue
	wanted_by "$(library "$folder")" |
		grep -E '^(stdscr|curscr|newscr|newterm|initscr|endwin|doupdate|COLS|LINES|[a-z]*(addch|addn?w?str|printw|refresh|getch|wget|new_panel|update_panels).*)$' |
		sed "s/^/lib$folder.a wants /"
done >"$scratch/curses"
result 'no curses outside tui/' "$scratch/curses"

# The model is a pure fold: what it may take from libc neither reads nor writes nor asks for the time.
impure='open|openat|fopen|fopen64|read|write|printf|__printf_chk|fprintf|__fprintf_chk|puts|putchar|fputs|fwrite|fread|close|stat|fstat'
impure="$impure|ioctl|fcntl|poll|time|clock|clock_gettime|gettimeofday|getenv|rand|random|getpid|kill|fork|system|sleep|nanosleep|pthread_.*"
wanted_by "$(library model)" | grep -E "^($impure)\$" >"$scratch/pure" || :
result 'the model does no I/O and asks for no time' "$scratch/pure"

# State travels as a parameter: nothing exports a variable that can change.
for folder in $(layers | cut -d ' ' -f 1); do
	[ -f "$(library "$folder")" ] || continue
	objdump -t "$(library "$folder")" 2>/dev/null |
		awk -v folder="$folder" '$2 == "g" && $3 == "O" && $4 ~ /^\.(data|bss|tdata|tbss)$/ {
			print "lib" folder ".a exports the variable " $NF }' | grep -v '__odr_asan\|__asan_'
done >"$scratch/variables"
result 'no library exports a variable that can change' "$scratch/variables"

# The probe is loaded into programs that have libc alone.
if [ -f "$top_builddir/probe.so" ]; then
	objdump -p "$top_builddir/probe.so" | awk '$1 == "NEEDED" && $2 !~ /^(libc\.|ld-linux|ld-musl)/' >"$scratch/needed"
	result 'the probe needs libc alone' "$scratch/needed"
	nm -D --undefined-only "$top_builddir/probe.so" | awk '{ sub(/@.*/, "", $NF); print $NF }' |
		grep -Ex 'malloc|calloc|realloc|free|s?n?printf|v?fprintf|fopen|fputs|puts|pthread_mutex_.*|setlocale' >"$scratch/heavy"
	result 'the probe allocates nothing, takes no lock, uses no stdio' "$scratch/heavy"
else
	skip 'the probe needs libc alone' 'no probe.so here'
fi

echo "1..$number"
