// An owned file descriptor, and files that live in memory only.
#pragma once

#include <string_view>
#include <utility>

#include "base/status.h"

namespace reckon::sandbox {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  void close();

 private:
  int number_ = -1;
};

// io, with what errno says.
Status errno_error(std::string_view what);

// A sealed read-only file without a name, positioned at its start; close-on-exec.
Result<Descriptor> memory_file(std::string_view content);

}  // namespace reckon::sandbox
