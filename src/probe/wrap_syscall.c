/* SPDX-License-Identifier: MIT
 *
 * syscall(2). It is not reported, but it can do anything to our descriptors, so they are looked at
 * before the next line. Written in the machine's language and without a stack frame: a raw vfork
 * must be able to return through it twice. It lies in a section of its own, behind the probe's code: what it does is the
 * program's doing (watch_call.c).
 */
#include "probe/control.h"
#include "probe/report.h"
#include "probe/sys.h"

long syscall_failed(long ret) __attribute__((used));

long
syscall_failed(long ret)
{
	errno = (int)-ret;
	return -1;
}

#if defined __x86_64__ && !defined __ILP32__
__asm__(".pushsection probe_program, \"ax\", @progbits\n"
	".globl syscall\n"
	".type syscall, @function\n"
	"syscall:\n"
	"	movb $1, control_doubt(%rip)\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	movq %rdx, %rsi\n"
	"	movq %rcx, %rdx\n"
	"	movq %r8, %r10\n"
	"	movq %r9, %r8\n"
	"	movq 8(%rsp), %r9\n"
	"	syscall\n"
	"	cmpq $-4095, %rax\n"
	"	jae 1f\n"
	"	ret\n"
	"1:	movq %rax, %rdi\n"
	"	jmp syscall_failed\n"
	".size syscall, .-syscall\n"
	".popsection\n");
#elif defined __aarch64__
__asm__(".pushsection .text\n"
	".globl syscall\n"
	".type syscall, @function\n"
	"syscall:\n"
	"	adrp x9, control_doubt\n"
	"	add x9, x9, :lo12:control_doubt\n"
	"	mov w10, 1\n"
	"	strb w10, [x9]\n"
	"	uxtw x8, w0\n"
	"	mov x0, x1\n"
	"	mov x1, x2\n"
	"	mov x2, x3\n"
	"	mov x3, x4\n"
	"	mov x4, x5\n"
	"	mov x5, x6\n"
	"	svc 0\n"
	"	cmn x0, 4095\n"
	"	b.cs 1f\n"
	"	ret\n"
	"1:	b syscall_failed\n"
	".size syscall, .-syscall\n"
	".popsection\n");
#endif
