// Runs programs that a language model wrote, so that they can do no harm and their end is classified.
//
// A run is a fresh world: own user, process, network, mount, IPC and host names (bubblewrap), the system's
// programs and libraries read-only, /box (the working folder, holding the given files), /tmp and /dev/shm in
// memory, no network, an environment of six names, an allow-list of system calls, and limits on processor time,
// wall time, memory, processes, file sizes and output. Results leave only through pipes; nothing is written on
// the machine's disks. When the run ends, for whatever reason, all its processes are gone. The engine's own
// death ends its runs.
//
// Where the machine cannot give this isolation, open() refuses, unless Options::unsafe_exec says otherwise; then
// every Outcome says Isolation::none. The threat model and what was found on machines of different kinds:
// docs/decisions/0010.
//
// Threading: run() may be called from many threads; at most Options::parallel programs run, others wait.
// Cost: about 6 ms a run on an idle core, plus the program. Errors: sandbox faults are a verdict of their own,
// after one retry. Source: the design follows isolate (IOI) and bubblewrap's manual; Linux only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "sandbox/verdict.h"

namespace reckon::sandbox {

struct Limits {
  std::int64_t cpu_milliseconds = 10'000;        // of all processes together
  std::int64_t wall_milliseconds = 0;            // 0: the larger of twice the processor time and that plus 2 s
  std::int64_t memory_bytes = 512 << 20;         // of all processes together
  std::int64_t address_space_bytes = 0;          // of each process; 0: twice the memory and 256 MiB; -1: no limit
  std::int64_t output_bytes = 1 << 20;           // on stdout
  std::int64_t error_bytes = 64 << 10;           // on stderr
  std::int64_t file_bytes = 64 << 20;            // each file
  std::int64_t disk_bytes = 64 << 20;            // each of /box, /tmp and /dev/shm; counts as memory
  int processes = 64;                            // with threads
};

// What 0 in Limits::wall_milliseconds stands for, or the number itself.
std::int64_t wall_milliseconds(const Limits& limits);

enum class FileMode { read_only, executable };

struct File {
  std::string name;  // relative to /box; folders are made
  std::string content;
  FileMode mode = FileMode::read_only;
};

struct Program {
  std::vector<std::string> arguments;  // the program first: a path, or a name to be found in /usr/bin
  std::string input;                   // on stdin
  std::vector<File> files;
  std::vector<std::pair<std::string, std::string>> environment;  // added to the six
  std::vector<std::filesystem::path> read_only_folders;          // of this machine, shown at the same place
  Limits limits;
};

struct Options {
  std::filesystem::path bubblewrap;     // empty: where distributions put it
  std::filesystem::path cgroup_folder;  // a delegated version 2 folder; empty: what the engine is in
  Isolation strongest = Isolation::full;  // do not try for more; for tests and to find faults
  int parallel = 0;                     // 0: as many as there are cores
  bool unsafe_exec = false;             // run also where nothing but resource limits is there
};

struct Check {
  std::string name;
  bool passed = false;
  bool required = true;  // without it there is no isolation
  std::string reason;
};

struct Probe {
  Isolation isolation = Isolation::none;
  std::vector<Check> checks;
};

// Finds out what this machine gives, by really running a program that tries to break out.
Probe probe(const Options& options = {});

class Sandbox {
 public:
  // `unsupported`, with the failed checks, where isolation is missing.
  static Result<std::unique_ptr<Sandbox>> open(const Options& options = {});
  ~Sandbox();

  // Blocks until the program has ended.
  Outcome run(const Program& program) const;

  const Probe& probed() const;

 private:
  struct State;
  explicit Sandbox(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace reckon::sandbox
