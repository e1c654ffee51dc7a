#include "programs/program_meter.h"

namespace reckon {
namespace {

thread_local ProgramMeter* innermost = nullptr;

}  // namespace

ProgramMeter::ProgramMeter() : outer_(innermost) { innermost = this; }
ProgramMeter::~ProgramMeter() { innermost = outer_; }

void ProgramMeter::charge(const ProgramUsage& usage) {
  if (innermost == nullptr) return;
  innermost->usage_.runs += usage.runs;
  innermost->usage_.seconds += usage.seconds;
}

}  // namespace reckon
