#include "linux_shims.h"

_Thread_local void *sallyport_thread_owner = NULL;
