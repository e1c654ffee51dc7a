// Progress of a benchmark: a bar that is redrawn on a terminal, a plain line now and then elsewhere.
// Threading: update() calls come one at a time.
#pragma once

#include <cstdio>
#include <string>

#include "apps/cli/terminal.h"
#include "bench/runner.h"

namespace reckon::cli {

enum class ProgressDetail { none, full };

class BenchProgressPrinter {
 public:
  BenchProgressPrinter(std::FILE* out, ProgressDetail detail);
  void update(const BenchProgress& progress);
  void finish();

 private:
  bool due(const BenchProgress& progress) const;
  std::FILE* out_;
  bool live_;
  ProgressDetail detail_;
  bool drawn_ = false;        // something is on the terminal's last line
  bool started_ = false;
  double last_ms_ = 0.0;
  std::size_t last_done_ = 0;
};

// "[####....] 12/400, 3 min left; single 31 %, vote 38 %, 1 error"
std::string progress_line(const BenchProgress& progress);

}  // namespace reckon::cli
