// What the engine and the sandbox's first process say to each other. Both are built from the same tree,
// so the report is a plain struct, sent as one packet.
#pragma once

#include <cstdint>

namespace reckon::sandbox {

// The socket on which the first process reports. The engine shuts its side down to stop the run; its death
// does the same.
constexpr int report_descriptor = 3;
constexpr std::uint32_t report_magic = 0x72636b31;

enum class EndReason : std::uint32_t {
  ended,         // by itself: see wait_status
  cpu_limit,     // all processes together
  wall_limit,
  memory_limit,  // all processes together
  process_limit,
  stopped,       // the engine asked for it
  exec_failed,   // the program could not be started: see error
  setup_failed,  // the first process could not do its work: see error
};

struct Report {
  std::uint32_t magic = report_magic;
  EndReason reason = EndReason::setup_failed;
  std::int32_t wait_status = 0;  // as of waitpid
  std::int32_t error = 0;        // errno
  std::int64_t cpu_microseconds = 0;
  std::int64_t wall_microseconds = 0;
  std::int64_t peak_bytes = 0;
};

// argv of the first process: PATH "run" and one number for each of these, then the program's own argv.
// PATH "check" makes the same executable the program of self_check.h.
enum InitArgument {
  kCpuMicroseconds = 2,
  kWallMicroseconds,
  kMemoryBytes,
  kAddressSpaceBytes,  // 0: no limit
  kFileBytes,
  kProcesses,
  kUser,               // the user and group to become when started as root; 0: stay
  kProgram,
};

}  // namespace reckon::sandbox
