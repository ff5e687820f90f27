/* SPDX-License-Identifier: MIT
 *
 * The stage with real processes on it, under the real probe.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage_play.h"

/* --- starting and ending --- */

START_TEST(ends_are_told)
{
	pid_t pid;

	set_up(false);
	pid = start("exit", "3");
	until(WHAT_died, pid, FIELD_status, "3");
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, pid)), 3);
	pid = start("kill", "10");
	until(WHAT_died, pid, FIELD_signal, "SIGUSR1");
	ck_assert_int_eq(WTERMSIG(stage_wait_status(stage, pid)), SIGUSR1);
	ck_assert(!next());
	free_stage();
}
END_TEST

START_TEST(died_comes_last)
{
	pid_t dead[512];
	int n = 0;

	set_up(false);
	start("tree", "3");
	while (next()) {
		for (int i = 0; i < n; i++)
			ck_assert_msg(event.pid != dead[i] || event.what == WHAT_born,
				"after its death: %s", event.line);
		if (event.what == WHAT_died)
			dead[n++] = event.pid;
	}
	ck_assert_int_eq(n, 1 + 3 + 9 + 27);
	ck_assert_int_eq(n_born, n);
	free_stage();
}
END_TEST

START_TEST(many_at_once)
{
	pid_t pid;

	set_up(false);
	pid = start("crowd", "200");
	finish();
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	ck_assert_int_eq(n_born, 201);
	ck_assert_int_eq(n_died, 201);
	free_stage();
}
END_TEST

START_TEST(more_than_the_board_holds)
{
	int without = 0;
	pid_t pid;

	set_up(false);
	pid = start("crowd", "300");
	while (next())
		without += event.what == WHAT_born && event_number(&event, FIELD_slot, 0) < 0;
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	ck_assert_int_eq(n_born, 301);
	ck_assert_int_eq(n_died, 301);
	ck_assert_int_ge(without, 301 - 256);
	free_stage();
}
END_TEST

START_TEST(starts_like_a_shell)
{
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	set_up(false);
	pid = start("fds", NULL);
	finish();
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, pid)), 7); /* 0, 1 and 2 alone */
	pid = start("signals", NULL);
	finish();
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, pid)), 0);
	free_stage();
	signal(SIGPIPE, SIG_DFL);
}
END_TEST

START_TEST(output_is_told)
{
	set_up(false);
	start("print", NULL);
	finish();
	ck_assert_str_eq(output, "caf\xc3\xa9 \"1\"\n\tand no newline");
	free_stage();
}
END_TEST

START_TEST(cast_names)
{
	char *argv[] = {child, (char *)"tree", (char *)"1", NULL};
	const struct stage_program program = {.path = child, .argv = argv, .name = "the writer"};
	int named = 0;

	set_up(false);
	ck_assert_int_gt(stage_start(stage, &program, &problem), 0);
	while (next())
		named += event.what == WHAT_born && event_is(&event, FIELD_name, "the writer") &&
			 event_number(&event, FIELD_slot, -9) >= 0;
	ck_assert_int_eq(named, 4); /* children are called as their parent */
	free_stage();
}
END_TEST

static void
refused(const char *path, const char *says)
{
	char *argv[] = {(char *)path, NULL};
	const struct stage_program program = {.path = path, .argv = argv};

	problem.what[0] = '\0';
	ck_assert_int_eq(stage_start(stage, &program, &problem), -1);
	ck_assert_msg(strstr(problem.what, says) != NULL, "%s: %s", path, problem.what);
}

static void
file_make(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	ck_assert_int_eq(chmod(path, mode), 0);
}

START_TEST(what_cannot_be_watched)
{
	char directory[] = "/tmp/ipcviz-test-stage-XXXXXX", path[64];

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/file", directory);
	set_up(false);
	refused("no-such-program-anywhere", "PATH");
	refused("/no/such/program", "No such file");
	refused("/", "directory");
	refused("/dev/null", "regular");
	refused("", "no name");
	file_make(path, "text", 0644);
	refused(path, geteuid() == 0 ? "not executable" : "not executable");
	file_make(path, "text", 0755);
	refused(path, "neither a program nor a script");
	file_make(path, "", 0755);
	refused(path, "empty");
	file_make(path, "#!/no/such/interpreter -x\n", 0755);
	refused(path, "/no/such/interpreter");
	file_make(path, "#!\n", 0755);
	refused(path, "no interpreter");
	file_make(path, "\177ELF\001\001\001", 0755);
	refused(path, "another kind");
	unlink(path);
	rmdir(directory);
	ck_assert_int_eq(stage_living(stage), 0);
	free_stage();
}
END_TEST

START_TEST(set_user_id_is_refused)
{
	char directory[] = "/tmp/ipcviz-test-stage-XXXXXX", path[64], command[2200];

	if (geteuid() != 0)
		return; /* only root can give a file away */
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/file", directory);
	snprintf(command, sizeof command, "cp '%s' '%s' && chown nobody '%s' && chmod 4755 '%s'",
		child, path, path, path);
	ck_assert_int_eq(system(command), 0);
	set_up(false);
	refused(path, "set-user-ID");
	free_stage();
	unlink(path);
	rmdir(directory);
}
END_TEST

