#include "sandbox/sandbox.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "sandbox/bubblewrap.h"
#include "sandbox/execution.h"
#include "sandbox/seccomp_filter.h"

namespace reckon::sandbox {
namespace {

constexpr int check_milliseconds = 10'000;

// Runs the program of init/self_check.h and reads its lines.
std::vector<Check> check_inside(const Site& site) {
  Program program;
  program.arguments = {init_path, "check"};
  program.limits.cpu_milliseconds = check_milliseconds;
  const Outcome outcome = execute(site, program, 0);
  std::vector<Check> checks;
  Check starts{"start", outcome.ok(), true, "a program runs in it"};
  if (!outcome.ok()) starts.reason = outcome.reason + "; " + sanitize_utf8(trim(outcome.standard_error));
  checks.push_back(std::move(starts));
  for (const std::string& line : split(outcome.standard_output, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() == 3) checks.push_back({fields[0], fields[1] == "pass", true, sanitize_utf8(fields[2])});
  }
  return checks;
}

// One for the start and one for each attempt of the self-check: a list cut short must not pass.
constexpr std::size_t all_checks = 8;

bool holds(const std::vector<Check>& checks) {
  return checks.size() == all_checks && std::ranges::all_of(checks, [](const Check& check) { return check.passed || !check.required; });
}

void add(Probe& probe, std::string_view how, std::vector<Check> checks) {
  for (Check& check : checks) {
    if (!how.empty()) check.name = std::string(how) + "." + check.name;
    probe.checks.push_back(std::move(check));
  }
}

void add_installed(Probe& probe, const char* name, const char* path) {
  const bool there = access(path, X_OK) == 0;
  probe.checks.push_back({name, there, false, there ? path : std::string(path) + " is not installed"});
}

// Fills in what runs need and finds the strongest isolation that holds.
Probe examine(const Options& options, Site& site) {
  Probe probe;
  site.bubblewrap = find_bubblewrap(options.bubblewrap);
  const bool found = !site.bubblewrap.empty() && access(site.bubblewrap.c_str(), X_OK) == 0;
  probe.checks.push_back({"bubblewrap", found, true, found ? site.bubblewrap.string() : "not installed (package bubblewrap, 0.8 or newer)"});
  Result<std::string> filter = seccomp_program();
  if (!filter.ok()) probe.checks.push_back({"seccomp", false, true, filter.status().to_string()});
  site.cgroups = CgroupParent::detect(options.cgroup_folder);
  if (found && filter.ok()) {
    site.seccomp = std::move(*filter);
    for (const Isolation isolation : {Isolation::full, Isolation::privileged}) {
      if (isolation > options.strongest || (isolation == Isolation::privileged && geteuid() != 0)) continue;
      site.isolation = isolation;
      std::vector<Check> checks = check_inside(site);
      const bool good = holds(checks);
      add(probe, to_string(isolation), std::move(checks));
      if (good) break;
      site.isolation = Isolation::none;
    }
  }
  probe.isolation = site.isolation;
  probe.checks.push_back({"cgroup", site.cgroups.available(), false, site.cgroups.explanation()});
  add_installed(probe, "python", "/usr/bin/python3");
  add_installed(probe, "c++", "/usr/bin/g++");
  return probe;
}

Status refusal(const Probe& probe) {
  std::string reasons;
  for (const Check& check : probe.checks) {
    if (!check.passed && check.required) reasons += (reasons.empty() ? "" : "; ") + check.name + ": " + check.reason;
  }
  return unsupported("this machine cannot isolate programs (" + reasons +
                     "). See `reckon sandbox check`; unsafe_exec runs them without isolation, on your own risk");
}

}  // namespace

// Hands out the numbers 0..n-1; waits while all are out.
class Slots {
 public:
  explicit Slots(int count) {
    for (int i = count; i-- > 0;) free_.push_back(i);
  }

  int take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty(); });
    const int slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_back(int slot) {
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<int> free_;
};

struct Sandbox::State {
  explicit State(int parallel) : slots(parallel) {}
  Site site;
  Probe probe;
  Slots slots;
};

std::int64_t wall_milliseconds(const Limits& limits) {
  if (limits.wall_milliseconds > 0) return limits.wall_milliseconds;
  return std::max(2 * limits.cpu_milliseconds, limits.cpu_milliseconds + 2000);
}

Probe probe(const Options& options) {
  Site site;
  return examine(options, site);
}

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::open(const Options& options) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  auto state = std::make_unique<State>(options.parallel > 0 ? options.parallel : cores);
  state->probe = examine(options, state->site);
  if (state->site.isolation == Isolation::none && !options.unsafe_exec) return refusal(state->probe);
  return std::unique_ptr<Sandbox>(new Sandbox(std::move(state)));
}

const Probe& Sandbox::probed() const { return state_->probe; }

Outcome Sandbox::run(const Program& program) const {
  Outcome outcome;
  outcome.isolation = state_->site.isolation;
  if (const Status status = check_program(program); !status.ok()) {
    outcome.reason = status.message();
    return outcome;
  }
  const int slot = state_->slots.take();
  outcome = execute(state_->site, program, slot);
  if (outcome.verdict == Verdict::sandbox_failure) outcome = execute(state_->site, program, slot);
  state_->slots.give_back(slot);
  return outcome;
}

}  // namespace reckon::sandbox
