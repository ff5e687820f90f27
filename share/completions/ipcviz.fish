# SPDX-License-Identifier: MIT
# fish completion for ipcviz(1)

set -l commands list lesson run replay compare
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -f
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -a list -d 'lessons, one a line'
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -a lesson -d 'one lesson'
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -a run -d 'watch a program of your own'
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -a replay -d 'play a recording'
complete -c ipcviz -n '__fish_seen_subcommand_from lesson' -f \
	-a '(ipcviz list 2>/dev/null | string replace -r "^\s*\d+ (\S+)\s+" "\$1\t")'
complete -c ipcviz -n '__fish_seen_subcommand_from lesson' -l step -x -d 'begin at this step'
complete -c ipcviz -n '__fish_seen_subcommand_from run' -l free -d 'run without gates'
complete -c ipcviz -n '__fish_seen_subcommand_from run' -l stepping -d 'stop before every call'
complete -c ipcviz -n "not __fish_seen_subcommand_from $commands" -a compare -d 'which kind when, and how fast'
complete -c ipcviz -n '__fish_seen_subcommand_from compare' -l quick -d 'measure fewer sizes, once'
complete -c ipcviz -n '__fish_seen_subcommand_from compare' -l kinds -x -d 'what to measure' \
	-a 'pipe fifo msg mq shm-semop shm-sem shm-futex shm-spin unix-stream unix-dgram tcp udp'
complete -c ipcviz -n '__fish_seen_subcommand_from compare' -l csv -r -F -d 'write the figures to a file'
complete -c ipcviz -n '__fish_seen_subcommand_from compare' -l json -r -F -d 'the same as JSON'
complete -c ipcviz -l plain -d 'tell the story as sentences'
complete -c ipcviz -l auto -d 'answer and go on by itself'
complete -c ipcviz -l record -r -F -d 'write every event to a file'
complete -c ipcviz -l output -r -F -d 'write the story to a file'
complete -c ipcviz -l theme -x -a 'dark light contrast none' -d colours
complete -c ipcviz -l no-animation -d 'draw changes at once'
complete -c ipcviz -l ascii -d 'no characters beyond ASCII'
complete -c ipcviz -l no-mouse -d 'leave the mouse to the terminal'
complete -c ipcviz -l tempo -x -d 'calls per second'
complete -c ipcviz -l lessons -x -a '(__fish_complete_directories)' -d 'where lessons are looked for'
complete -c ipcviz -l loopback -d 'lessons of two machines stay on the loopback'
complete -c ipcviz -l help -d 'say how it is used'
complete -c ipcviz -l version -d 'say which version it is'