START_TEST(no_probe)
{
	const struct stage_options options = {.probe = "/no/such/probe.so"};

	ck_assert_ptr_null(stage_create(&options, &problem));
	ck_assert_msg(strstr(problem.what, "probe") != NULL, "%s", problem.what);
	stage_free(NULL);
}
END_TEST

/* --- steering --- */

START_TEST(gate_holds_and_lets_through)
{
	pid_t pid;

	set_up(true);
	pid = start("sleepy", NULL);
	until(WHAT_reach, pid, FIELD_call, "pipe");
	stage_look(stage, pid); /* it has time to go on, if it could */
	until(WHAT_look, pid, FIELD_state, "S");
	ck_assert_int_eq(n_entered, 0);
	stage_permit(stage, pid, 1);
	until(WHAT_act, pid, FIELD_op, "permit");
	ck_assert_int_eq(n_entered, 0);
	until(WHAT_enter, pid, FIELD_call, "pipe");
	until(WHAT_reach, pid, FIELD_call, "fork");
	stage_permit(stage, pid, 1);
	until(WHAT_born, 0, FIELD_name, "stage_child");
	until(WHAT_reach, event.pid, FIELD_call, "close"); /* new ones find their gate shut */
	stage_open(stage, 0);
	until(WHAT_act, 0, FIELD_op, "free");
	until(WHAT_enter, 0, FIELD_call, "read");
	free_stage();
}
END_TEST

/* Runs `sleepy` until the child sleeps in read; answers the child. */
static pid_t
asleep(pid_t *parent)
{
	pid_t pid;

	set_up(false);
	*parent = start("sleepy", NULL);
	until(WHAT_enter, 0, FIELD_call, "read");
	pid = event.pid;
	until(WHAT_look, pid, FIELD_state, "S");
	return pid;
}

START_TEST(nonblock_does_not_wake)
{
	pid_t parent, pid = asleep(&parent);

	ck_assert_msg(stage_nonblock(stage, pid, 3, true, &problem) == 0, "%s", problem.what);
	until(WHAT_act, pid, FIELD_op, "nonblock");
	until(WHAT_look, pid, FIELD_flags, "O_RDONLY|O_NONBLOCK");
	ck_assert_int_eq(event_number(&event, FIELD_fd, -1), 3);
	stage_look(stage, pid);
	until(WHAT_look, pid, FIELD_state, "S"); /* it sleeps as before */
	ck_assert_int_eq(stage_nonblock(stage, pid, 3, false, &problem), 0);
	until(WHAT_look, pid, FIELD_flags, "O_RDONLY");
	ck_assert_int_eq(stage_nonblock(stage, pid, 77, true, &problem), -1);
	free_stage();
}
END_TEST

START_TEST(observer_keeps_no_end)
{
	pid_t parent;

	asleep(&parent);
	ck_assert_int_eq(stage_nonblock(stage, parent, 4, true, &problem), 0);
	ck_assert_int_eq(stage_capacity(stage, parent, 4, 8192, &problem), 0);
	ck_assert_int_eq(stage_signal(stage, parent, SIGKILL, &problem), 0);
	/* The last writer was the parent: its child finds end of file, whoever is told of first. */
	finish();
	ck_assert_int_eq(WTERMSIG(stage_wait_status(stage, parent)), SIGKILL);
	ck_assert_int_eq(ended, 7);
	free_stage();
}
END_TEST

START_TEST(capacity)
{
	pid_t parent, pid = asleep(&parent);

	ck_assert_int_eq(stage_capacity(stage, pid, 3, 4096, &problem), 0);
	until(WHAT_act, pid, FIELD_op, "capacity");
	until(WHAT_look, pid, FIELD_cap, "4096");
	ck_assert_int_eq(event_number(&event, FIELD_used, -1), 0);
	ck_assert_int_eq(stage_capacity(stage, pid, 0, 4096, &problem), -1);
	ck_assert_msg(strstr(problem.what, "no pipe") != NULL, "%s", problem.what);
	free_stage();
}
END_TEST

START_TEST(stop_and_continue)
{
	pid_t parent, pid = asleep(&parent);

	ck_assert_int_eq(stage_signal(stage, pid, SIGSTOP, &problem), 0);
	until(WHAT_act, pid, FIELD_op, "stop");
	until(WHAT_look, pid, FIELD_state, "T");
	ck_assert_int_eq(stage_signal(stage, pid, SIGTERM, &problem), 0);
	until(WHAT_look, pid, FIELD_pending, "SIGTERM");
	ck_assert_int_eq(stage_signal(stage, pid, SIGCONT, &problem), 0);
	until(WHAT_died, pid, FIELD_signal, "SIGTERM");
	ck_assert_int_eq(stage_signal(stage, pid, SIGTERM, &problem), -1);
	free_stage();
}
END_TEST

