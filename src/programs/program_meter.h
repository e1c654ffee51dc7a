// What model-written programs cost a run: how many were started in the sandbox, and for how long.
//
// A meter counts what the thread that made it has runners start while it lives; of meters inside one another the
// innermost. So scorers, prompts and strategies that run programs need not hand a bill around.
//
// Threading: made, read and destroyed by one thread, which is the one that calls the runners.
#pragma once

#include <cstdint>

namespace reckon {

struct ProgramUsage {
  std::int64_t runs = 0;  // compilers included
  double seconds = 0.0;   // wall time of each, added up
};

class ProgramMeter {
 public:
  ProgramMeter();
  ~ProgramMeter();
  ProgramMeter(const ProgramMeter&) = delete;
  ProgramMeter& operator=(const ProgramMeter&) = delete;

  const ProgramUsage& usage() const { return usage_; }
  // Charges the calling thread's meter, if it has one.
  static void charge(const ProgramUsage& usage);

 private:
  ProgramUsage usage_;
  ProgramMeter* outer_;
};

}  // namespace reckon
