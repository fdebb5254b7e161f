#pragma once
// What Swift's Glibc module leaves out of Linux: epoll and eventfd, accept4, and thread-local storage.

#include <linux/sched.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The object whose thread this is (a Reactor, unretained), or null. Set once, at the start of the thread.
extern _Thread_local void *sallyport_thread_owner;

static inline void *sallyport_get_thread_owner(void) { return sallyport_thread_owner; }
static inline void sallyport_set_thread_owner(void *owner) { sallyport_thread_owner = owner; }

/// Names the calling thread for `top -H`; the kernel keeps 15 bytes.
static inline void sallyport_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Has the calling thread wait for its turn when it is woken on a core that is in use, and take the core from nobody (sched(7),
/// SCHED_BATCH); its share of the time stays the same. Where a sandbox refuses it, nothing changes. By number, because the C
/// library's header for it does not go with the kernel's.
static inline void sallyport_stand_in_line(void) {
    const int priority = 0;
    syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &priority);
}

/// recv(2) and send(2) without the C library's guard against pthread_cancel, which nothing here calls: it is two locked
/// operations around each.
static inline ssize_t sallyport_receive(int descriptor, void *area, size_t count, int flags) {
    return syscall(SYS_recvfrom, descriptor, area, count, flags, NULL, NULL);
}
static inline ssize_t sallyport_send(int descriptor, const void *bytes, size_t count, int flags) {
    return syscall(SYS_sendto, descriptor, bytes, count, flags, NULL, 0);
}

/// accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC.
int sallyport_accept(int listener, struct sockaddr *address, socklen_t *length);

/// fstat(2), reduced to what is asked of it: the permission bits and the size in bytes. Where Foundation is in a module,
/// the compiler takes `struct stat` for a part of CoreFoundation.
static inline int sallyport_file_status(int descriptor, unsigned *mode, long long *size) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    *mode = status.st_mode & 07777;
    *size = status.st_size;
    return 0;
}
