// The run store: an SQLite file that keeps every finished result, so that an interrupted benchmark
// loses nothing and `--resume` computes only what is missing.
//
// An experiment is (data digest, model, settings). The settings hold everything that changes results,
// the version of the program included: results of two versions are never mixed. A run is one attempt at an experiment under one
// configuration name; its results are keyed by (row id, seed). Starting fresh opens a new run and
// leaves the old ones as they are; resuming continues the newest one.
//
// Durability: write-ahead log, one commit a result, synchronous FULL: what record() accepted is
// there after a crash of the process or the machine. Threading: all members may be called from any
// thread (one mutex); several processes may share a file. Ownership: move-only; closes on
// destruction. Cost: a few milliseconds a result, for the disk (2.7 ms measured).
//
// A file of an older reckon is brought up to date when it is opened; that reckon then refuses it.
//
// Errors, each one line that names the file: io (locked, unreadable, damaged, not a run store),
// out_of_memory (disk full), unsupported (written by a newer reckon).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "bench/outcome.h"

namespace reckon {

struct ExperimentKey {
  std::string data_digest;  // ProblemSet::digest
  std::string model;        // digest of the weights where known, else the model's name
  Configuration configuration;
};

enum class StartMode {
  fresh,   // a new run; nothing is reused
  resume,  // the newest run of this experiment, or a new one
};

struct RunId {
  std::int64_t value = 0;
  bool operator==(const RunId&) const = default;
};

struct RunStoreOptions {
  int busy_timeout_ms = 5000;  // how long to wait for another program's lock
};

class RunStore {
 public:
  // Opens or creates; missing folders are created.
  static Result<RunStore> open(const std::filesystem::path& file,
                               const RunStoreOptions& options = {});
  RunStore(RunStore&&) noexcept;
  RunStore& operator=(RunStore&&) noexcept;
  ~RunStore();

  // invalid_argument when the settings are not a JSON object.
  Result<RunId> begin_run(const ExperimentKey& key, StartMode mode);

  // Stores or replaces the result of (run, row, seed) and commits.
  Status record(RunId run, const BenchResult& result);

  // All results of a run, by row id and seed.
  Result<std::vector<BenchResult>> results(RunId run) const;

  // Marks a run as complete. A run that never gets here was interrupted.
  Status finish_run(RunId run);
  Result<bool> finished(RunId run) const;

 private:
  struct State;
  explicit RunStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The settings with sorted keys and no white space: equal settings give equal text.
// Errors: invalid_argument when it is not a JSON object.
Result<std::string> canonical_settings(const std::string& settings);

}  // namespace reckon
