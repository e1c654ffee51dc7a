#include "sandbox/descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace reckon::sandbox {

Status errno_error(std::string_view what) { return io_error(std::string(what) + ": " + std::strerror(errno)); }

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Result<Descriptor> memory_file(std::string_view content) {
  const Descriptor writable(memfd_create("sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!writable) return errno_error("cannot make a file in memory: memfd_create");
  while (!content.empty()) {
    const ssize_t written = write(writable.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error("cannot make a file in memory: write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fcntl(writable.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) return errno_error("cannot make a file in memory: sealing");
  // Opened anew: the reader gets a description that cannot write, at offset 0.
  Descriptor readable(open(("/proc/self/fd/" + std::to_string(writable.get())).c_str(), O_RDONLY | O_CLOEXEC));
  if (!readable) return errno_error("cannot make a file in memory: opening it anew");
  return readable;
}

}  // namespace reckon::sandbox