START_TEST(close_by_request)
{
	pid_t pid;

	set_up(true);
	pid = start("sleepy", NULL);
	until(WHAT_reach, pid, FIELD_call, "pipe");
	ck_assert_int_eq(stage_close(stage, pid, 99, &problem), -1);
	ck_assert_int_eq(stage_close(stage, pid, 2, &problem), 0);
	until(WHAT_act, pid, FIELD_by, "pending");
	until(WHAT_act, pid, FIELD_by, "probe");
	ck_assert(event_is(&event, FIELD_op, "close"));
	until(WHAT_look, pid, FIELD_list, "0,1");
	free_stage();
}
END_TEST

START_TEST(sigpipe_is_seen)
{
	pid_t parent;

	asleep(&parent);
	stage_look(stage, parent);
	until(WHAT_look, parent, FIELD_sigpipe, "default");
	free_stage();
}
END_TEST

/* --- looking --- */

START_TEST(variables)
{
	bool first = false, own = false, other = false;
	pid_t pid;

	set_up(true);
	pid = start("count", NULL);
	stage_watch(stage, pid, "counter");
	while (!(own && other) && next()) {
		if (event.what == WHAT_reach && event_is(&event, FIELD_call, "fork"))
			stage_permit(stage, pid, 1);
		if (event.what != WHAT_look || !event_is(&event, FIELD_var, "counter"))
			continue;
		first = first || (event.pid == pid && event_is(&event, FIELD_value, "41"));
		own = own || (event.pid == pid && event_is(&event, FIELD_value, "141"));
		other = other || (event.pid != pid && event_is(&event, FIELD_value, "42"));
	}
	ck_assert(own && other && first);
	free_stage();
}
END_TEST

START_TEST(places)
{
	char file[256];
	pid_t pid;
	int line;

	set_up(true);
	pid = start("sleepy", NULL);
	until(WHAT_reach, pid, FIELD_call, "pipe");
	if (stage_where(stage, pid, (uint64_t)event_number(&event, FIELD_at, 0), file, sizeof file,
		    &line)) {
		ck_assert_msg(strstr(file, "tests/unit/stage_child.c") != NULL, "%s", file);
		ck_assert_int_eq(line, 22);
	}
	ck_assert(!stage_where(stage, pid, 1, file, sizeof file, &line));
	free_stage();
}
END_TEST

START_TEST(becomes_unwatchable)
{
	char directory[] = "/tmp/ipcviz-test-stage-XXXXXX", source[64], program[64], command[400];
	pid_t pid;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(source, sizeof source, "%s/still.c", directory);
	snprintf(program, sizeof program, "%s/still", directory);
	file_make(source, "#include <unistd.h>\nint main(void) { pause(); return 0; }\n", 0644);
	snprintf(command, sizeof command, "${CC:-cc} -static -o '%s' '%s' 2>/dev/null", program,
		source);
	if (system(command) == 0) {
		set_up(false);
		refused(program, "static");
		pid = start("exec", program);
		until(WHAT_dark, pid, FIELD_unknown, NULL);
		ck_assert_int_eq(stage_signal(stage, pid, SIGKILL, &problem), 0);
		until(WHAT_died, pid, FIELD_signal, "SIGKILL");
		free_stage();
	}
	unlink(program);
	unlink(source);
	rmdir(directory);
}
END_TEST

START_TEST(restart)
{
	char word[3][32];
	pid_t parent;

	for (int i = 0; i < 3; i++) {
		pid_t pid = asleep(&parent);

		/* Names with this word belong to this run alone. */
		snprintf(word[i], sizeof word[i], "%s", stage_word(stage));
		ck_assert_int_eq(strlen(word[i]), strlen("ipcviz-k3v9"));
		for (int earlier = 0; earlier < i; earlier++)
			ck_assert_str_ne(word[i], word[earlier]);
		free_stage();
		ck_assert_int_eq(kill(pid, 0), -1);
		ck_assert_int_eq(kill(parent, 0), -1);
	}
}
END_TEST

static void
tear_down(void)
{
	stage_free(stage);
	stage = NULL;
}

int
main(void)
{
	Suite *suite = suite_create("stage");
	TCase *tests = tcase_create("stage");
	SRunner *runner;

	find_programs("tests/unit/stage_child");
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, ends_are_told);
	tcase_add_test(tests, died_comes_last);
	tcase_add_test(tests, many_at_once);
	tcase_add_test(tests, more_than_the_board_holds);
	tcase_add_test(tests, starts_like_a_shell);
	tcase_add_test(tests, output_is_told);
	tcase_add_test(tests, cast_names);
	tcase_add_test(tests, what_cannot_be_watched);
	tcase_add_test(tests, set_user_id_is_refused);
	tcase_add_test(tests, no_probe);
	tcase_add_test(tests, gate_holds_and_lets_through);
	tcase_add_test(tests, nonblock_does_not_wake);
	tcase_add_test(tests, observer_keeps_no_end);
	tcase_add_test(tests, capacity);
	tcase_add_test(tests, stop_and_continue);
	tcase_add_test(tests, close_by_request);
	tcase_add_test(tests, sigpipe_is_seen);
	tcase_add_test(tests, variables);
	tcase_add_test(tests, places);
	tcase_add_test(tests, becomes_unwatchable);
	tcase_add_test(tests, restart);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
