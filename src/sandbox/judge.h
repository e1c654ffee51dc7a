// Decides the verdict from what was observed; no system calls.
#pragma once

#include <optional>

#include "sandbox/init/protocol.h"
#include "sandbox/sandbox.h"

namespace reckon::sandbox {

struct Observation {
  std::optional<Report> report;  // nothing: the first process died, or never began
  bool output_flooded = false;
  bool out_of_memory = false;    // the kernel killed a process of the run's cgroup
  std::string standard_output;
  std::string standard_error;
};

Outcome judge(Observation observation, const Limits& limits);

}  // namespace reckon::sandbox
