#define _GNU_SOURCE
#include "linux_shims.h"

int sallyport_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
