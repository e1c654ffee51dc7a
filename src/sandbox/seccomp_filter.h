// The system calls that a sandboxed program may make.
//
// An allow-list: what ordinary programs, interpreters and compilers need. A call that is known to be a
// way out (ptrace, mount, namespaces, keyrings, io_uring, bpf, ...) answers EPERM; anything else that is not
// listed, also what future kernels bring, answers ENOSYS, on which libraries fall back. Sockets are only of
// the AF_UNIX family. A call of a foreign architecture (32-bit, x32) ends the program.
#pragma once

#include <string>

#include "base/status.h"

namespace reckon::sandbox {

// The filter as an array of sock_filter, in the form that bubblewrap reads. About a millisecond.
Result<std::string> seccomp_program();

}  // namespace reckon::sandbox
