#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define SALLYPORT_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SALLYPORT_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the sandbox is written for x86-64 and arm64"
#endif

pid_t sallyport_spawn_worker(const char *executable, const char *argument, int descriptor) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t process = -1;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) { errno = error; return -1; }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) { posix_spawn_file_actions_destroy(&actions); errno = error; return -1; }
    // Descriptor 3 last: dup2 onto itself would leave close-on-exec set, so it goes by way of another number.
    error = posix_spawn_file_actions_adddup2(&actions, descriptor, 100);
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 0, 1);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 0, 2);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 100, 3);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    sigemptyset(&none);
    sigfillset(&all);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (error == 0) {
        char *const arguments[] = {(char *)executable, (char *)argument, NULL};
        char *const environment[] = {NULL};
        error = posix_spawn(&process, executable, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) { errno = error; return -1; }
    return process;
}

static int limit(int resource, rlim_t value) {
    struct rlimit bounds = {value, value};
    return setrlimit(resource, &bounds);
}

#define ALLOW(call) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

int sallyport_enter_sandbox(size_t address_space) {
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SALLYPORT_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        // Its socket, and the pipe to itself that libpg_query catches messages with.
        ALLOW(SYS_read), ALLOW(SYS_write), ALLOW(SYS_recvfrom), ALLOW(SYS_sendto), ALLOW(SYS_close), ALLOW(SYS_dup),
        ALLOW(SYS_dup3), ALLOW(SYS_pipe2), ALLOW(SYS_fcntl),
#ifdef SYS_dup2
        ALLOW(SYS_dup2), ALLOW(SYS_pipe),
#endif
        // The first thread sleeps for good, and may get there after the filter.
        ALLOW(SYS_ppoll),
#ifdef SYS_pause
        ALLOW(SYS_pause),
#endif
        // Memory.
        ALLOW(SYS_mmap), ALLOW(SYS_munmap), ALLOW(SYS_mremap), ALLOW(SYS_mprotect), ALLOW(SYS_madvise), ALLOW(SYS_brk),
        // Threads waiting for each other, time, the end.
        ALLOW(SYS_futex), ALLOW(SYS_rt_sigreturn), ALLOW(SYS_rt_sigprocmask), ALLOW(SYS_sched_yield),
        ALLOW(SYS_clock_gettime), ALLOW(SYS_gettid), ALLOW(SYS_getpid), ALLOW(SYS_restart_syscall), ALLOW(SYS_exit),
        ALLOW(SYS_exit_group),
        // Refused rather than fatal, as the allocator takes no for an answer: a hint, and, when it gives much memory back, a
        // look at /proc/sys/vm/overcommit_memory.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    if (limit(RLIMIT_AS, address_space) != 0 || limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_NOFILE, 32) != 0
        || limit(RLIMIT_NPROC, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0)
        return -1;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
        || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}
