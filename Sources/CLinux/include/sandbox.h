#pragma once
// The sandbox of an inspection worker: memory and its one socket, nothing else.

#include <stddef.h>
#include <sys/types.h>

/// Starts `executable` with one argument and `descriptor` as its descriptor 3; standard streams are /dev/null.
/// Returns the process, or -1 with errno set. The process is killed when the calling thread ends.
pid_t sallyport_spawn_worker(const char *executable, const char *argument, int descriptor);

/// Limits memory to `address_space` bytes, forbids core files and every system call that parsing does not need.
/// For all threads of the process, for good; a forbidden call kills the process. Returns 0, or -1 with errno set.
int sallyport_enter_sandbox(size_t address_space);
